// Who is answered what, and when: the pure replica between requests, group and state machine.
#include "kvstore/replica.h"

#include <gtest/gtest.h>

namespace groupy::kvstore {
namespace {

using gms::Origin;
using gms::Payload;
using gms::Sequence;
using gms::Time;

gms::DirectoryId directory(std::uint8_t number) {
  std::array<std::uint8_t, gms::DirectoryId::kSize> bytes{};
  bytes[0] = number;
  return gms::DirectoryId(bytes);
}

Origin origin(std::uint8_t node, std::uint64_t counter) {
  return {directory(node), gms::StartCount{1}, counter};
}

Outcome outcome(std::uint64_t sequence) {
  Outcome outcome;
  outcome.verdict = Verdict::created;
  outcome.sequence = Sequence{sequence};
  return outcome;
}

gms::Delivery delivery(std::uint64_t sequence, const Origin& origin, std::string bytes = "x") {
  return {Sequence{sequence}, origin, Payload(std::move(bytes))};
}

ReplicaOptions options() {
  ReplicaOptions options;
  options.directory = directory(1);
  return options;
}

// A write that the group took under `counter`.
void write(Replica& replica, std::uint64_t id, std::uint64_t counter, Time deadline = Time(1000)) {
  replica.write(WaitId{id}, Payload(std::string("command")), deadline);
  const ReplicaEffects effects = replica.take_effects();
  ASSERT_EQ(effects.submissions.size(), 1u);
  replica.submitted(effects.submissions[0], origin(1, counter));
}

// Delivers and applies one message as the apply thread would.
void apply(Replica& replica, std::uint64_t sequence, const Origin& origin) {
  replica.deliver({delivery(sequence, origin)});
  replica.applied({{{origin, outcome(sequence)}}, Sequence{sequence}, 1, 1});
}

TEST(Replica, AWriteIsAnsweredWhenItWasAppliedHereAndNotBefore) {
  Replica replica(options());
  write(replica, 7, 1);
  replica.deliver({delivery(5, origin(1, 1))});
  const ReplicaEffects delivered = replica.take_effects();
  EXPECT_EQ(delivered.to_apply.size(), 1u);
  EXPECT_TRUE(delivered.answers.empty());
  replica.applied({{{origin(1, 1), outcome(5)}}, Sequence{5}, 1, 1});
  EXPECT_EQ(replica.take_effects().answers, (std::vector<Answered>{{WaitId{7}, outcome(5)}}));
  EXPECT_EQ(replica.waiting_writes(), 0u);
}

TEST(Replica, WritesOfOtherReplicasAnswerNobodyHere) {
  Replica replica(options());
  write(replica, 7, 1);
  apply(replica, 1, origin(2, 1));  // the same counter, of another replica
  EXPECT_TRUE(replica.take_effects().answers.empty());
  EXPECT_EQ(replica.waiting_writes(), 1u);
}

// Counters begin anew with each life. After a restart, what a former life submitted may be applied
// while a write of this one waits under the same counter.
TEST(Replica, WritesOfAFormerLifeAnswerNobodyInThisOne) {
  Replica replica(options());
  Origin former = origin(1, 1);
  Origin own = former;
  own.start = former.start.next();
  replica.write(WaitId{7}, Payload(std::string("command")), Time(1000));
  replica.submitted(replica.take_effects().submissions.at(0), own);
  apply(replica, 1, former);
  EXPECT_TRUE(replica.take_effects().answers.empty());
  EXPECT_EQ(replica.waiting_writes(), 1u);
  apply(replica, 2, own);
  EXPECT_EQ(replica.take_effects().answers, (std::vector<Answered>{{WaitId{7}, outcome(2)}}));
}

TEST(Replica, AWriteWhoseTimeIsUpIsUnknownAndAnsweredOnce) {
  Replica replica(options());
  write(replica, 7, 1, Time(100));
  replica.tick(Time(99));
  EXPECT_TRUE(replica.take_effects().answers.empty());
  replica.tick(Time(100));
  EXPECT_EQ(replica.take_effects().answers,
            (std::vector<Answered>{{WaitId{7}, Failure::outcome_unknown}}));
  apply(replica, 1, origin(1, 1));  // it was applied after all
  EXPECT_TRUE(replica.take_effects().answers.empty());
}

TEST(Replica, AWriteThatTheGroupDoesNotTakeIsNotReady) {
  Replica replica(options());
  replica.write(WaitId{1}, Payload(std::string("command")), Time(1000));
  replica.submitted(replica.take_effects().submissions.at(0), gms::Refusal::not_ready);
  EXPECT_EQ(replica.take_effects().answers,
            (std::vector<Answered>{{WaitId{1}, Failure::not_ready}}));
}

TEST(Replica, TooManyWaitingWritesAreRefusedBeforeTheyAreSubmitted) {
  ReplicaOptions few = options();
  few.waiting_writes_max = 2;
  Replica replica(few);
  write(replica, 1, 1);
  replica.write(WaitId{2}, Payload(std::string("command")), Time(1000));
  replica.write(WaitId{3}, Payload(std::string("command")), Time(1000));
  const ReplicaEffects effects = replica.take_effects();
  EXPECT_EQ(effects.submissions.size(), 1u);
  EXPECT_EQ(effects.answers, (std::vector<Answered>{{WaitId{3}, Failure::overloaded}}));
}

TEST(Replica, TheBytesOfWaitingWritesAreBoundedTooAndComeBack) {
  ReplicaOptions small = options();
  small.waiting_bytes_max = 10;  // one "command" fits
  Replica replica(small);
  write(replica, 1, 1);
  replica.write(WaitId{2}, Payload(std::string("command")), Time(1000));
  EXPECT_EQ(replica.take_effects().answers,
            (std::vector<Answered>{{WaitId{2}, Failure::overloaded}}));
  apply(replica, 1, origin(1, 1));
  EXPECT_EQ(replica.take_effects().answers.size(), 1u);
  write(replica, 3, 2);
  EXPECT_EQ(replica.waiting_writes(), 1u);
}

TEST(Replica, ABurstOfWritesInOneTurnKeepsTheBoundOfBytes) {
  ReplicaOptions small = options();
  small.waiting_bytes_max = 15;  // two "command"s fit
  Replica replica(small);
  for (std::uint64_t id = 1; id <= 3; ++id) {
    replica.write(WaitId{id}, Payload(std::string("command")), Time(1000));
  }
  const ReplicaEffects effects = replica.take_effects();
  EXPECT_EQ(effects.submissions.size(), 2u);
  EXPECT_EQ(effects.answers, (std::vector<Answered>{{WaitId{3}, Failure::overloaded}}));
}

TEST(Replica, OneThatLagsBehindInApplyingTakesNoWritesUntilItCaughtUp) {
  ReplicaOptions small = options();
  small.applying_max = 2;
  Replica replica(small);
  replica.deliver({delivery(1, origin(2, 1)), delivery(2, origin(2, 2))});
  EXPECT_FALSE(replica.has_room());
  replica.write(WaitId{1}, Payload(std::string("command")), Time(1000));
  EXPECT_EQ(replica.take_effects().answers,
            (std::vector<Answered>{{WaitId{1}, Failure::overloaded}}));
  replica.applied({{{origin(2, 1), outcome(1)}}, Sequence{1}, 1, 1});
  EXPECT_TRUE(replica.has_room());
  write(replica, 2, 1);
}

TEST(Replica, AnEmptyPlaceTakesItsRoomAndIsReachedLikeAnyOther) {
  ReplicaOptions small = options();
  small.applying_max = 2;
  Replica replica(small);
  replica.await(WaitId{1}, Sequence{2}, Time(1000));
  replica.deliver({delivery(1, origin(2, 1)), gms::Delivery{Sequence{2}, {}, {}}});
  EXPECT_EQ(replica.take_effects().to_apply.size(), 2u);
  EXPECT_FALSE(replica.has_room());
  replica.applied({{{origin(2, 1), outcome(1)}}, Sequence{2}, 2, 1});
  EXPECT_TRUE(replica.has_room());
  EXPECT_EQ(replica.applying(), 0u);
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{1}, std::nullopt}}));
}

