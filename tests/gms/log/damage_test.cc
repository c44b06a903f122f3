// What is wrong on disk is found and told, and what was acknowledged is never silently dropped.
#include <gtest/gtest.h>

#include <algorithm>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

constexpr std::uint64_t kSegmentBytes = kSegmentDataStart + 1400;

constexpr std::size_t kUnusedStep = 61;

bool is_reported(const LogCondition& condition) {
  return condition.has_loss || condition.is_end_unknown || !condition.damages.empty();
}

struct DamageCase {
  bool has_mark;      // a clean stop, or a power cut right after the sync
  bool is_rewritten;  // its first part was once an unsynced tail
  bool has_cut;
  std::uint64_t segment_bytes;
};

// The same log each time.
std::unique_ptr<TestLog> make_log(const DamageCase& damage_case) {
  auto test = std::make_unique<TestLog>(1, damage_case.segment_bytes);
  test->opened();
  test->append(letters(3));
  test->sync();
  if (damage_case.is_rewritten) test->opened_again();
  test->append(letters(4));
  if (damage_case.has_cut) {
    test->cut(Sequence{5});
    test->append(letters(2), 2);
  }
  test->sync();
  if (damage_case.has_mark) {
    EXPECT_EQ(test->log->stop(), std::nullopt);
  }
  test->disk.power_off();
  return test;
}

// Between the copies of a segment's header and the first entry; a few places of it are enough.
bool is_unused(std::size_t offset) {
  return offset < kSegmentDataStart && offset % kSegmentHeaderCopyAt > kSegmentHeaderBytes;
}

// What happens to one place of one file, and how many bytes of it that takes.
struct Harm {
  std::size_t bytes;
  void (*happen)(MemoryDisk& disk, const std::string& name, std::size_t at);
};

constexpr Harm kFlippedBit{1, [](MemoryDisk& disk, const std::string& name, std::size_t at) {
                             disk.flip(name, at, static_cast<std::uint8_t>(1u << (at % 8)));
                           }};
constexpr Harm kBadSector{MemoryDisk::kSectorBytes,
                          [](MemoryDisk& disk, const std::string& name, std::size_t at) {
                            disk.make_unreadable(name, at / MemoryDisk::kSectorBytes);
                          }};

void damage_every_place(const DamageCase& damage_case, const Harm& harm) {
  const auto sample = make_log(damage_case);
  sample->opened();
  const std::vector<Record> good = sample->records();
  const RecordId last = sample->log->last();
  const auto original = make_log(damage_case);
  for (const std::string& name : original->disk.names_in("log")) {
    const std::size_t size = original->disk.contents("log/" + name).size();
    for (std::size_t at = 0; at < size;
         at += is_unused(at) ? std::max(harm.bytes, kUnusedStep) : harm.bytes) {
      SCOPED_TRACE(name + " byte " + std::to_string(at));
      const auto test = make_log(damage_case);
      harm.happen(test->disk, "log/" + name, at);
      if (const Failure failed = test->open()) {
        EXPECT_EQ(failed->code, IoCode::refused);
        continue;
      }
      const LogCondition condition = test->log->condition();
      if (test->records() != good || test->log->last() != last) {
        ASSERT_TRUE(is_reported(condition)) << "something is missing, and nobody says so";
      }
      // What is at or below a mark is never cut.
      // One byte leaves the mark or what it covers; a sector may take both, which is a loss.
      const bool has_lost_mark = harm.bytes > 1 && condition.has_loss;
      if (damage_case.has_mark && !condition.is_end_unknown && !has_lost_mark) {
        ASSERT_EQ(test->log->last(), last);
      }
      for (const Damage& damage : condition.damages) {
        ASSERT_EQ(damage.last.checksum, good[damage.last.sequence.value() - 1].checksum);
      }
      // The next start says the same.
      test->opened_again();
      ASSERT_EQ(is_reported(test->log->condition()), is_reported(condition));
      // From others it all comes back, and stays.
      if (condition.has_loss) continue;
      for (int life = 0; life < 2; ++life) {
        test->heal_from(good);
        ASSERT_EQ(test->records(), good);
        test->opened_again();
      }
      ASSERT_FALSE(is_reported(test->log->condition()));
      ASSERT_EQ(test->records(), good);
    }
  }
}

constexpr DamageCase kMarked{
    .has_mark = true, .is_rewritten = false, .has_cut = false, .segment_bytes = kSegmentBytes};
constexpr DamageCase kCut{
    .has_mark = true, .is_rewritten = false, .has_cut = true, .segment_bytes = kSegmentBytes};
constexpr DamageCase kManySegments{.has_mark = true,
                                   .is_rewritten = false,
                                   .has_cut = true,
                                   .segment_bytes = kSegmentDataStart + 504};
