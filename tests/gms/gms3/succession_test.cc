#include "gms/gms3/succession.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::LogEnd;
using gms::NodeId;
using gms::Sequence;
using std::chrono::milliseconds;

const NodeId kSelf{1}, kTwo{2}, kThree{3};
const LogEnd kEnd{Ballot{4}, Sequence{40}};

// Member 1 of three, who promised ballot 5 and voted in it; its log ends at kEnd.
struct Candidate {
  explicit Candidate(unsigned members = 3) : voters(view_of(members)) {
    options.recovered.promise = {Ballot{5}, Ballot{5}, kTwo};
    options.recovered.start = gms::StartCount{1};
    options.seed = 1;
    succession.emplace(kSelf, options, outbox, writes);
    for (unsigned id = 2; id <= members; ++id) outbox.link_up(NodeId{id});
    situation.now = milliseconds(1000);
    situation.synced = kEnd;
    situation.may_vote = true;
    situation.may_run = true;
    situation.voters = &voters;
  }

  template <typename Frame>
  void get(NodeId from, const Frame& frame) {
    succession->on(from, frame, situation);
  }
  gms::Effects effects() { return outbox.take(); }
  // Everything is on disk.
  void sync() {
    writes.persisted(writes.next_ticket());
    succession->persisted(situation);
  }
  // Asks, and is granted by member 2; the claim's frames are in effects().
  void claim() {
    succession->leader_lost(situation.now, 0);
    succession->tick(situation);
    const auto asked = frames_of<gms::PreVoteFrame>(effects());
    ASSERT_EQ(asked.size(), voters.ids().size() - 1);
    attempt = asked.front().second.attempt;
    get(kTwo, gms::PreVoteAnswerFrame{attempt, true, Ballot{8}, kEnd, {}});
  }

  MemberOptions options;
  Voters voters;
  Outbox outbox{kSelf, gms::StartCount{1}};
  Writes writes{Sequence{40}};
  std::optional<Succession> succession;
  Situation situation;
  std::uint64_t attempt = 0;
};

gms::VoteFrame the_vote(const gms::Effects& effects) {
  const auto votes = frames_of<gms::VoteFrame>(effects);
  EXPECT_EQ(votes.size(), 1u);
  return votes.empty() ? gms::VoteFrame{} : votes.front().second;
}

TEST(Succession, AVoteIsSentOnlyOnceItsPromiseIsOnDisk) {
  Candidate member;
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  const gms::Effects effects = member.effects();
  EXPECT_TRUE(frames_of<gms::VoteFrame>(effects).empty());
  const auto saved = of_kind<gms::SavePromise>(effects);
  ASSERT_EQ(saved.size(), 1u);
  EXPECT_EQ(saved[0].promise, (gms::Promise{Ballot{6}, Ballot{6}, kThree}));
  EXPECT_EQ(member.succession->promised(), Ballot{6});  // it binds already
  EXPECT_FALSE(member.succession->is_promise_saved());
  member.sync();
  EXPECT_TRUE(the_vote(member.effects()).granted);
}

TEST(Succession, OneVoteInEachBallotAlsoOverARestart) {
  Candidate member;
  member.get(kThree, gms::VoteRequestFrame{Ballot{5}, kEnd, {}});
  EXPECT_FALSE(the_vote(member.effects()).granted);
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  member.sync();
  EXPECT_TRUE(the_vote(member.effects()).granted);
  member.get(kTwo, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  EXPECT_FALSE(the_vote(member.effects()).granted);
}

TEST(Succession, AStalerLogGetsNoVote) {
  Candidate member;
  for (const LogEnd& end : {LogEnd{Ballot{4}, Sequence{39}}, LogEnd{Ballot{3}, Sequence{90}}}) {
    member.get(kThree, gms::VoteRequestFrame{Ballot{6}, end, {}});
    EXPECT_FALSE(the_vote(member.effects()).granted);
  }
  EXPECT_EQ(member.succession->promised(), Ballot{5});
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, {Ballot{5}, Sequence{9}}, {}});
  EXPECT_EQ(member.succession->promised(), Ballot{6});
}

TEST(Succession, NobodyGetsAVoteWhileTheLeaderLivesButByItsPermit) {
  Candidate member;
  member.situation.leader = kTwo;
  member.situation.followed = Ballot{5};
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  EXPECT_FALSE(the_vote(member.effects()).granted);
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, Ballot{4}});  // of another leader
  EXPECT_FALSE(the_vote(member.effects()).granted);
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, Ballot{5}});
  member.sync();
  EXPECT_TRUE(the_vote(member.effects()).granted);
}