TEST(Replica, DeliveriesAreAppliedInTheirOrder) {
  Replica replica(options());
  replica.deliver({delivery(1, origin(2, 1)), delivery(2, origin(3, 1))});
  replica.deliver({delivery(3, origin(2, 2))});
  const ReplicaEffects effects = replica.take_effects();
  ASSERT_EQ(effects.to_apply.size(), 3u);
  for (std::uint64_t at = 0; at < 3; ++at) {
    EXPECT_EQ(effects.to_apply[at].sequence, Sequence{at + 1});
  }
}

TEST(Replica, AReaderWaitsForItsSequenceAndNoLongerThanItsTime) {
  Replica replica(options());
  apply(replica, 3, origin(2, 1));
  static_cast<void>(replica.take_effects());
  replica.await(WaitId{1}, Sequence{3}, Time(1000));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{1}, std::nullopt}}));
  replica.await(WaitId{2}, Sequence{4}, Time(1000));
  replica.await(WaitId{3}, Sequence{9}, Time(50));
  EXPECT_TRUE(replica.take_effects().readers.empty());
  apply(replica, 4, origin(2, 2));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{2}, std::nullopt}}));
  replica.tick(Time(50));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{3}, NoDigest::not_reached}}));
}

TEST(Replica, AnInstalledStateReachesTheSequenceThatReadersWaitFor) {
  Replica replica(options());
  replica.await(WaitId{1}, Sequence{40}, Time(1000));
  replica.state_installed(Sequence{41}, Revision{7});
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{1}, std::nullopt}}));
}