constexpr DamageCase kRewritten{
    .has_mark = true, .is_rewritten = true, .has_cut = true, .segment_bytes = kSegmentBytes};
constexpr DamageCase kUnmarked{
    .has_mark = false, .is_rewritten = false, .has_cut = true, .segment_bytes = kSegmentBytes};

TEST(Damage, OfAnyByteBelowAMarkIsNeverCut) {
  damage_every_place(kMarked, kFlippedBit);
}

TEST(Damage, OfAnyByteOfALogWithACutIsNeverCut) {
  damage_every_place(kCut, kFlippedBit);
}

TEST(Damage, OfAnyByteOfALogWithManySegmentsIsFound) {
  damage_every_place(kManySegments, kFlippedBit);
}

TEST(Damage, OfAnyByteOfARewrittenLogIsNeverCut) {
  damage_every_place(kRewritten, kFlippedBit);
}

TEST(Damage, BetweenASyncAndItsMarkIsTold) {
  damage_every_place(kUnmarked, kFlippedBit);
}

// A disk that does not give a place back has damaged it, and no more than that.
TEST(Damage, OfAnySectorThatTheDiskDoesNotGiveIsTheSame) {
  for (const DamageCase& each : {kMarked, kCut, kManySegments, kRewritten, kUnmarked}) {
    SCOPED_TRACE(::testing::Message()
                 << "mark " << each.has_mark << " cut " << each.has_cut << " rewritten "
                 << each.is_rewritten << " segments of " << each.segment_bytes);
    damage_every_place(each, kBadSector);
    if (::testing::Test::HasFatalFailure()) return;
  }
}

TEST(Damage, OfAPayloadLeavesTheRecordItsIdentity) {
  TestLog test;
  test.opened();
  test.append(letters(4));
  const RecordId second = **test.log->id_at(Sequence{2});
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), entry_of(2) + kEntryHeadBytes, 1);
  Log& log = test.opened_again();
  EXPECT_EQ(log.last().sequence, Sequence{4});
  EXPECT_EQ(log.condition().damages,
            (std::vector<Damage>{{Damage::Kind::payload, Sequence{2}, second}}));
  EXPECT_EQ(**log.id_at(Sequence{2}), second);
  auto read = log.read(Sequence{1}, 1000);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->records.size(), 1u);
  EXPECT_EQ(read->damaged, Sequence{2});
  EXPECT_EQ(log.read(Sequence{3}, 1000)->records.size(), 2u);
}

TEST(Damage, OfAHeadLeavesWhatTheSuccessorNames) {
  TestLog test;
  test.opened();
  test.append(letters(5));
  const RecordId third = **test.log->id_at(Sequence{3});
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), entry_of(2) + 30, 1);
  test.disk.flip(segment_name(1), entry_of(3) + 30, 1);
  Log& log = test.opened_again();
  EXPECT_EQ(log.last().sequence, Sequence{5});
  const RecordId named{Ballot{}, Sequence{3}, third.checksum};
  EXPECT_EQ(log.condition().damages,
            (std::vector<Damage>{{Damage::Kind::record, Sequence{2}, named}}));
  EXPECT_FALSE(log.condition().is_end_unknown);
  EXPECT_EQ(log.read(Sequence{4}, 1000)->records.size(), 2u);
}

TEST(Damage, OfTheLastHeadBelowTheMarkLeavesTheEndUnknown) {
  TestLog test;
  test.opened();
  test.append(letters(3));
  const auto all = test.records();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), entry_of(3) + 30, 1);
  Log& log = test.opened_again();
  EXPECT_EQ(log.last().sequence, Sequence{2});
  EXPECT_TRUE(log.condition().is_end_unknown);
  // The leader sends it again: it takes its place, and nothing is missing.
  EXPECT_EQ(log.append(Ticket{100}, std::span(all).subspan(2)), std::nullopt);
  test.sync();
  Log& healed = test.opened_again();
  EXPECT_FALSE(healed.condition().is_end_unknown);
  EXPECT_TRUE(healed.condition().damages.empty());
  EXPECT_EQ(test.records(), all);
}

// The tail is torn right at the mark: what stands behind must not vouch for what was on disk.
TEST(Damage, IsNotSeenThroughATornTail) {
  TestLog test;
  test.opened();
  test.append(letters(2));
  test.sync();
  test.append(letters(2));
  test.disk.flip(segment_name(1), entry_of(2) + 30, 1);
  test.disk.flip(segment_name(1), entry_of(3) + 30, 1);
  test.disk.kill();
  Log& log = test.opened();
  EXPECT_EQ(log.last().sequence, Sequence{1});
  EXPECT_TRUE(log.condition().is_end_unknown);
  EXPECT_TRUE(log.condition().has_loss);
  EXPECT_TRUE(log.condition().damages.empty());
}

