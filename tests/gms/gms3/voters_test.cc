#include "gms/gms3/voters.h"

#include <gtest/gtest.h>

#include "gms/gms3/view_history.h"
#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::NodeId;
using gms::Sequence;

TEST(Voters, AMajorityIsMoreThanHalf) {
  for (unsigned members = 1; members <= 7; ++members) {
    const Voters voters(view_of(members));
    std::set<NodeId> some;
    for (unsigned id = 1; id <= members; ++id) {
      some.insert(NodeId{id});
      EXPECT_EQ(voters.is_majority(some), 2 * id > members) << id << " of " << members;
    }
  }
}

TEST(Voters, LearnersAndStrangersDoNotCount) {
  gms::View view = view_of(4);
  view.members[3].role = gms::Role::learner;
  const Voters voters(view);
  EXPECT_EQ(voters.ids().size(), 3u);
  EXPECT_FALSE(voters.is_majority({NodeId{1}, NodeId{4}, NodeId{9}}));
}

TEST(Voters, NobodyIsAMajorityOfNone) {
  EXPECT_FALSE(Voters().is_majority({}));
  EXPECT_FALSE(Voters().is_majority({NodeId{1}}));
}

TEST(ViewHistory, TheNewestCountsAndFallsBackIfItIsCut) {
  ViewHistory history({{Sequence{1}, view_of(3)}});
  history.append(Sequence{4}, view_of(4, 2));
  history.append(Sequence{6}, view_of(5, 3));
  EXPECT_EQ(history.newest()->members.size(), 5u);
  history.cut(Sequence{5});
  EXPECT_EQ(history.newest()->members.size(), 4u);
  history.cut(Sequence{3});
  EXPECT_EQ(history.newest()->members.size(), 3u);
}

TEST(ViewHistory, WhatIsSettledKeepsTheOneThatHolds) {
  ViewHistory history({{Sequence{1}, view_of(3)}});
  history.append(Sequence{4}, view_of(4, 2));
  history.append(Sequence{6}, view_of(5, 3));
  history.settled(Sequence{5});
  history.cut(Sequence{5});
  EXPECT_EQ(history.newest()->number, gms::ViewNumber{2});
}

TEST(ViewHistory, IsEmptyBeforeTheFirst) {
  EXPECT_EQ(ViewHistory({}).newest(), nullptr);
}

}  // namespace
}  // namespace groupy::gms3