TEST(Replica, AReaderMayWaitForARevisionWhichRepeatsDoNotTurnBack) {
  Replica replica(options());
  replica.await(WaitId{1}, Revision{2}, Time(1000));
  replica.await(WaitId{2}, Revision{9}, Time(50));
  const auto apply_with = [&](std::uint64_t sequence, std::uint64_t revision) {
    const gms::Origin from = origin(2, sequence);
    replica.deliver({delivery(sequence, from)});
    Outcome outcome;
    outcome.revision = Revision{revision};
    const std::size_t bytes = replica.take_effects().to_apply.front().payload.size();
    replica.applied({{{from, outcome}}, Sequence{sequence}, 1, bytes});
    return replica.take_effects().readers;
  };
  EXPECT_TRUE(apply_with(1, 1).empty());
  EXPECT_EQ(apply_with(2, 2), (std::vector<ReaderAnswered>{{WaitId{1}, std::nullopt}}));
  EXPECT_TRUE(apply_with(3, 1).empty());
  replica.await(WaitId{3}, Revision{2}, Time(1000));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{3}, std::nullopt}}));
  replica.tick(Time(50));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{2}, NoDigest::not_reached}}));
  replica.await(WaitId{4}, Revision{40}, Time(1000));
  replica.state_installed(Sequence{50}, Revision{41});
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{4}, std::nullopt}}));
}

TEST(Replica, TooManyWaitingReadersAreAnsweredAtOnce) {
  ReplicaOptions few = options();
  few.waiting_readers_max = 1;
  Replica replica(few);
  replica.await(WaitId{1}, Sequence{4}, Time(1000));
  replica.await(WaitId{2}, Sequence{4}, Time(1000));
  EXPECT_EQ(replica.take_effects().readers,
            (std::vector<ReaderAnswered>{{WaitId{2}, NoDigest::overloaded}}));
}

using Reads = std::vector<ReadAnswered>;

