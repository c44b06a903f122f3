// Damaged records that other members still have are put back where they stood.
#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

constexpr std::uint64_t kSmallSegment = kSegmentDataStart + 10 * kLetterEntryBytes;

// A log that ended in peace, and what stands in it.
struct Stopped {
  explicit Stopped(int count, std::uint64_t segment_bytes = 1u << 20) : test(1, segment_bytes) {
    test.opened();
    test.append(letters(count));
    test.sync();
    stop();
  }
  void stop() {
    good = test.records();
    EXPECT_EQ(test.log->stop(), std::nullopt);
  }
  // Bytes of a segment, from the entry with this number on, counted from 1.
  void overwrite(std::uint64_t segment, std::uint64_t entry, std::uint64_t entries) {
    const std::uint64_t from = kSegmentDataStart + (entry - 1) * kLetterEntryBytes;
    for (std::uint64_t at = from; at < from + entries * kLetterEntryBytes; ++at) {
      test.disk.flip(segment_name(segment), at, 0x55);
    }
  }
  void expect_healed() {
    test.heal_from(good);
    for (int life = 0; life < 2; ++life) {
      EXPECT_TRUE(test.log->condition().damages.empty());
      EXPECT_FALSE(test.log->condition().has_loss);
      EXPECT_EQ(test.records(), good);
      test.opened_again();
    }
  }

  TestLog test;
  std::vector<Record> good;
};

TEST(Healing, OfAPayload) {
  Stopped stopped(5);
  stopped.test.disk.flip(segment_name(1), kSegmentDataStart + 2 * kLetterEntryBytes + 90, 1);
  ASSERT_EQ(stopped.test.opened_again().condition().damages.size(), 1u);
  stopped.expect_healed();
}

TEST(Healing, OfManyRecordsInARow) {
  Stopped stopped(20);
  stopped.overwrite(1, 4, 9);
  ASSERT_EQ(
      stopped.test.opened_again().condition().damages,
      (std::vector<Damage>{
          {Damage::Kind::record, Sequence{4}, {{}, Sequence{12}, stopped.good[11].checksum}}}));
  stopped.expect_healed();
}

TEST(Healing, OfTheFirstRecords) {
  Stopped stopped(6);
  stopped.overwrite(1, 1, 3);
  EXPECT_EQ(stopped.test.opened_again().first(), Sequence{1});
  EXPECT_EQ(stopped.test.log->condition().damages.front().first, Sequence{1});
  stopped.expect_healed();
}

TEST(Healing, OfDifferentPlaces) {
  Stopped stopped(20);
  stopped.overwrite(1, 2, 1);
  stopped.overwrite(1, 5, 3);
  stopped.test.disk.flip(segment_name(1), kSegmentDataStart + 14 * kLetterEntryBytes + 100, 1);
  ASSERT_EQ(stopped.test.opened_again().condition().damages.size(), 3u);
  stopped.expect_healed();
}

TEST(Healing, AcrossSegments) {
  Stopped stopped(35, kSmallSegment);
  ASSERT_GE(stopped.test.disk.names_in("log").size(), 3u);
  stopped.overwrite(1, 7, 3);
  stopped.overwrite(2, 1, 2);
  ASSERT_EQ(stopped.test.opened_again().condition().damages.size(), 1u);
  stopped.expect_healed();
}

// Its end entry is unreadable, too.
TEST(Healing, OfAWholeSegment) {
  Stopped stopped(35, kSmallSegment);
  stopped.overwrite(2, 1, 10);
  ASSERT_EQ(stopped.test.opened_again().condition().damages.size(), 1u);
  stopped.expect_healed();
}

// b, c and d of an old leader were cut, and what tells so is lost together with the new b. What
// seemed to be the log is found to be none with the first record that comes back.
TEST(Healing, FindsACutThatIsLost) {
  Stopped stopped(4);
  stopped.test.opened_again();
  stopped.test.cut(Sequence{1});
  stopped.test.append({std::string(40, 'B'), std::string(40, 'C'), std::string(40, 'D')}, 2);
  stopped.test.sync();
  stopped.stop();
  // The cut, an entry of 80 bytes behind a mark of 80, and the new b and c.
  const std::uint64_t from = kSegmentDataStart + 4 * kLetterEntryBytes + 80;
  for (std::uint64_t at = from; at < from + 80 + 2 * kLetterEntryBytes; ++at) {
    stopped.test.disk.flip(segment_name(1), at, 0x55);
  }
  Log& log = stopped.test.opened_again();
  ASSERT_EQ(log.condition().damages.front().last.checksum, stopped.good[2].checksum);
  ASSERT_EQ(log.heal(Ticket{++stopped.test.tickets}, std::span(stopped.good).subspan(2, 1)),
            std::nullopt);
  EXPECT_EQ(log.condition().damages,
            (std::vector<Damage>{
                {Damage::Kind::record, Sequence{2}, {{}, Sequence{2}, stopped.good[1].checksum}}}));
  stopped.test.opened_again();
  stopped.expect_healed();
}

