#include "gms/gms3/outbox.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::NodeId;

const NodeId kSelf{1}, kTwo{2}, kThree{3};

// Over whose link a frame for this member leaves; nothing if it is dropped.
std::optional<NodeId> way_of(Outbox& outbox, NodeId to) {
  outbox.send(to, gms::SupersededFrame{gms::Ballot{1}});
  const auto sent = of_kind<gms::Send>(outbox.take());
  if (sent.empty()) return std::nullopt;
  const auto& routed = std::get<gms::RoutedFrame>(sent.front().frame);
  EXPECT_EQ(routed.from, kSelf);
  EXPECT_EQ(routed.to, to);
  return sent.front().to;
}

TEST(Outbox, WithoutALinkFramesAreDropped) {
  Outbox outbox(kSelf, gms::StartCount{1});
  EXPECT_FALSE(way_of(outbox, kTwo));
  outbox.link_up(kTwo);
  EXPECT_EQ(way_of(outbox, kTwo), kTwo);
}

TEST(Outbox, WhoWasHeardThroughSomebodyIsAnsweredThroughIt) {
  Outbox outbox(kSelf, gms::StartCount{1});
  EXPECT_FALSE(outbox.found_way(kThree, kTwo));  // there is no link with that one either
  outbox.link_up(kTwo);
  EXPECT_TRUE(outbox.found_way(kThree, kTwo));
  EXPECT_FALSE(outbox.found_way(kThree, kTwo));  // known
  EXPECT_EQ(way_of(outbox, kThree), kTwo);
  EXPECT_TRUE(outbox.reaches(kThree));
  EXPECT_FALSE(outbox.is_direct(kThree));
}

TEST(Outbox, ALinkThatMayBeOpenInOneDirectionOnlyIsGoneAround) {
  Outbox outbox(kSelf, gms::StartCount{1});
  outbox.link_up(kTwo);
  outbox.link_up(kThree);
  EXPECT_TRUE(outbox.found_way(kThree, kTwo));
  EXPECT_EQ(way_of(outbox, kThree), kTwo);
  EXPECT_FALSE(outbox.is_direct(kThree));
  EXPECT_TRUE(outbox.heard_directly(kThree));
  EXPECT_FALSE(outbox.heard_directly(kThree));
  EXPECT_EQ(way_of(outbox, kThree), kThree);
}

TEST(Outbox, ANewLinkIsTheWay) {
  Outbox outbox(kSelf, gms::StartCount{1});
  outbox.link_up(kTwo);
  EXPECT_TRUE(outbox.found_way(kThree, kTwo));
  outbox.link_up(kThree);
  EXPECT_EQ(way_of(outbox, kThree), kThree);
}

TEST(Outbox, WithALinkTheWaysOverItAreLost) {
  Outbox outbox(kSelf, gms::StartCount{1});
  outbox.link_up(kTwo);
  EXPECT_TRUE(outbox.found_way(kThree, kTwo));
  EXPECT_EQ(outbox.link_lost(kTwo), (std::vector<NodeId>{kTwo, kThree}));
  EXPECT_FALSE(outbox.reaches(kTwo));
  EXPECT_FALSE(outbox.reaches(kThree));
  EXPECT_TRUE(outbox.reached().empty());
}

TEST(Outbox, WithoutAKnownWayAQuestionGoesThroughEverybody) {
  Outbox outbox(kSelf, gms::StartCount{1});
  const NodeId four{4};
  outbox.link_up(kTwo);
  outbox.link_up(kThree);
  outbox.send_on_all_ways(four, gms::SupersededFrame{gms::Ballot{1}});
  const auto sent = of_kind<gms::Send>(outbox.take());
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[0].to, kTwo);
  EXPECT_EQ(sent[1].to, kThree);
  EXPECT_TRUE(outbox.found_way(four, kThree));
  outbox.send_on_all_ways(four, gms::SupersededFrame{gms::Ballot{1}});
  EXPECT_EQ(of_kind<gms::Send>(outbox.take()).size(), 1u);
}

TEST(Outbox, HandsOnWhatIsForANeighbourUnchanged) {
  Outbox outbox(kSelf, gms::StartCount{1});
  outbox.link_up(kTwo);
  const gms::RoutedFrame frame{kThree, kTwo, gms::SupersededFrame{gms::Ballot{7}}};
  outbox.relay(frame);
  EXPECT_EQ(of_kind<gms::Send>(outbox.take()), (std::vector<gms::Send>{{kTwo, frame}}));
  outbox.relay({kTwo, kThree, gms::SupersededFrame{}});
  EXPECT_TRUE(outbox.take().empty());
}

}  // namespace
}  // namespace groupy::gms3
