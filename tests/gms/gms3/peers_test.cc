#include "gms/gms3/peers.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::NodeId;
using gms::Sequence;
using gms::StandingFrame;
using gms::StartCount;
using std::chrono::seconds;

const gms::ViewMember kPeer = gms::member_of(2);
const gms::PeerMemory kKnown{kPeer.directory, StartCount{3}, {}, Ballot{5}, Sequence{50}};
// As far as it was known to have come.
const StandingFrame kSame{StartCount{3}, Ballot{5}, Sequence{50}, {Ballot{4}, Sequence{50}}, {}};

Peers peers_that_know() {
  return Peers({kKnown}, seconds(5));
}
bool is_refused(const StandingFrame& standing) {
  return peers_that_know().judge(kPeer, standing, false).has_value();
}

TEST(PeersTest, WhoHasWhatItHadIsWelcome) {
  EXPECT_FALSE(is_refused(kSame));
  StandingFrame more = kSame;
  more.start = StartCount{4};
  more.synced = {Ballot{5}, Sequence{60}};
  EXPECT_FALSE(is_refused(more));
}

TEST(PeersTest, WhoHasLessIsAnOldCopy) {
  StandingFrame fewer_starts = kSame;
  fewer_starts.start = StartCount{2};
  fewer_starts.promised = Ballot{9};
  EXPECT_TRUE(is_refused(fewer_starts));
  StandingFrame shorter = kSame;
  shorter.synced = {Ballot{5}, Sequence{49}};
  EXPECT_TRUE(is_refused(shorter));
  StandingFrame forgot_its_promise = kSame;
  forgot_its_promise.promised = Ballot{4};
  forgot_its_promise.synced = {Ballot{4}, Sequence{90}};
  EXPECT_TRUE(is_refused(forgot_its_promise));
}

TEST(PeersTest, AHigherBallotMayHaveCutWhatWasAcknowledged) {
  StandingFrame cut = kSame;
  cut.promised = Ballot{6};
  cut.acknowledged = {};
  cut.synced = {Ballot{3}, Sequence{40}};
  EXPECT_FALSE(is_refused(cut));
}

// It did not vote before it had all that counts, so it may have less; and it says so for ever.
TEST(PeersTest, WhatWasAcknowledgedBeforeALossIsVoid) {
  Peers peers = peers_that_know();
  StandingFrame loss = kSame;
  loss.start = StartCount{5};
  loss.acknowledged = {};
  loss.synced = {Ballot{5}, Sequence{30}};
  loss.lost_in = StartCount{4};
  EXPECT_FALSE(peers.judge(kPeer, loss, false));
  EXPECT_FALSE(peers.judge(kPeer, loss, false));
  loss.start = StartCount{2};
  loss.lost_in = StartCount{2};
  EXPECT_TRUE(peers.judge(kPeer, loss, false)) << "an old copy may have lost something, too";
}

// The loss that is known is no excuse for the next time.
TEST(PeersTest, WhatWasAcknowledgedAfterALossCounts) {
  Peers peers = peers_that_know();
  StandingFrame more = kSame;
  more.start = more.lost_in = StartCount{4};
  more.synced = {Ballot{5}, Sequence{60}};
  more.acknowledged = Sequence{60};
  EXPECT_FALSE(peers.judge(kPeer, more, false));
  StandingFrame less = more;
  less.acknowledged = {};
  less.synced = {Ballot{5}, Sequence{59}};
  EXPECT_TRUE(peers.judge(kPeer, less, false));
}

TEST(PeersTest, AnOperatorMayAcceptThatSomethingIsLost) {
  Peers peers = peers_that_know();
  StandingFrame less = kSame;
  less.start = StartCount{1};
  less.acknowledged = {};
  less.synced = {Ballot{3}, Sequence{20}};
  EXPECT_FALSE(peers.judge(kPeer, less, true));
  EXPECT_FALSE(peers.judge(kPeer, less, false)) << "it is the truth from now on";
}

// The accepted copy had lost nothing, and counts fewer starts: its own loss comes later.
TEST(PeersTest, WhoWasAcceptedAndLosesSomethingLaterIsBelieved) {
  Peers peers = peers_that_know();
  StandingFrame original = kSame;
  original.start = original.lost_in = StartCount{20};
  original.acknowledged = {};
  EXPECT_FALSE(peers.judge(kPeer, original, false));
  StandingFrame copy = kSame;
  copy.start = StartCount{12};
  EXPECT_FALSE(peers.judge(kPeer, copy, true));
  peers.acknowledged(kPeer, Ballot{5}, Sequence{70});
  StandingFrame loss = copy;
  loss.start = loss.lost_in = StartCount{13};
  loss.acknowledged = {};
  EXPECT_FALSE(peers.judge(kPeer, loss, false));
}

TEST(PeersTest, WhatALeaderHeardCountsAtOnce) {
  Peers peers = peers_that_know();
  peers.acknowledged(kPeer, Ballot{5}, Sequence{51});
  EXPECT_TRUE(peers.judge(kPeer, kSame, false));
}

TEST(PeersTest, StartsAreSavedAtOnceTheRestNowAndThen) {
  Peers peers({}, seconds(5));
  EXPECT_FALSE(peers.judge(kPeer, kSame, false));
  const auto first = peers.take_unsaved(seconds(1));
  ASSERT_TRUE(first);
  EXPECT_EQ(*first, std::vector{kKnown});
  EXPECT_FALSE(peers.take_unsaved(seconds(100))) << "nothing is new";
  peers.acknowledged(kPeer, Ballot{5}, Sequence{51});
  EXPECT_FALSE(peers.take_unsaved(seconds(5)));
  EXPECT_TRUE(peers.take_unsaved(seconds(6)));
  StandingFrame restarted = kSame;
  restarted.start = StartCount{4};
  restarted.synced = {Ballot{5}, Sequence{51}};
  EXPECT_FALSE(peers.judge(kPeer, restarted, false));
  EXPECT_TRUE(peers.take_unsaved(seconds(6)));
}

// A leader remembers from the first acknowledgement on, whether its member has told where it stands
// or not.
TEST(PeersTest, WhatIsAcknowledgedIsRememberedOfWhomNothingIsKnown) {
  Peers peers({}, seconds(5));
  peers.acknowledged(kPeer, Ballot{5}, Sequence{50});
  StandingFrame shorter = kSame;
  shorter.synced = {Ballot{4}, Sequence{49}};
  shorter.acknowledged = {};
  EXPECT_TRUE(peers.judge(kPeer, shorter, false));
  EXPECT_FALSE(peers.judge(kPeer, kSame, false));
}

}  // namespace
}  // namespace groupy::gms3
