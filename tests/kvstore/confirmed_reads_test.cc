#include "kvstore/confirmed_reads.h"

#include <gtest/gtest.h>

namespace groupy::kvstore {
namespace {

using gms::Sequence;
using gms::Time;
using Ids = std::vector<WaitId>;

TEST(ConfirmedReads, LeaveInTheOrderOfWhatTheyMustSee) {
  ConfirmedReads reads;
  for (std::uint64_t id = 1; id <= 3; ++id) reads.add(WaitId{id}, Time(100));
  reads.confirmed(WaitId{3}, Sequence{5});
  reads.confirmed(WaitId{1}, Sequence{7});
  EXPECT_EQ(reads.take_applied(Sequence{4}), Ids{});
  EXPECT_EQ(reads.take_applied(Sequence{7}), (Ids{WaitId{3}, WaitId{1}}));
  EXPECT_EQ(reads.size(), 1u) << "what is not confirmed waits, whatever is applied";
}

TEST(ConfirmedReads, KeepTheirDeadlineWhenTheyAreConfirmed) {
  ConfirmedReads reads;
  reads.add(WaitId{1}, Time(20));
  reads.add(WaitId{2}, Time(10));
  reads.add(WaitId{3}, Time(30));
  reads.confirmed(WaitId{1}, Sequence{5});
  EXPECT_TRUE(reads.take_expired(Time(9)).not_confirmed.empty());
  const auto expired = reads.take_expired(Time(20));
  EXPECT_EQ(expired.not_confirmed, Ids{WaitId{2}});
  EXPECT_EQ(expired.not_applied, Ids{WaitId{1}});
  EXPECT_EQ(reads.size(), 1u);
}

TEST(ConfirmedReads, AreNoLongerKnownOnceTheyHaveLeft) {
  ConfirmedReads reads;
  reads.add(WaitId{1}, Time(10));
  EXPECT_TRUE(reads.take_refused(WaitId{1}));
  EXPECT_FALSE(reads.take_refused(WaitId{1}));
  reads.confirmed(WaitId{1}, Sequence{1});
  EXPECT_EQ(reads.take_applied(Sequence{1}), Ids{});
  EXPECT_EQ(reads.size(), 0u);
}

}  // namespace
}  // namespace groupy::kvstore
