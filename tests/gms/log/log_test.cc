// A log that works: what is appended is there, in order, and what sync() says is so.
#include "gms/log/log.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "gms/log/dump.h"
#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

constexpr std::uint64_t kSmall = kSegmentDataStart + 1024;

std::vector<std::string> numbered(int from, int to) {
  std::vector<std::string> payloads;
  for (int i = from; i <= to; ++i) payloads.push_back("payload " + std::to_string(i));
  return payloads;
}

TEST(Log, IsEmptyAtFirst) {
  TestLog test;
  Log& log = test.opened();
  EXPECT_EQ(log.first(), Sequence{1});
  EXPECT_EQ(log.last(), RecordId());
  EXPECT_TRUE(log.read(Sequence{1}, 1000)->records.empty());
  EXPECT_EQ(*log.id_at(Sequence{1}), std::nullopt);
  EXPECT_EQ(**log.id_at(Sequence{0}), RecordId());
  EXPECT_FALSE(log.condition().has_loss);
}

TEST(Log, GivesBackWhatWasAppended) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 3));
  test.append({""});
  test.append({std::string(200'000, 'x')});
  const auto written = test.records();
  ASSERT_EQ(written.size(), 5u);
  EXPECT_EQ(written[2].payload.bytes(), "payload 3");
  EXPECT_EQ(written[4].payload.size(), 200'000u);
  EXPECT_EQ(test.log->last(), id_of(written[4]));
  for (const Record& record : written) {
    EXPECT_EQ(**test.log->id_at(record.sequence), id_of(record));
  }
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.records(), written);
}

TEST(Log, AppendsThousandsAtOnce) {
  TestLog test(1, 64u << 10);
  test.opened();
  test.append(numbered(1, 3000));
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.payloads(), numbered(1, 3000));
}

TEST(Log, ReadsFromAnywhereWithinABound) {
  TestLog test(1, kSmall);
  test.opened();
  test.append(numbered(1, 50));
  for (std::uint64_t from = 1; from <= 50; ++from) {
    auto read = test.log->read(Sequence{from}, 30);
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(read->records.size(), std::min<std::uint64_t>(3, 51 - from));
    EXPECT_EQ(read->records.front().sequence, Sequence{from});
    EXPECT_EQ(test.log->read(Sequence{from}, 0)->records.size(), 1u);
  }
  EXPECT_TRUE(test.log->read(Sequence{51}, 1000)->records.empty());
}

TEST(Log, NothingIsPersistedBeforeASync) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  EXPECT_EQ(test.log->persisted(), Ticket{0});
  EXPECT_EQ(test.sync(), Ticket{1});
  test.append(numbered(3, 3));
  test.append(numbered(4, 4));
  EXPECT_EQ(test.log->persisted(), Ticket{1});
  EXPECT_EQ(test.sync(), Ticket{3});
}

TEST(Log, OneSyncCoversAllThatWasWritten) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  test.append(numbered(3, 4));
  test.cut(Sequence{3});
  const std::uint64_t before = test.disk.operations();
  test.sync();
  EXPECT_EQ(test.disk.operations(), before + 1);
  test.sync();
  EXPECT_EQ(test.disk.operations(), before + 1) << "nothing was written since";
}

TEST(Log, WritesWholeBatchesAtOnce) {
  TestLog test;
  test.opened();
  const std::uint64_t before = test.disk.operations();
  test.append(numbered(1, 50));
  EXPECT_EQ(test.disk.operations(), before + 1);
}

TEST(Log, ACleanStopLosesNothingAndNeedsNoNewSegment) {
  TestLog test;
  test.opened();
  for (int life = 1; life <= 5; ++life) {
    test.append(numbered(life, life));
    ASSERT_EQ(test.log->stop(), std::nullopt);
    Log& log = test.opened_again();
    EXPECT_FALSE(log.condition().has_loss);
    EXPECT_EQ(test.disk.names_in("log").size(), 1u);
  }
  EXPECT_EQ(test.payloads(), numbered(1, 5));
}

TEST(Log, AnIdleLogGetsAMarkOnceAndItsEndIsSafe) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  test.sync();
  const std::uint64_t before = test.disk.operations();
  EXPECT_EQ(test.log->tick(std::chrono::milliseconds(5)), std::nullopt);
  EXPECT_EQ(test.log->tick(std::chrono::milliseconds(14)), std::nullopt);
  EXPECT_EQ(test.disk.operations(), before);
  EXPECT_EQ(test.log->tick(std::chrono::milliseconds(15)), std::nullopt);
  EXPECT_EQ(test.disk.operations(), before + 2) << "a write and a sync";
  for (int ms = 16; ms < 100; ms += 3) {
    EXPECT_EQ(test.log->tick(std::chrono::milliseconds(ms)), std::nullopt);
  }
  EXPECT_EQ(test.disk.operations(), before + 2) << "a mark needs no mark";
  // Damage in what the mark covers is not taken for an unsynced tail.
  test.disk.flip(segment_name(1), kSegmentDataStart + kEntryHeadBytes, 1);
  EXPECT_EQ(test.opened_again().last().sequence, Sequence{2});
  EXPECT_EQ(test.log->condition().damages.size(), 1u);
}

