#include "gms/gms3/stability.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::NodeId;
using gms::Sequence;

TEST(Stability, NothingIsStableBeforeAMajoritySynced) {
  Stability stability(Sequence{5}, Sequence{3});
  const Voters voters(view_of(3));
  EXPECT_EQ(stability.update(voters), Sequence{3});
  stability.acknowledged(NodeId{1}, Sequence{6});
  EXPECT_EQ(stability.update(voters), Sequence{3});
  stability.acknowledged(NodeId{3}, Sequence{5});
  EXPECT_EQ(stability.update(voters), Sequence{5});
}

TEST(Stability, NothingIsStableBeforeTheLeadersOwnView) {
  Stability stability(Sequence{11}, Sequence{9});
  const Voters voters(view_of(5));
  for (const unsigned id : {1, 2, 3}) stability.acknowledged(NodeId{id}, Sequence{10});
  EXPECT_EQ(stability.update(voters), Sequence{9});
  for (const unsigned id : {1, 2, 3}) stability.acknowledged(NodeId{id}, Sequence{11});
  EXPECT_EQ(stability.update(voters), Sequence{11});
}

TEST(Stability, OnlyVotersCount) {
  Stability stability(Sequence{1}, Sequence{0});
  stability.acknowledged(NodeId{1}, Sequence{4});
  stability.acknowledged(NodeId{8}, Sequence{4});
  stability.acknowledged(NodeId{9}, Sequence{4});
  EXPECT_EQ(stability.update(Voters(view_of(3))), Sequence{0});
}

TEST(Stability, TheMarkNeverFalls) {
  Stability stability(Sequence{1}, Sequence{0});
  stability.acknowledged(NodeId{1}, Sequence{4});
  EXPECT_EQ(stability.update(Voters(view_of(1))), Sequence{4});
  stability.acknowledged(NodeId{1}, Sequence{2});
  EXPECT_EQ(stability.update(Voters(view_of(1))), Sequence{4});
}

// It started again, and has less: what it had counts no more for what is not stable yet.
TEST(Stability, TheLastWordOfAVoterCounts) {
  Stability stability(Sequence{1}, Sequence{0});
  stability.acknowledged(NodeId{1}, Sequence{9});
  stability.acknowledged(NodeId{2}, Sequence{9});
  stability.acknowledged(NodeId{2}, Sequence{3});
  EXPECT_EQ(stability.update(Voters(view_of(3))), Sequence{3});
}

TEST(Stability, WithoutVotersNothingBecomesStable) {
  Stability stability(Sequence{1}, Sequence{2});
  EXPECT_EQ(stability.update(Voters()), Sequence{2});
}

TEST(Stability, AnEvenNumberNeedsMoreThanHalf) {
  Stability stability(Sequence{1}, Sequence{0});
  const Voters voters(view_of(4));
  for (const unsigned id : {1, 2}) stability.acknowledged(NodeId{id}, Sequence{4});
  EXPECT_EQ(stability.update(voters), Sequence{0});
  stability.acknowledged(NodeId{4}, Sequence{3});
  EXPECT_EQ(stability.update(voters), Sequence{3});
}

}  // namespace
}  // namespace groupy::gms3
