// Segments come and go: made ahead, retired, used again; and what happens when there is no room.
#include <gtest/gtest.h>

#include <algorithm>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

constexpr std::uint64_t kSegmentBytes = kSegmentDataStart + 1024;

void append_many(TestLog& test, int count) {
  for (int i = 0; i < count; ++i) test.append({std::string(100, static_cast<char>('a' + i % 26))});
}

TEST(Space, TheNextSegmentIsPreparedAndTaken) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  EXPECT_FALSE(test.log->space()->has_next);
  EXPECT_TRUE(test.preparer->prepare());
  EXPECT_FALSE(test.preparer->prepare()) << "one is enough";
  EXPECT_TRUE(test.log->space()->has_next);
  EXPECT_EQ(test.disk.names_in("log").size(), 2u);
  const std::uint64_t before = test.disk.operations();
  append_many(test, 6);
  EXPECT_EQ(test.disk.operations(), before + 6 + 2) << "a segment's end and its sync, no more";
  EXPECT_FALSE(test.log->space()->has_next);
}

TEST(Space, APreparedSegmentIsStillThereAfterAStart) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  test.append({"a"});
  test.preparer->prepare();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  Log& log = test.opened_again();
  EXPECT_TRUE(log.space()->has_next);
  EXPECT_FALSE(log.condition().has_loss);
  append_many(test, 20);
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.records().size(), 21u);
}

TEST(Space, RetiringGivesBackWholeSegmentsOnly) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  append_many(test, 20);
  test.sync();
  const auto all = test.records();
  const std::uint64_t before = test.log->bytes_on_disk();
  EXPECT_EQ(test.log->retire(Sequence{4}), std::nullopt);
  EXPECT_EQ(test.log->first(), Sequence{1});
  EXPECT_EQ(test.log->retire(Sequence{12}), std::nullopt);
  EXPECT_EQ(test.log->first(), Sequence{11});
  EXPECT_EQ(test.log->bytes_on_disk(), before - 2 * kSegmentBytes);
  test.opened_again();
  EXPECT_EQ(test.log->first(), Sequence{11});
  EXPECT_EQ(test.records(), std::vector(all.begin() + 10, all.end()));
}

TEST(Space, TheLastRecordIsNeverRetired) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  append_many(test, 10);
  const RecordId last = test.log->last();
  test.sync();
  EXPECT_EQ(test.log->retire(Sequence{1000}), std::nullopt);
  EXPECT_EQ(test.opened_again().last(), last);
}

TEST(Space, WhatStandsBehindTheRetiredHeadIsNeverTooMuch) {
  // Lost records behind the last readable one of a segment must not go with it.
  TestLog test(1, kSegmentBytes);
  test.opened();
  append_many(test, 20);
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), kSegmentDataStart + 4 * 184 + 30, 1);  // sequence 5
  Log& log = test.opened_again();
  ASSERT_EQ(log.condition().damages.size(), 1u);
  EXPECT_EQ(log.retire(Sequence{4}), std::nullopt);
  EXPECT_EQ(log.first(), Sequence{1});
  EXPECT_EQ(log.retire(Sequence{5}), std::nullopt);
  EXPECT_EQ(log.first(), Sequence{6});
  EXPECT_TRUE(log.condition().damages.empty()) << "nobody needs it any more";
}

// A retired file is zeroed before it comes back: nothing of its old life can be read.
TEST(Space, ReusedSegmentsBringNothingBack) {
  for (std::uint64_t seed = 1; seed <= 30; ++seed) {
    TestLog test(seed, kSegmentBytes);
    test.opened();
    for (int round = 0; round < 12; ++round) {
      append_many(test, 7);
      test.sync();
      const Sequence last = test.log->last().sequence;
      EXPECT_EQ(test.log->retire(Sequence{last.value() - std::min(last.value(), 6ul)}),
                std::nullopt);
      test.preparer->prepare();
      if (round % 3 == 0) {
        const auto before = test.records();
        const RecordId end = test.log->last();
        round % 2 == 0 ? test.disk.power_off() : test.disk.kill();
        EXPECT_EQ(test.opened().last(), end);
        const auto after = test.records();
        ASSERT_GE(after.size(), before.size());
        EXPECT_TRUE(std::equal(before.rbegin(), before.rend(), after.rbegin()));
      }
    }
    EXPECT_LE(test.disk.names_in("log").size(), 10u) << "retired ones are used again";
  }
}

