#include "kvstore/leader_gap.h"

#include <gtest/gtest.h>

namespace groupy::kvstore {
namespace {

using gms::Ballot;
using gms::NodeId;
using gms::Time;

constexpr NodeId kOld{1};
constexpr NodeId kNew{2};

class LeaderGapTest : public testing::Test {
 protected:
  LeaderGapTest() { gap_.observe(Time(10), kOld, Ballot{5}); }
  LeaderGap gap_;
};

TEST_F(LeaderGapTest, LastsFromTheLossToTheViewOfTheNextLeader) {
  gap_.observe(Time(20), std::nullopt, Ballot{5});
  gap_.observe(Time(25), std::nullopt, Ballot{6});
  gap_.observe(Time(30), kNew, Ballot{6});
  EXPECT_EQ(gap_.take(Time(32), kNew, Ballot{6}), Time(12));
  EXPECT_EQ(gap_.take(Time(40), kNew, Ballot{6}), std::nullopt) << "a join, later on";
}

TEST_F(LeaderGapTest, IsForgottenWhenTheOldLeaderIsHeardAgain) {
  gap_.observe(Time(20), std::nullopt, Ballot{5});
  gap_.observe(Time(30), kOld, Ballot{5});
  EXPECT_EQ(gap_.take(Time(40), kOld, Ballot{5}), std::nullopt);
}

TEST_F(LeaderGapTest, GoesOnThroughALeaderWhoseViewNeverCame) {
  gap_.observe(Time(20), std::nullopt, Ballot{5});
  gap_.observe(Time(30), kNew, Ballot{6});
  gap_.observe(Time(40), std::nullopt, Ballot{6});
  gap_.observe(Time(50), kOld, Ballot{7});
  EXPECT_EQ(gap_.take(Time(55), kOld, Ballot{7}), Time(35));
}

TEST_F(LeaderGapTest, IsNotEndedByAViewOfTheLostLeader) {
  gap_.observe(Time(20), std::nullopt, Ballot{5});
  EXPECT_EQ(gap_.take(Time(22), std::nullopt, Ballot{5}), std::nullopt);
  gap_.observe(Time(30), kNew, Ballot{6});
  EXPECT_EQ(gap_.take(Time(32), kNew, Ballot{6}), Time(12));
}

TEST_F(LeaderGapTest, IsUnknownWhereNoLeaderWasSeenToGo) {
  EXPECT_EQ(gap_.take(Time(32), kNew, Ballot{6}), std::nullopt) << "handed over";
  LeaderGap fresh;
  fresh.observe(Time(1), std::nullopt, Ballot{});
  EXPECT_EQ(fresh.take(Time(9), kNew, Ballot{1}), std::nullopt) << "just started";
}

}  // namespace
}  // namespace groupy::kvstore
