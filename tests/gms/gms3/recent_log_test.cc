#include "gms/gms3/recent_log.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::Sequence;

// `count` messages of 1,000 bytes and a little.
RecentLog log_of(std::size_t count) {
  RecentLog log({}, {});
  for (std::uint64_t counter = 1; counter <= count; ++counter) {
    log.append(
        message_record(Ballot{1}, log.last(), origin_of(1, counter), std::string(1000, 'x')));
  }
  return log;
}

TEST(RecentLog, KnowsWhoEachRecordIs) {
  const RecentLog log = log_of(3);
  EXPECT_EQ(log.last().sequence, Sequence{3});
  EXPECT_EQ(log.id_at(Sequence{3}), log.last());
  EXPECT_EQ(log.id_at(Sequence{0}), gms::RecordId());
  EXPECT_FALSE(log.id_at(Sequence{4}));
}

TEST(RecentLog, ReadsUpToTheBoundsAndAlwaysOne) {
  const RecentLog log = log_of(5);
  EXPECT_EQ(log.read(Sequence{2}, Sequence{5}, 2, 1u << 20)->size(), 2u);
  EXPECT_EQ(log.read(Sequence{2}, Sequence{3}, 9, 1u << 20)->size(), 2u);
  EXPECT_EQ(log.read(Sequence{2}, Sequence{5}, 9, 2500)->size(), 2u);
  EXPECT_EQ(log.read(Sequence{2}, Sequence{5}, 9, 1)->size(), 1u);
}

TEST(RecentLog, WhatWasFoundOnDiskIsKnownButHasToBeReadFromTheLog) {
  const gms::Recovered recovered = recovered_log(3, 2);
  const RecentLog log(recovered.base, recovered.tail);
  EXPECT_EQ(log.last().sequence, Sequence{4});
  EXPECT_TRUE(log.id_at(Sequence{3}));
  EXPECT_FALSE(log.read(Sequence{3}, Sequence{4}, 9, 9000));
}

TEST(RecentLog, ACutForgetsWhatStoodBehindIt) {
  RecentLog log = log_of(5);
  const auto second = log.id_at(Sequence{2});
  EXPECT_EQ(log.cut(Sequence{2}), second);
  EXPECT_EQ(log.last(), second);
  EXPECT_FALSE(log.id_at(Sequence{3}));
  log.append(message_record(Ballot{2}, log.last(), origin_of(2, 1), "instead"));
  EXPECT_EQ(log.id_at(Sequence{3})->ballot, Ballot{2});
  log.check_invariants();
}

TEST(RecentLog, ShrinksToItsBoundsButKeepsWhatIsNotStable) {
  RecentLog log = log_of(10);
  log.shrink(Sequence{4}, 2, 1u << 20);
  EXPECT_FALSE(log.id_at(Sequence{3}));
  EXPECT_TRUE(log.id_at(Sequence{4}));  // what the next one names
  EXPECT_TRUE(log.read(Sequence{5}, Sequence{10}, 9, 1u << 20));
  log.shrink(Sequence{10}, 100, 3500);
  EXPECT_FALSE(log.read(Sequence{7}, Sequence{10}, 9, 1u << 20));
  EXPECT_EQ(log.read(Sequence{8}, Sequence{10}, 9, 1u << 20)->size(), 3u);
}

TEST(RecentLog, CountsTheBytesBehindASequence) {
  const RecentLog log = log_of(4);
  EXPECT_EQ(log.bytes_behind(Sequence{4}), 0u);
  EXPECT_GT(log.bytes_behind(Sequence{3}), 1000u);
  EXPECT_EQ(log.bytes_behind(Sequence{0}), 4 * log.bytes_behind(Sequence{3}));
}

TEST(RecentLogDeathTest, ARecordThatFollowsAnotherOneIsABug) {
  RecentLog log = log_of(2);
  EXPECT_DEATH(log.append(message_record(Ballot{1}, *log.id_at(Sequence{1}), origin_of(1, 3), "")),
               "does not follow");
}

}  // namespace
}  // namespace groupy::gms3