TEST(Replica, AReadIsAnsweredOnceItIsConfirmedAndWhatItMustSeeIsApplied) {
  Replica replica(options());
  apply(replica, 3, origin(2, 1));
  replica.confirm(WaitId{1}, Time(1000));
  replica.confirm(WaitId{2}, Time(1000));
  EXPECT_EQ(replica.take_effects().to_confirm, (std::vector{WaitId{1}, WaitId{2}}));
  replica.read_confirmed(WaitId{1}, Sequence{3});
  replica.read_confirmed(WaitId{2}, Sequence{4});
  EXPECT_EQ(replica.take_effects().reads, (Reads{{WaitId{1}, std::nullopt}}));
  apply(replica, 4, origin(2, 2));
  EXPECT_EQ(replica.take_effects().reads, (Reads{{WaitId{2}, std::nullopt}}));
}

TEST(Replica, AReadThatIsRefusedOrLateIsToldWhyAndAnsweredOnce) {
  Replica replica(options());
  replica.confirm(WaitId{1}, Time(1000));
  replica.confirm(WaitId{2}, Time(50));
  replica.confirm(WaitId{3}, Time(50));
  replica.read_confirmed(WaitId{3}, Sequence{9});
  replica.read_refused(WaitId{1});
  EXPECT_EQ(replica.take_effects().reads, (Reads{{WaitId{1}, ReadFailure::no_majority}}));
  replica.tick(Time(50));
  const ReplicaEffects late = replica.take_effects();
  EXPECT_EQ(late.reads, (Reads{{WaitId{2}, ReadFailure::not_confirmed},
                               {WaitId{3}, ReadFailure::not_applied}}));
  EXPECT_EQ(late.to_forget, (std::vector{WaitId{2}}));
  replica.read_confirmed(WaitId{2}, Sequence{0});
  replica.read_refused(WaitId{2});
  apply(replica, 9, origin(2, 1));
  EXPECT_TRUE(replica.take_effects().reads.empty());
}

TEST(Replica, ReadersOfAllKindsShareOneBound) {
  ReplicaOptions few = options();
  few.waiting_readers_max = 2;
  Replica replica(few);
  replica.await(WaitId{1}, Sequence{4}, Time(1000));
  replica.confirm(WaitId{2}, Time(1000));
  replica.confirm(WaitId{3}, Time(1000));
  const ReplicaEffects effects = replica.take_effects();
  EXPECT_EQ(effects.reads, (Reads{{WaitId{3}, ReadFailure::overloaded}}));
  EXPECT_EQ(effects.to_confirm, (std::vector{WaitId{2}}));
}

TEST(Replica, GoesOnFromTheStateThatWasFoundAtStart) {
  Replica replica(options());
  replica.state_installed(Sequence{40}, Revision{7});
  replica.await(WaitId{1}, Revision{7}, Time(1000));
  replica.confirm(WaitId{2}, Time(1000));
  replica.read_confirmed(WaitId{2}, Sequence{40});
  const ReplicaEffects effects = replica.take_effects();
  EXPECT_EQ(effects.readers, (std::vector<ReaderAnswered>{{WaitId{1}, std::nullopt}}));
  EXPECT_EQ(effects.reads, (Reads{{WaitId{2}, std::nullopt}}));
}

TEST(WriteWaiters, ExpireInTheOrderOfTheirDeadlinesAndTakeTheirBytesAlong) {
  WriteWaiters waiters;
  waiters.add(1, WaitId{1}, 10, Time(30));
  waiters.add(2, WaitId{2}, 20, Time(10));
  waiters.add(3, WaitId{3}, 40, Time(20));
  EXPECT_EQ(waiters.bytes(), 70u);
  EXPECT_EQ(waiters.take_expired(Time(20)), (std::vector<WaitId>{WaitId{2}, WaitId{3}}));
  EXPECT_EQ(waiters.bytes(), 10u);
  EXPECT_EQ(waiters.take(1), WaitId{1});
  EXPECT_EQ(waiters.take(1), std::nullopt);
  EXPECT_EQ(waiters.size(), 0u);
}

}  // namespace
}  // namespace groupy::kvstore