TEST(Succession, WhoMayNotVoteNeitherVotesNorClaims) {
  Candidate member;
  member.situation.may_vote = false;
  member.situation.may_run = false;
  member.get(kThree, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  EXPECT_FALSE(the_vote(member.effects()).granted);
  member.get(kThree, gms::PreVoteFrame{1, kEnd});
  EXPECT_FALSE(frames_of<gms::PreVoteAnswerFrame>(member.effects()).front().second.granted);
  member.succession->leader_lost(member.situation.now, 0);
  member.situation.now += milliseconds(5000);
  member.succession->tick(member.situation);
  // It asks, so as to hear whom the others follow.
  const auto asked = frames_of<gms::PreVoteFrame>(member.effects());
  ASSERT_EQ(asked.size(), 2u);
  member.get(kTwo,
             gms::PreVoteAnswerFrame{asked.front().second.attempt, true, Ballot{8}, kEnd, {}});
  EXPECT_TRUE(member.effects().empty());
}

TEST(Succession, AQuestionChangesNothingAtWhoIsAsked) {
  Candidate member;
  member.get(kThree, gms::PreVoteFrame{1, kEnd});
  const gms::Effects effects = member.effects();
  EXPECT_EQ(effects.size(), 1u);
  EXPECT_TRUE(frames_of<gms::PreVoteAnswerFrame>(effects).front().second.granted);
  EXPECT_EQ(member.succession->promised(), Ballot{5});
}

TEST(Succession, ClaimsOneMoreThanTheHighestPromiseItHeardOf) {
  Candidate member;
  member.claim();
  const auto requests = frames_of<gms::VoteRequestFrame>(member.effects());
  ASSERT_EQ(requests.size(), 2u);
  EXPECT_EQ(requests[0].second, (gms::VoteRequestFrame{Ballot{9}, kEnd, {}}));
}

TEST(Succession, ItsOwnVoteCountsWhenItIsOnDisk) {
  Candidate member;
  member.claim();
  member.get(kTwo, gms::VoteFrame{Ballot{9}, true, Ballot{9}});
  EXPECT_FALSE(member.succession->take_won());
  member.sync();
  EXPECT_EQ(member.succession->take_won(), Ballot{9});
  EXPECT_FALSE(member.succession->take_won());  // once
}

TEST(Succession, AMajorityOfAnswersAndOfVotesIsNeeded) {
  Candidate member(5);
  member.claim();
  EXPECT_TRUE(frames_of<gms::VoteRequestFrame>(member.effects()).empty());
  member.get(kThree, gms::PreVoteAnswerFrame{member.attempt, true, Ballot{5}, kEnd, {}});
  EXPECT_EQ(frames_of<gms::VoteRequestFrame>(member.effects()).size(), 4u);
  member.sync();
  member.get(kTwo, gms::VoteFrame{Ballot{9}, true, Ballot{9}});
  member.get(kTwo, gms::VoteFrame{Ballot{9}, true, Ballot{9}});
  member.get(kThree, gms::VoteFrame{Ballot{8}, true, Ballot{8}});     // of another ballot
  member.get(NodeId{9}, gms::VoteFrame{Ballot{9}, true, Ballot{9}});  // a stranger's
  EXPECT_FALSE(member.succession->take_won());
  member.get(kThree, gms::VoteFrame{Ballot{9}, true, Ballot{9}});
  EXPECT_EQ(member.succession->take_won(), Ballot{9});
}

TEST(Succession, AClaimThatIsOutdoneIsNotWon) {
  Candidate member;
  member.claim();
  member.get(kThree, gms::VoteRequestFrame{Ballot{10}, kEnd, {}});
  member.get(kTwo, gms::VoteFrame{Ballot{9}, true, Ballot{9}});
  member.sync();
  EXPECT_FALSE(member.succession->take_won());
}

TEST(Succession, WhoWasRefusedForALivingLeaderIsAnsweredWhenItIsGone) {
  Candidate member;
  member.situation.leader = kTwo;
  member.get(kThree, gms::PreVoteFrame{7, kEnd});
  EXPECT_FALSE(frames_of<gms::PreVoteAnswerFrame>(member.effects()).front().second.granted);
  member.succession->tick(member.situation);
  EXPECT_TRUE(member.effects().empty());
  member.situation.leader.reset();
  member.succession->tick(member.situation);
  const auto answers = frames_of<gms::PreVoteAnswerFrame>(member.effects());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_TRUE(answers[0].second.granted);
  EXPECT_EQ(answers[0].second.attempt, 7u);
}

TEST(Succession, WhoIsAskedByAStalerLogAsksItself) {
  Candidate member;
  member.get(kThree, gms::PreVoteFrame{7, {Ballot{4}, Sequence{39}}});
  EXPECT_EQ(frames_of<gms::PreVoteFrame>(member.effects()).size(), 2u);
}

TEST(Succession, WhoGaveItsVoteAsksNothingWhileTheOtherHasItsTime) {
  Candidate member;
  member.get(kTwo, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  member.sync();
  member.effects();
  member.succession->leader_lost(member.situation.now, 0);
  member.get(kThree, gms::PreVoteFrame{7, {Ballot{4}, Sequence{39}}});
  member.succession->tick(member.situation);
  EXPECT_TRUE(frames_of<gms::PreVoteFrame>(member.effects()).empty());
  member.situation.now = *member.succession->wake_at();
  member.get(kThree, gms::PreVoteFrame{8, {Ballot{4}, Sequence{39}}});
  EXPECT_EQ(frames_of<gms::PreVoteFrame>(member.effects()).size(), 2u);
}

// Its promise took longer than the other had: it asks already, and may claim.
TEST(Succession, AVoteThatWasLongOnItsWayToDiskIsNotOutbidAtOnce) {
  Candidate member;
  member.get(kTwo, gms::VoteRequestFrame{Ballot{6}, kEnd, {}});
  member.effects();
  member.situation.now = *member.succession->wake_at();
  member.succession->tick(member.situation);
  const auto asked = frames_of<gms::PreVoteFrame>(member.effects());
  ASSERT_EQ(asked.size(), 2u);
  member.get(kThree,
             gms::PreVoteAnswerFrame{asked.front().second.attempt, true, Ballot{5}, kEnd, {}});
  member.sync();
  const gms::Effects effects = member.effects();
  EXPECT_TRUE(the_vote(effects).granted);
  EXPECT_TRUE(frames_of<gms::VoteRequestFrame>(effects).empty());
  EXPECT_EQ(member.succession->promised(), Ballot{6});
}

TEST(Succession, PatienceGrowsWhileNothingComesOfIt) {
  Candidate member;
  gms::Time before{};
  for (int round = 0; round < 4; ++round) {
    member.claim();
    const auto gives_up = member.succession->wake_at();
    ASSERT_TRUE(gives_up);
    const gms::Time waits = *gives_up - member.situation.now;
    EXPECT_GT(waits, before);
    before = waits + waits / 3;  // more than the jitter
    member.sync();               // its own vote alone is no majority
    member.situation.now = *gives_up;
    member.succession->tick(member.situation);
    member.effects();
    member.situation.now += milliseconds(200);
  }
  member.succession->follow(Ballot{50});
  member.situation.now += milliseconds(200);
  member.claim();
  EXPECT_LE(*member.succession->wake_at() - member.situation.now, milliseconds(150));
}

TEST(Succession, BallotsThatCannotHaveComeAboutAreNotBelieved) {
  Candidate member;
  constexpr std::uint64_t kHuge = ~std::uint64_t{0};
  EXPECT_FALSE(member.succession->is_believable(Ballot{kHuge}));
  EXPECT_TRUE(member.succession->is_believable(Ballot{1'000'000}));
  EXPECT_TRUE(member.succession->is_believable(Ballot{1}));
  member.get(kThree, gms::VoteRequestFrame{Ballot{kHuge}, kEnd, {}});
  EXPECT_FALSE(the_vote(member.effects()).granted);
  member.get(kThree, gms::VoteFrame{Ballot{9}, false, Ballot{kHuge}});
  member.claim();
  EXPECT_EQ(frames_of<gms::VoteRequestFrame>(member.effects()).front().second.ballot, Ballot{9});
}

TEST(Succession, ARecordIsProofOfItsBallotsPromise) {
  MemberOptions options;
  options.recovered = recovered_log(3, 1, Ballot{6});
  options.recovered.promise = {};
  Outbox outbox(kSelf, gms::StartCount{1});
  Writes writes{Sequence{3}};
  EXPECT_EQ(Succession(kSelf, options, outbox, writes).promised(), Ballot{6});
}

}  // namespace
}  // namespace groupy::gms3