// A replica that dies soon after each start, before its log rests.
TEST(Space, StartsWithAnUnsyncedTailCostNoMoreThanWhatTheyKeep) {
  constexpr std::uint64_t kLarge = 256u << 10;
  for (const bool has_spare : {false, true}) {
    TestLog test(1, kLarge);
    for (int round = 1; round <= 30; ++round) {
      Log& log = test.opened();
      if (has_spare) test.preparer->prepare();
      test.append({"one more"});
      EXPECT_EQ(log.last().sequence, Sequence{static_cast<std::uint64_t>(round)});
      test.disk.kill();
    }
    test.opened();
    EXPECT_EQ(test.records().size(), 30u);
    EXPECT_LT(test.disk.used_bytes(), 4 * kLarge);
    EXPECT_LT(test.log->bytes_on_disk(), 3 * kLarge);
  }
}

// The dead bytes come back only once what replaces them is on disk, whatever happens in between.
TEST(Space, WhatIsGivenBackIsNotReadAgainAfterAnyCrash) {
  for (const DiskFault fault : {DiskFault::crash, DiskFault::half_done, DiskFault::error}) {
    for (const bool has_spare : {false, true}) {
      bool has_failed = true;
      for (std::uint64_t at = 1; has_failed; ++at) {
        SCOPED_TRACE("operation " + std::to_string(at));
        TestLog test(at, kSegmentBytes);
        test.opened();
        append_many(test, 3);
        test.sync();
        append_many(test, 2);
        if (has_spare) test.preparer->prepare();
        const auto all = test.records();
        test.disk.kill();
        test.disk.fail_at(at, fault);
        has_failed = test.open().has_value();
        at % 2 == 0 ? test.disk.power_off() : test.disk.kill();
        const auto found = (test.opened(), test.records());
        ASSERT_GE(found.size(), has_failed ? 3u : 5u);
        ASSERT_TRUE(std::equal(found.begin(), found.end(), all.begin()));
        append_many(test, 9);
        test.sync();
        test.opened_again();
        ASSERT_EQ(test.records().size(), found.size() + 9);
      }
    }
  }
}

// The spare is made into the new segment: a start is no time to fill another one with zeros.
TEST(Space, ATailGoesIntoTheSpareAndNeedsNoSpaceOfItsOwn) {
  TestLog test(1, 64u << 10);
  test.opened();
  test.preparer->prepare();
  append_many(test, 2);
  test.disk.kill();
  test.disk.set_capacity(test.disk.used_bytes());
  const std::uint64_t before = test.disk.operations();
  test.opened();
  EXPECT_LT(test.disk.operations() - before, 20u);
  EXPECT_EQ(test.records().size(), 2u);
  EXPECT_GT(test.disk.free_bytes(), 50u << 10) << "what was replaced";
}

// A segment that begins with them is the head in some of these.
TEST(Space, RetiringUpToNotesOfLossAndWholeKeepsTheLog) {
  for (int count = 1; count <= 20; ++count) {
    for (const int behind : {0, 1, 6}) {
      SCOPED_TRACE(std::to_string(count) + " records, " + std::to_string(behind) + " behind");
      TestLog test(1, kSegmentBytes);
      test.opened();
      append_many(test, count);
      test.sync();
      EXPECT_EQ(test.log->declare_loss(), std::nullopt);
      EXPECT_EQ(test.log->declare_whole(Ticket{++test.tickets}), std::nullopt);
      append_many(test, behind);
      test.sync();
      const RecordId last = test.log->last();
      ASSERT_EQ(test.log->retire(last.sequence), std::nullopt);
      const auto kept = test.records();
      Log& log = test.opened_again();
      EXPECT_EQ(log.last(), last);
      EXPECT_EQ(test.records(), kept);
      EXPECT_FALSE(log.condition().has_loss);
      EXPECT_TRUE(log.condition().damages.empty());
    }
  }
}

TEST(Space, WithoutSpaceForAWholeSegmentATailGetsASmallOne) {
  TestLog test(1, 64u << 10);
  test.opened();
  append_many(test, 2);
  test.disk.kill();
  test.disk.set_capacity(test.disk.used_bytes() + (32u << 10));
  test.opened();
  EXPECT_EQ(test.records().size(), 2u);
  EXPECT_TRUE(test.preparer->prepare()) << "from what was replaced";
  append_many(test, 2);
  test.sync();
  EXPECT_EQ(test.opened_again().last().sequence, Sequence{4});
}

