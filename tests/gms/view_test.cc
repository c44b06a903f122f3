#include "gms/view.h"

#include <gtest/gtest.h>

#include "tests/gms/memory_group.h"

namespace groupy::gms {
namespace {

View first_view() {
  View view;
  view.group = group_of(1);
  view.number = ViewNumber{1};
  view.leader = NodeId{1};
  view.members = {member_of(1)};
  return view;
}

TEST(View, AJoinerComesLastAndTheNumberGrowsByOne) {
  const View view = first_view().with_joined(member_of(7)).with_joined(member_of(3));
  EXPECT_EQ(view.number, ViewNumber{3});
  ASSERT_EQ(view.members.size(), 3u);
  EXPECT_EQ(view.members[1].id, NodeId{7});
  EXPECT_EQ(view.members[2].id, NodeId{3});
  EXPECT_EQ(view.reason, "node 3 joined");
}

TEST(View, AnotherLifeOfANodeReplacesTheFormerAndIsTheNextIncarnation) {
  const View view =
      first_view().with_joined(member_of(2)).with_joined(member_of(3)).with_joined(member_of(2, 2));
  ASSERT_EQ(view.members.size(), 3u);
  EXPECT_EQ(view.members[2].id, NodeId{2});
  EXPECT_EQ(view.members[2].incarnation, Incarnation{2});
  EXPECT_EQ(view.find(directory_of(2, 1)), nullptr);
  EXPECT_NE(view.find(directory_of(2, 2)), nullptr);
}

TEST(View, WhoIsNotInItIsNotFound) {
  EXPECT_EQ(first_view().find(NodeId{9}), nullptr);
  EXPECT_EQ(first_view().find(directory_of(9)), nullptr);
}

TEST(RandomId, IsMadeOfExactlySixteenBytesAndShownAsHex) {
  EXPECT_FALSE(GroupId::from_bytes(std::string(15, 'x')));
  EXPECT_FALSE(GroupId::from_bytes(std::string(17, 'x')));
  const auto id = GroupId::from_bytes(std::string(16, '\xab'));
  ASSERT_TRUE(id);
  EXPECT_EQ(id->to_hex(), "abababababababababababababababab");
  EXPECT_FALSE(id->is_none());
  EXPECT_TRUE(GroupId().is_none());
}

TEST(Payload, ASliceSharesTheMemoryAndKeepsItAlive) {
  Payload slice;
  {
    const Payload whole(std::string("one long enough payload to live on the heap"));
    slice = whole.slice(4, 4);
    EXPECT_EQ(slice.bytes().data(), whole.bytes().data() + 4);
  }
  EXPECT_EQ(slice.bytes(), "long");
}

}  // namespace
}  // namespace groupy::gms