TEST(Log, NoMarkIsWrittenForWhatIsNotSynced) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  const std::uint64_t before = test.disk.operations();
  for (int ms = 0; ms < 100; ms += 10) {
    EXPECT_EQ(test.log->tick(std::chrono::milliseconds(ms)), std::nullopt);
  }
  EXPECT_EQ(test.disk.operations(), before);
}

TEST(Log, AKilledProcessLosesNothingThatWasWritten) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 9));
  test.disk.kill();
  test.opened();
  EXPECT_EQ(test.payloads(), numbered(1, 9));
}

// A sync fails, the process ends, and the next one reads its records from the page cache, where
// they are clean: only what was written anew may be believed.
TEST(Log, AfterAFailedSyncNothingIsBelievedThatWasNotWrittenAnew) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestLog test(seed);
    test.opened();
    test.append(numbered(1, 2));
    test.sync();
    test.append(numbered(3, 9));
    test.disk.fail_at(1, DiskFault::error);
    ASSERT_FALSE(test.log->sync().ok());
    test.disk.kill();
    test.opened();
    ASSERT_EQ(test.payloads(), numbered(1, 9));
    test.opened_again();
    ASSERT_EQ(test.payloads(), numbered(1, 9)) << "what an open showed must be on disk";
  }
}

// The same for a mark alone, which fills the rest of a sector and is not worth a new segment.
TEST(Log, AMarkThatMayNotBeOnDiskIsWrittenAgain) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestLog test(seed);
    test.opened();
    test.append({std::string(MemoryDisk::kSectorBytes - 2 * kEntryHeadBytes, 'x')});
    test.sync();
    EXPECT_EQ(test.log->tick(Time{0}), std::nullopt);
    test.disk.fail_at(2, DiskFault::error);
    ASSERT_TRUE(test.log->tick(kIdleBeforeMark));
    test.disk.kill();
    test.opened();
    test.append({"behind the mark"});
    test.sync();
    test.disk.power_off();
    MemoryDirectory files(test.disk);
    ASSERT_EQ(dump_log(files,
                       [](const std::string& line) {
                         EXPECT_EQ(line.find("UNREADABLE"), std::string::npos) << line;
                       }),
              std::nullopt);
  }
}

// What is written next says that the mark is on disk.
TEST(Log, AMarkIsOnDiskBeforeAnybodySaysSo) {
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    TestLog test(seed);
    test.opened();
    test.append({std::string(MemoryDisk::kSectorBytes - 2 * kEntryHeadBytes, 'x')});
    test.sync();
    EXPECT_EQ(test.log->tick(Time{0}), std::nullopt);
    test.disk.fail_at(2, DiskFault::error);
    ASSERT_TRUE(test.log->tick(kIdleBeforeMark));
    test.disk.kill();
    test.opened();
    test.append({std::string(1000, 'y')});
    EXPECT_FALSE(test.opened_again().condition().is_end_unknown);
  }
}

TEST(Log, TheFirstFailureIsFinalAndSaysWhatFailed) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  test.disk.fail_at(1, DiskFault::error);
  auto failed = test.log->sync();
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().what, "sync: Input/output error");
  const Failure same = failed.error();
  EXPECT_EQ(test.log->sync().error(), *same);
  EXPECT_EQ(test.log->append(Ticket{50}, {}), same);
  EXPECT_EQ(test.log->cut(Ticket{51}, test.log->last()), same);
  EXPECT_EQ(test.log->restart(Ticket{52}, RecordId()), same);
  EXPECT_EQ(test.log->declare_whole(Ticket{53}), same);
  EXPECT_EQ(test.log->retire(Sequence{1}), same);
  EXPECT_EQ(test.log->tick(Time{0}), same);
  EXPECT_EQ(test.log->stop(), same);
  EXPECT_EQ(test.log->persisted(), Ticket{0});
}

TEST(Log, AFailedCloseIsAFailure) {
  TestLog test;
  test.opened();
  test.append(numbered(1, 2));
  test.sync();
  test.disk.fail_at(3, DiskFault::error);  // behind the mark's write and sync
  EXPECT_TRUE(test.log->stop());
}

TEST(LogDeathTest, RecordsThatDoNotFollowAreABug) {
  TestLog test;
  test.opened();
  const Record wrong = record_behind({Ballot{1}, Sequence{5}, Checksum{7}}, 1, "x");
  EXPECT_DEATH(static_cast<void>(test.log->append(Ticket{1}, std::span(&wrong, 1))),
               "does not follow the last one");
}

}  // namespace
}  // namespace groupy::gms::log