// b, a cut behind it, and another leader's c: what of it can be read is the cut alone.
TEST(Healing, OfLostRecordsWithACutBetweenThem) {
  for (const std::uint64_t kept : {1u, 2u}) {
    Stopped stopped(3);
    stopped.test.opened_again();
    stopped.test.cut(Sequence{kept});
    stopped.test.append({std::string(40, 'C'), std::string(40, 'D'), std::string(40, 'E')}, 2);
    stopped.test.sync();
    stopped.stop();
    // Behind a, b, c and the mark of the first stop stands the cut, an entry of 80 bytes, too.
    stopped.overwrite(1, kept, 4 - kept);
    const std::uint64_t behind_cut = kSegmentDataStart + 3 * kLetterEntryBytes + 80 + 80;
    for (std::uint64_t at = behind_cut; at < behind_cut + kLetterEntryBytes; ++at) {
      stopped.test.disk.flip(segment_name(1), at, 0x55);
    }
    ASSERT_EQ(stopped.test.opened_again().condition().damages.size(), 1u);
    stopped.expect_healed();
  }
}

// What names it is no record.
TEST(Healing, OfTheLastRecordInFrontOfWhole) {
  Stopped stopped(5);
  TestLog& test = stopped.test;
  test.opened();
  EXPECT_EQ(test.log->declare_loss(), std::nullopt);
  test.append(letters(1));
  EXPECT_EQ(test.log->declare_whole(Ticket{++test.tickets}), std::nullopt);
  stopped.stop();
  const std::string before = test.disk.contents(segment_name(1));
  // Behind the mark, the note of loss and its repetition.
  const std::uint64_t last = entry_of(6) + 3 * kEntryHeadBytes;
  test.disk.flip(segment_name(1), last + 30, 1);
  ASSERT_EQ(test.opened().condition().damages.size(), 1u);
  stopped.expect_healed();
  // What it says was on disk before it is another place than at first.
  const std::size_t shared = wire::kRecordHeaderBytes;
  EXPECT_EQ(test.disk.contents(segment_name(1)).substr(last, shared), before.substr(last, shared));
}

// Its mark was lost with it: the next start must not take it for an unsynced tail.
TEST(Healing, OfTheLastRecordOutlivesTheNextStart) {
  TestLog test;
  test.opened();
  test.append(letters(3));
  test.sync();
  EXPECT_EQ(test.log->tick(Time(0)), std::nullopt);
  EXPECT_EQ(test.log->tick(kIdleBeforeMark), std::nullopt);
  const std::vector<Record> good = test.records();
  const std::uint64_t last = kSegmentDataStart + 2 * kLetterEntryBytes;
  for (std::uint64_t at = last; at < last + kLetterEntryBytes + 80; ++at) {
    test.disk.flip(segment_name(1), at, 0x55);
  }
  EXPECT_EQ(test.log->read(Sequence{3}, 1000)->damaged, Sequence{3});
  test.heal_from(good);
  EXPECT_EQ(test.records(), good);
  test.opened_again();
  EXPECT_EQ(test.records(), good);
  EXPECT_FALSE(test.log->condition().has_loss);
  EXPECT_TRUE(test.log->condition().damages.empty());
}

TEST(Healing, TakesNothingThatWasCutMeanwhile) {
  Stopped stopped(8);
  stopped.overwrite(1, 5, 2);
  Log& log = stopped.test.opened_again();
  stopped.test.cut(Sequence{3});
  EXPECT_TRUE(log.condition().damages.empty());
  EXPECT_EQ(log.heal(Ticket{++stopped.test.tickets}, std::span(stopped.good).subspan(4, 2)),
            std::nullopt);
  stopped.test.sync();
  EXPECT_EQ(stopped.test.opened_again().last(), id_of(stopped.good[2]));
}

TEST(Healing, LeavesWhatIsDamagedOrWholeAtEveryCrash) {
  for (const DiskFault fault : {DiskFault::crash, DiskFault::half_done}) {
    bool has_failed = true;
    for (std::uint64_t at = 1; has_failed; ++at) {
      SCOPED_TRACE(at);
      Stopped stopped(20);
      stopped.overwrite(1, 4, 5);
      stopped.test.opened_again();
      stopped.test.disk.fail_at(at, fault);
      const Failure failed = stopped.test.log->heal(Ticket{++stopped.test.tickets},
                                                    std::span(stopped.good).subspan(3, 5));
      has_failed = !stopped.test.disk.is_failing();
      ASSERT_EQ(failed.has_value(), has_failed);
      Log& log = stopped.test.opened_again();
      ASSERT_FALSE(log.condition().has_loss);
      ASSERT_EQ(log.last(), id_of(stopped.good.back()));
      if (!failed) {
        ASSERT_TRUE(log.condition().damages.empty());
      }
      stopped.expect_healed();
    }
  }
}

TEST(Healing, AFailedSyncIsFinal) {
  Stopped stopped(5);
  stopped.overwrite(1, 2, 1);
  stopped.test.opened_again();
  stopped.test.disk.fail_at(2, DiskFault::error);
  EXPECT_TRUE(stopped.test.log->heal(Ticket{1}, std::span(stopped.good).subspan(1, 1)));
  EXPECT_TRUE(stopped.test.log->append(Ticket{2}, {}));
}

}  // namespace
}  // namespace groupy::gms::log
