// What generation 1 promises, and what it does not: no failure is handled.
#include "gms/gms1/member.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/gms/memory_group.h"

namespace groupy::gms1 {
namespace {

using gms::MemoryGroup;
using gms::NodeId;
using gms::RecordedDelivery;
using gms::Sequence;

constexpr NodeId kA{1};
constexpr NodeId kB{2};
constexpr NodeId kC{3};
constexpr NodeId kD{4};

std::unique_ptr<Member> founder(unsigned node) {
  return std::make_unique<Member>(MemberOptions{gms::member_of(node), true, gms::group_of(1)});
}

std::unique_ptr<Member> joiner(unsigned node, unsigned life = 1) {
  return std::make_unique<Member>(MemberOptions{gms::member_of(node, life), false, {}});
}

void add_joiner(MemoryGroup& group, unsigned node, NodeId contact, unsigned life = 1) {
  group.add(gms::member_of(node, life), joiner(node, life));
  group.link(NodeId{node}, contact);
  group.run();
}

// A leads; B and C joined through it.
MemoryGroup group_of_three() {
  MemoryGroup group;
  group.add(gms::member_of(1), founder(1));
  add_joiner(group, 2, kA);
  add_joiner(group, 3, kA);
  return group;
}

std::vector<unsigned> ids(const gms::View& view) {
  std::vector<unsigned> ids;
  for (const auto& member : view.members) ids.push_back(member.id.value());
  return ids;
}

TEST(Gms1, AFounderLeadsAGroupOfOneAndDeliversToItself) {
  MemoryGroup group;
  group.add(gms::member_of(1), founder(1));
  ASSERT_TRUE(group.submit(kA, "x"));
  EXPECT_EQ(group.deliveries(kA), (std::vector<RecordedDelivery>{{Sequence{1}, "x"}}));
  EXPECT_TRUE(group.member(kA).status().is_leading);
  EXPECT_EQ(group.views(kA).back()->number, gms::ViewNumber{1});
}

TEST(Gms1, JoinersGoToTheEndOfTheListAndAllInstallTheSameViews) {
  MemoryGroup group = group_of_three();
  for (const NodeId node : {kA, kB, kC}) {
    const gms::View& view = *group.views(node).back();
    EXPECT_EQ(ids(view), (std::vector<unsigned>{1, 2, 3}));
    EXPECT_EQ(view.number, gms::ViewNumber{3});
    EXPECT_EQ(view.leader, kA);
  }
  EXPECT_EQ(*group.views(kB)[1], *group.views(kA)[2]);
}

TEST(Gms1, AnyMemberMayBeAskedToTakeAJoinerIn) {
  MemoryGroup group = group_of_three();
  add_joiner(group, 4, kC);
  EXPECT_EQ(ids(*group.views(kD).back()), (std::vector<unsigned>{1, 2, 3, 4}));
  EXPECT_TRUE(group.member(kD).status().has_state);
}

TEST(Gms1, AMessageOfAnyMemberIsDeliveredByAllInOneOrder) {
  MemoryGroup group = group_of_three();
  for (int round = 0; round < 20; ++round) {
    for (const NodeId node : {kA, kB, kC}) {
      ASSERT_TRUE(group.submit(node, std::to_string(node.value()) + "/" + std::to_string(round)));
    }
    group.step();  // so that submissions and multicasts mix
  }
  group.run();
  EXPECT_EQ(group.deliveries(kA).size(), 60u);
  EXPECT_EQ(group.deliveries(kB), group.deliveries(kA));
  EXPECT_EQ(group.deliveries(kC), group.deliveries(kA));
}

TEST(Gms1, EachMembersMessagesKeepTheirOrder) {
  MemoryGroup group = group_of_three();
  for (int number = 0; number < 10; ++number) {
    group.submit(kB, "b" + std::to_string(number));
    group.submit(kC, "c" + std::to_string(number));
  }
  group.run();
  for (const std::string who : {"b", "c"}) {
    std::vector<std::string> own;
    for (const std::string& payload : group.payloads(kA)) {
      if (payload.starts_with(who)) own.push_back(payload);
    }
    ASSERT_EQ(own.size(), 10u);
    EXPECT_TRUE(std::ranges::is_sorted(own));
  }
}

TEST(Gms1, AJoinerGetsTheStateAndGoesOnRightBehindIt) {
  MemoryGroup group = group_of_three();
  for (int number = 0; number < 5; ++number) group.submit(kB, "before" + std::to_string(number));
  group.run();
  group.add(gms::member_of(4), joiner(4));
  group.link(kD, kB);
  // Writes go on at every step of the join: before and behind the place of the state request.
  for (int number = 0; group.step(); ++number) {
    if (number < 40) group.submit(number % 2 == 0 ? kA : kC, "during" + std::to_string(number));
  }
  EXPECT_EQ(group.deliveries(kD), group.deliveries(kA));
  EXPECT_EQ(group.deliveries(kB), group.deliveries(kA));
  EXPECT_GT(group.deliveries(kA).size(), 5u);
}

TEST(Gms1, AJoinerWithoutTheStateTakesNoSubmissions) {
  MemoryGroup group = group_of_three();
  group.add(gms::member_of(4), joiner(4));
  EXPECT_FALSE(group.submit(kD, "too early"));
  group.link(kD, kA);
  while (!group.member(kD).status().has_state) {
    EXPECT_FALSE(group.submit(kD, "too early"));
    ASSERT_TRUE(group.step());
  }
  EXPECT_TRUE(group.submit(kD, "in time"));
}

TEST(Gms1, TheFirstStateThatComesIsTaken) {
  MemoryGroup group = group_of_three();
  group.submit(kA, "x");
  group.run();
  group.refuse_states(kA);
  add_joiner(group, 4, kA);
  EXPECT_EQ(group.payloads(kD), (std::vector<std::string>{"x"}));
}

TEST(Gms1, AJoinerThatKeptTooMuchAsksForTheStateAgain) {
  MemoryGroup group = group_of_three();
  auto member = joiner(4);
  member->state_transfer().set_kept_bytes_max(1000);
  group.add(gms::member_of(4), std::move(member));
  group.link(kD, kA);
  for (const NodeId node : {kA, kB, kC}) group.refuse_states(node);
  group.run();
  std::size_t requests = 0;
  group.watch([&](NodeId from, NodeId, const gms::Frame& frame) {
    const auto* submit = std::get_if<gms::SubmitFrame>(&frame);
    if (from == kD && submit && std::holds_alternative<gms::StateRequest>(submit->message.content))
      ++requests;
  });
  for (int number = 0; number < 20; ++number) group.submit(kA, std::string(100, 'x'));
  group.run();
  EXPECT_FALSE(group.member(kD).status().has_state);
  EXPECT_GE(requests, 1u);
  // The first answer to its last request lets it in, however much it had dropped.
  MemoryGroup fresh = group_of_three();
  auto small = joiner(4);
  small->state_transfer().set_kept_bytes_max(1000);
  fresh.add(gms::member_of(4), std::move(small));
  fresh.link(kD, kA);
  while (fresh.views(kD).empty()) ASSERT_TRUE(fresh.step());
  ASSERT_TRUE(fresh.step(kD, kA));  // its state request is ordered
  for (int number = 0; number < 20; ++number) fresh.submit(kA, std::string(100, 'x'));
  fresh.run();
  EXPECT_TRUE(fresh.member(kD).status().has_state);
  EXPECT_EQ(fresh.deliveries(kD), fresh.deliveries(kA));
}

TEST(Gms1, AJoinerThatIsNotInvitedAsksAgainEachSecond) {
  MemoryGroup group;
  group.add(gms::member_of(1), founder(1));
  group.add(gms::member_of(2), joiner(2));
  group.add(gms::member_of(3), joiner(3));
  group.link(kC, kB);  // its contact is not in a group itself yet
  group.run();
  EXPECT_TRUE(group.views(kC).empty());
  group.link(kB, kA);
  group.run();
  group.tick(kC, kAskAgainAfter - gms::Time(1));
  EXPECT_EQ(group.in_flight(kC, kB), 0u);
  group.tick(kC, kAskAgainAfter);
  group.run();
  EXPECT_EQ(ids(*group.views(kC).back()), (std::vector<unsigned>{1, 2, 3}));
}

TEST(Gms1, ARestartedProcessIsANewMember) {
  MemoryGroup group = group_of_three();
  group.submit(kA, "x");
  group.run();
  group.kill(kC);
  add_joiner(group, 3, kB, 2);
  const gms::View& view = *group.views(kA).back();
  EXPECT_EQ(ids(view), (std::vector<unsigned>{1, 2, 3}));
  EXPECT_EQ(view.find(kC)->directory, gms::directory_of(3, 2));
  EXPECT_EQ(view.find(kC)->incarnation, gms::Incarnation{2});
  EXPECT_EQ(group.deliveries(kC), group.deliveries(kA));
}

TEST(Gms1, ADeadWorkerStaysInTheViewAndDoesNotDisturb) {
  MemoryGroup group = group_of_three();
  group.kill(kB);
  group.submit(kC, "x");
  group.run();
  EXPECT_EQ(ids(*group.views(kA).back()), (std::vector<unsigned>{1, 2, 3}));
  EXPECT_EQ(group.payloads(kA), (std::vector<std::string>{"x"}));
  EXPECT_EQ(group.payloads(kC), (std::vector<std::string>{"x"}));
}

TEST(Gms1, WhenTheLeaderDiesEverythingStopsAndNobodyNotices) {
  MemoryGroup group = group_of_three();
  group.kill(kA);
  EXPECT_TRUE(group.submit(kB, "never delivered"));
  EXPECT_TRUE(group.submit(kC, "never delivered"));
  group.run();
  for (const NodeId node : {kB, kC}) {
    EXPECT_TRUE(group.deliveries(node).empty());
    EXPECT_EQ(group.member(node).status().view->leader, kA);
    EXPECT_FALSE(group.member(node).status().is_leading);
  }
}

TEST(Gms1, ALeaderThatDiesBetweenTwoSendsLeavesWorkersWithDifferentStates) {
  MemoryGroup group = group_of_three();
  group.submit(kA, "half");
  ASSERT_TRUE(group.step(kA, kB));
  group.kill(kA);
  group.run();
  EXPECT_EQ(group.payloads(kB), (std::vector<std::string>{"half"}));
  EXPECT_TRUE(group.payloads(kC).empty());
}

TEST(Gms1, FramesThatOnlyTheLeaderMaySendAreTakenFromNobodyElse) {
  MemoryGroup group = group_of_three();
  const gms::Message forged{{gms::directory_of(3), gms::StartCount{1}, 99},
                            gms::ApplicationMessage{gms::Payload(std::string("forged"))}};
  group.inject(kB, kC, gms::MulticastFrame{forged});
  gms::View other = *group.views(kB).back();
  other.number = other.number.next();
  other.leader = kC;
  group.inject(kB, kC, gms::ViewFrame{other});
  group.inject(kB, kC, gms::SubmitFrame{forged});  // B does not lead
  group.run();
  EXPECT_TRUE(group.deliveries(kB).empty());
  EXPECT_EQ(group.views(kB).back()->leader, kA);
}

TEST(Gms1, TheLeaderOrdersOnlyWhatItsMembersSubmitInTheirOwnNameAndOnce) {
  MemoryGroup group = group_of_three();
  const auto message = [](unsigned node, std::uint64_t start, std::uint64_t counter) {
    return gms::SubmitFrame{{{gms::directory_of(node), gms::StartCount{start}, counter},
                             gms::ApplicationMessage{gms::Payload(std::string("x"))}}};
  };
  group.inject(kA, kD, message(4, 1, 1));   // not in the group
  group.inject(kA, kB, message(3, 1, 90));  // in C's name
  group.inject(kA, kB, message(2, 2, 90));  // of another life
  EXPECT_TRUE(group.deliveries(kA).empty());
  group.inject(kA, kB, message(2, 1, 90));
  group.inject(kA, kB, message(2, 1, 90));  // once more
  group.inject(kA, kB, message(2, 1, 89));
  group.run();
  EXPECT_EQ(group.deliveries(kA).size(), 1u);
  EXPECT_EQ(group.deliveries(kC), group.deliveries(kA));
}

TEST(Gms1, ALostInvitationIsSentAgainToWhoAsksForIt) {
  MemoryGroup group;
  group.add(gms::member_of(1), founder(1));
  group.add(gms::member_of(2), joiner(2));
  group.link(kB, kA);
  ASSERT_TRUE(group.step(kB, kA));  // the leader takes it in; the invitation is on its way
  group.lose_frames(kA, kB);
  group.submit(kA, "meanwhile");
  group.run();
  EXPECT_TRUE(group.views(kB).empty());
  group.tick(kB, kAskAgainAfter);
  group.run();
  EXPECT_TRUE(group.member(kB).status().has_state);
  EXPECT_EQ(group.deliveries(kB), group.deliveries(kA));
  EXPECT_EQ(group.views(kA).back()->number, gms::ViewNumber{2});
}

TEST(Gms1, AProcessThatUsesTheDeadLeadersIdIsNotObeyed) {
  MemoryGroup group = group_of_three();
  group.kill(kA);
  group.add(gms::member_of(1, 2), joiner(1, 2));
  group.link(kA, kB);
  const gms::Message forged{{gms::directory_of(1, 2), gms::StartCount{1}, 1},
                            gms::ApplicationMessage{gms::Payload(std::string("forged"))}};
  group.inject(kB, kA, gms::MulticastFrame{forged});
  EXPECT_TRUE(group.deliveries(kB).empty());
}

TEST(Gms1, OnlyTheFirstAnswerToAStateRequestIsMulticast) {
  MemoryGroup group = group_of_three();
  add_joiner(group, 4, kA);
  add_joiner(group, 5, kA);
  std::size_t states = 0;
  group.watch([&](NodeId from, NodeId to, const gms::Frame& frame) {
    const auto* multicast = std::get_if<gms::MulticastFrame>(&frame);
    if (multicast == nullptr || from != kA || to != kB) return;
    if (std::holds_alternative<gms::StateMessage>(multicast->message.content)) ++states;
  });
  add_joiner(group, 6, kB);
  EXPECT_TRUE(group.member(NodeId{6}).status().has_state);
  EXPECT_EQ(states, 1u);
}

TEST(Gms1, StatesAreGivenOneAfterTheOtherAndWhoMustWaitAsksAgain) {
  MemoryGroup group = group_of_three();
  group.refuse_states(kA);  // so that a worker answers, a step later
  for (const unsigned node : {4U, 5U}) {
    group.add(gms::member_of(node), joiner(node));
    group.link(NodeId{node}, kA);
  }
  const NodeId e{5};
  // Both are invited and ask before any worker has seen a request.
  while (group.step(kD, kA) || group.step(e, kA) || group.step(kA, kD) || group.step(kA, e)) {
  }
  group.run();
  EXPECT_NE(group.member(kD).status().has_state, group.member(e).status().has_state);
  for (const NodeId node : {kD, e}) group.tick(node, kAskAgainAfter);
  group.run();
  EXPECT_TRUE(group.member(kD).status().has_state && group.member(e).status().has_state);
}

TEST(Gms1, ARequestThatNobodyAnswersDoesNotHoldUpTheNextForEver) {
  MemoryGroup group = group_of_three();
  for (const NodeId node : {kA, kB, kC}) group.refuse_states(node);
  add_joiner(group, 4, kA);
  EXPECT_FALSE(group.member(kD).status().has_state);
  group.kill(kD);
  for (const NodeId node : {kA, kB, kC}) group.refuse_states(node, false);
  add_joiner(group, 5, kA);
  EXPECT_FALSE(group.member(NodeId{5}).status().has_state);
  for (const NodeId node : {kA, NodeId{5}}) group.tick(node, kAnswerLimit);
  group.run();
  EXPECT_TRUE(group.member(NodeId{5}).status().has_state);
}

TEST(Gms1, AViewThatIsNotTheNextOneIsNotInstalled) {
  MemoryGroup group = group_of_three();
  const gms::View current = *group.views(kB).back();
  gms::View skipped = current.with_joined(gms::member_of(4)).with_joined(gms::member_of(5));
  group.inject(kB, kA, gms::ViewFrame{skipped});
  group.inject(kB, kA, gms::ViewFrame{current});
  EXPECT_EQ(*group.views(kB).back(), current);
}

TEST(Gms1, AnInvitationToSomebodyElseIsNotTaken) {
  MemoryGroup group = group_of_three();
  group.add(gms::member_of(4), joiner(4));
  group.inject(kD, kA, gms::ViewFrame{*group.views(kA).back()});
  EXPECT_TRUE(group.views(kD).empty());
}

}  // namespace
}  // namespace groupy::gms1