TEST(Damage, OfACutIsSeenThroughWhatFollowsIt) {
  TestLog test;
  test.opened();
  test.append(letters(4));
  test.cut(Sequence{2});
  test.append({"new"}, 2);
  const auto all = test.records();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), entry_of(5) + 30, 1);
  test.opened_again();
  EXPECT_EQ(test.records(), all);
}

TEST(Damage, OfOneCopyOfASegmentsHeaderDoesNotMatter) {
  TestLog test;
  test.opened();
  test.append(letters(2));
  test.sync();
  test.disk.flip(segment_name(1), 20, 1);
  test.opened_again();
  EXPECT_EQ(test.payloads(), letters(2));
}

// Otherwise the damages of years would add up.
TEST(Damage, OfOneCopyOfASegmentsHeaderIsMendedAtTheNextStart) {
  for (const std::uint64_t copy : {std::uint64_t{0}, kSegmentHeaderCopyAt}) {
    TestLog test;
    test.opened();
    test.append(letters(2));
    test.sync();
    const std::string before = test.disk.contents(segment_name(1)).substr(0, kSegmentDataStart);
    test.disk.flip(segment_name(1), copy + 20, 1);
    test.opened_again();
    test.disk.power_off();
    EXPECT_EQ(test.disk.contents(segment_name(1)).substr(0, kSegmentDataStart), before);
    test.disk.flip(segment_name(1), kSegmentHeaderCopyAt - copy + 20, 1);
    test.opened_again();
    EXPECT_EQ(test.payloads(), letters(2));
  }
}

TEST(Damage, OfBothCopiesOfASegmentsHeaderIsRefused) {
  TestLog test;
  test.opened();
  test.disk.flip(segment_name(1), 20, 1);
  test.disk.flip(segment_name(1), kSegmentHeaderCopyAt + 20, 1);
  test.disk.kill();
  const Failure failed = test.open();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, IoCode::refused);
  EXPECT_EQ(failed->what, "log/0000000000000001: both copies of its header are unreadable");
}

TEST(Damage, AMissingSegmentIsRefused) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  test.append(letters(26));
  test.sync();
  MemoryDirectory files(test.disk);
  ASSERT_EQ(files.remove(segment_name(2)), std::nullopt);
  test.disk.kill();
  const Failure failed = test.open();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->what, "log/0000000000000002: this part of the log is missing");
}

TEST(Damage, SegmentsOfAnotherDirectoryAreRefused) {
  TestLog test;
  test.opened();
  test.disk.power_off();
  test.options.directory = DirectoryId({1});
  const Failure failed = test.open();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, IoCode::refused);
}

// A lost tail must not be forgotten by starting twice.
TEST(Damage, ALossIsRememberedUntilItIsDeclaredWhole) {
  TestLog test;
  test.opened();
  test.append(letters(2));
  test.sync();
  test.disk.flip(segment_name(1), entry_of(2) + 30, 1);
  EXPECT_TRUE(test.opened_again().condition().has_loss);
  EXPECT_EQ(test.log->last().sequence, Sequence{1});
  EXPECT_TRUE(test.opened_again().condition().has_loss);
  EXPECT_EQ(test.log->declare_whole(Ticket{100}), std::nullopt);
  test.sync();
  EXPECT_FALSE(test.opened_again().condition().has_loss);
  EXPECT_FALSE(test.opened_again().condition().has_loss);
}

// Behind the last mark, at every byte, also with whole records behind the torn one.
TEST(Damage, ATornTailIsCutWhereItIsTorn) {
  for (std::uint64_t at = entry_of(3); at < entry_of(6); ++at) {
    SCOPED_TRACE("byte " + std::to_string(at));
    TestLog test;
    test.opened();
    test.append(letters(2));
    test.sync();
    test.append({std::string(40, 'm')});  // says that the first two are on disk
    test.append({std::string(40, 'x'), std::string(40, 'y'), std::string(40, 'z')});
    test.disk.flip(segment_name(1), at, 0xff);
    test.disk.kill();
    Log& log = test.opened();
    EXPECT_GE(log.last().sequence, Sequence{2});
    EXPECT_LE(log.last().sequence.value(), 2 + (at - entry_of(3)) / 120);
    EXPECT_TRUE(log.condition().has_loss);
    EXPECT_TRUE(log.condition().damages.empty());
    const auto kept = test.records();
    test.append({"goes on"});
    test.sync();
    test.opened_again();
    EXPECT_EQ(test.records().size(), kept.size() + 1);
  }
}

}  // namespace
}  // namespace groupy::gms::log