// What stands in a spare that has been written to is of no use.
TEST(Space, ASpareThatIsNotEmptyIsNotUsedAsItIs) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  test.preparer->prepare();
  append_many(test, 2);
  test.disk.flip(segment_name(2), kSegmentDataStart + 500, 1);
  test.disk.kill();
  test.opened();
  EXPECT_TRUE(test.log->condition().has_loss);
  EXPECT_EQ(test.log->declare_whole(Ticket{100}), std::nullopt);
  test.sync();
  EXPECT_FALSE(test.opened_again().condition().has_loss);
  EXPECT_EQ(test.records().size(), 2u);
}

TEST(Space, NoRoomForTheNextSegmentIsToldBeforeItIsNeeded) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  test.disk.set_capacity(kSegmentBytes + 4000);
  EXPECT_FALSE(test.preparer->prepare());
  auto space = test.log->space();
  ASSERT_TRUE(space.ok());
  EXPECT_FALSE(space->has_next);
  ASSERT_TRUE(space->obstacle);
  EXPECT_EQ(space->obstacle->code, IoCode::no_space);
  EXPECT_EQ(space->free_bytes, 4000u) << "what was begun is gone again";
  EXPECT_EQ(space->segment_room, kSegmentBytes - kSegmentDataStart - kEntryHeadBytes);
  // The log goes on while there is room, and by itself when there is space again.
  append_many(test, 3);
  test.sync();
  test.disk.set_capacity(10 * kSegmentBytes);
  EXPECT_TRUE(test.preparer->prepare());
  EXPECT_TRUE(test.log->space()->has_next);
  EXPECT_FALSE(test.log->space()->obstacle);
  append_many(test, 10);
  test.sync();
  EXPECT_EQ(test.opened_again().last().sequence, Sequence{13});
}

TEST(Space, NoRoomForWhatWasPromisedIsFinal) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  append_many(test, 5);
  test.sync();
  test.disk.set_capacity(kSegmentBytes + 4000);
  const Record record = record_behind(test.log->last(), 1, std::string(100, 'x'));
  const Failure failed = test.log->append(Ticket{100}, std::span(&record, 1));
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, IoCode::no_space);
  test.disk.set_capacity(10 * kSegmentBytes);
  EXPECT_FALSE(test.log->sync().ok());
  EXPECT_EQ(test.opened_again().last().sequence, Sequence{5});
}

TEST(Space, ALogThatRestsNeedsNone) {
  for (const bool is_stopped : {false, true}) {
    TestLog test(1, kSegmentBytes);
    test.opened();
    const std::uint64_t room = test.log->space()->segment_room;
    test.append({std::string(static_cast<std::size_t>(room - kEntryHeadBytes), 'x')});
    test.sync();
    EXPECT_EQ(test.log->space()->segment_room, 0u);
    test.disk.set_capacity(kSegmentBytes);
    if (is_stopped) {
      EXPECT_EQ(test.log->stop(), std::nullopt);
    } else {
      EXPECT_EQ(test.log->tick(Time{0}), std::nullopt);
      EXPECT_EQ(test.log->tick(kIdleBeforeMark), std::nullopt);
    }
    // The segment's end is as good as a mark.
    test.disk.flip(segment_name(1), kSegmentDataStart + kEntryHeadBytes, 1);
    Log& log = test.opened_again();
    EXPECT_FALSE(log.condition().has_loss);
    EXPECT_EQ(log.condition().damages.size(), 1u);
    test.disk.set_capacity(10 * kSegmentBytes);
    test.append({"goes on"});
    test.sync();
    EXPECT_EQ(test.opened_again().last().sequence, Sequence{2});
  }
}

TEST(Space, ARecordLargerThanASegmentGetsALargerOne) {
  TestLog test(1, kSegmentBytes);
  test.opened();
  test.append({"small"});
  test.preparer->prepare();
  test.append({std::string(50'000, 'x')});
  test.append({"small again"});
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.payloads(),
            (std::vector<std::string>{"small", std::string(50'000, 'x'), "small again"}));
}

}  // namespace
}  // namespace groupy::gms::log
