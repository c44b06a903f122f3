#include "kvstore/state_machine.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "kvstore/history_row.h"
#include "kvstore/memory_storage.h"
#include "kvstore/row_audit.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

constexpr Condition kExists{ConditionKind::exists, Revision{}};
constexpr Condition kAbsent{ConditionKind::absent, Revision{}};
Condition at_revision(std::uint64_t revision) {
  return {ConditionKind::revision_equals, Revision{revision}};
}

class StateMachineTest : public testing::Test {
 protected:
  Outcome apply(const Command& command) { return apply_all({command}).front(); }

  std::vector<Outcome> apply_all(const std::vector<Command>& commands) {
    std::vector<gms::Delivery> batch;
    for (const Command& command : commands) batch.push_back(deliveries_.next(command));
    const auto result = machine_->apply(batch);
    std::vector<Outcome> outcomes;
    for (const Applied& applied : std::get<std::vector<Applied>>(result)) {
      outcomes.push_back(applied.outcome);
    }
    return outcomes;
  }

  void restart() { machine_.emplace(storage_, digests_); }

  static Outcome outcome(Verdict verdict, std::uint64_t sequence, std::uint64_t revision,
                         std::uint64_t mod_revision, std::uint64_t version) {
    return {verdict, gms::Sequence{sequence}, Revision{revision}, Revision{mod_revision}, version};
  }

  std::optional<Record> get(std::string_view key) { return machine_->read_view()->get(key); }

  MemoryStorage storage_;
  DigestHistory digests_;
  Deliveries deliveries_;
  std::optional<StateMachine> machine_{std::in_place, storage_, digests_};
};

TEST_F(StateMachineTest, CountsRevisionsAndVersions) {
  EXPECT_EQ(apply(put("k", "1")), outcome(Verdict::created, 1, 1, 1, 1));
  EXPECT_EQ(apply(put("other", "")), outcome(Verdict::created, 2, 2, 2, 1));
  EXPECT_EQ(apply(put("k", "2")), outcome(Verdict::replaced, 3, 3, 3, 2));
  EXPECT_EQ(get("k"), (Record{"2", Revision{1}, Revision{3}, 2, 0}));
}

TEST_F(StateMachineTest, TakesAnEqualValueForAChange) {
  apply(put("k", "same"));
  EXPECT_EQ(apply(put("k", "same")), outcome(Verdict::replaced, 2, 2, 2, 2));
}

TEST_F(StateMachineTest, DeletesAndStartsAgainAtVersionOne) {
  apply_all({put("k", "1"), put("k", "2")});
  EXPECT_EQ(apply(erase("k")), outcome(Verdict::deleted, 3, 3, 0, 0));
  EXPECT_EQ(get("k"), std::nullopt);
  EXPECT_EQ(apply(put("k", "3")), outcome(Verdict::created, 4, 4, 4, 1));
  EXPECT_EQ(get("k")->create_revision, Revision{4});
}

TEST_F(StateMachineTest, GivesNoRevisionToAnEraseOfNothing) {
  apply(put("other", ""));
  EXPECT_EQ(apply(erase("k")), outcome(Verdict::nothing_there, 2, 1, 0, 0));
}

TEST_F(StateMachineTest, JudgesConditionsByTheKeyAsItStands) {
  EXPECT_EQ(apply(put("k", "", kExists)), outcome(Verdict::condition_failed, 1, 0, 0, 0));
  EXPECT_EQ(apply(put("k", "", at_revision(3))), outcome(Verdict::condition_failed, 2, 0, 0, 0));
  EXPECT_EQ(apply(put("k", "", kAbsent)), outcome(Verdict::created, 3, 1, 1, 1));
  EXPECT_EQ(apply(put("k", "", kAbsent)), outcome(Verdict::condition_failed, 4, 1, 1, 1));
  EXPECT_EQ(apply(put("k", "", kExists)), outcome(Verdict::replaced, 5, 2, 2, 2));
  EXPECT_EQ(apply(put("k", "", at_revision(1))), outcome(Verdict::condition_failed, 6, 2, 2, 2));
  EXPECT_EQ(apply(erase("k", at_revision(1))), outcome(Verdict::condition_failed, 7, 2, 2, 2));
  EXPECT_EQ(apply(erase("k", at_revision(2))), outcome(Verdict::deleted, 8, 3, 0, 0));
  EXPECT_EQ(apply(erase("k", kExists)), outcome(Verdict::condition_failed, 9, 3, 0, 0));
}

TEST_F(StateMachineTest, TakesRevisionZeroForAbsent) {
  EXPECT_EQ(apply(put("k", "", at_revision(0))).verdict, Verdict::created);
  EXPECT_EQ(apply(put("k", "", at_revision(0))).verdict, Verdict::condition_failed);
}

TEST_F(StateMachineTest, LetsConditionsSeeEarlierCommandsOfTheBatch) {
  const auto outcomes = apply_all({put("k", "1", kAbsent), put("k", "2", at_revision(1)),
                                   erase("k", at_revision(2)), put("k", "3", kAbsent)});
  EXPECT_EQ(outcomes[0], outcome(Verdict::created, 1, 1, 1, 1));
  EXPECT_EQ(outcomes[1], outcome(Verdict::replaced, 2, 2, 2, 2));
  EXPECT_EQ(outcomes[2], outcome(Verdict::deleted, 3, 3, 0, 0));
  EXPECT_EQ(outcomes[3], outcome(Verdict::created, 4, 4, 4, 1));
  EXPECT_EQ(get("k")->value, "3");
}

TEST_F(StateMachineTest, RefusesWhatIsOverTheLimits) {
  EXPECT_EQ(apply(put("", "v")).verdict, Verdict::too_large);
  EXPECT_EQ(apply(erase("")).verdict, Verdict::too_large);
  const GroupSettings limits;
  const std::string key(limits.key_bytes_max, 'k');
  EXPECT_EQ(apply(put(key, "v")).verdict, Verdict::created);
  EXPECT_EQ(apply(put(key + "k", "v")).verdict, Verdict::too_large);
  const std::string value(limits.value_bytes_max, 'v');
  EXPECT_EQ(apply(put("k", value)), outcome(Verdict::created, 5, 2, 2, 1));
  EXPECT_EQ(apply(put("k", value + "v")), outcome(Verdict::too_large, 6, 2, 2, 1));
}

TEST_F(StateMachineTest, GivesARepeatTheFirstAnswerWhateverItWas) {
  const auto first = apply_all({with_id(put("k", "1"), "a"), with_id(put("k", "2", kAbsent), "b"),
                                with_id(erase("none"), "c"), with_id(erase("k"), "d")});
  const auto again = apply_all({with_id(put("k", "1"), "a"), with_id(put("k", "2", kAbsent), "b"),
                                with_id(erase("none"), "c"), with_id(erase("k"), "d")});
  EXPECT_EQ(again, first);
  EXPECT_EQ(machine_->digest().revision, Revision{2});
  restart();
  EXPECT_EQ(apply(with_id(erase("k"), "d", 0)), first[3]);
}

TEST_F(StateMachineTest, RefusesARequestIdOnAnotherCommand) {
  apply(with_id(put("k", "1"), "a"));
  const Outcome refused = outcome(Verdict::request_mismatch, 2, 1, 1, 1);
  EXPECT_EQ(apply(with_id(put("k", "2"), "a")), refused);
  EXPECT_EQ(apply(with_id(put("k", "1", kExists), "a")).verdict, Verdict::request_mismatch);
  EXPECT_EQ(apply(with_id(put("k", "1"), "a")).verdict, Verdict::created);
}

TEST_F(StateMachineTest, DoesNotRememberWhatWasTooLarge) {
  EXPECT_EQ(apply(with_id(put("", "v"), "a")).verdict, Verdict::too_large);
  EXPECT_EQ(apply(with_id(put("k", "v"), "a")).verdict, Verdict::created);
}

TEST_F(StateMachineTest, ForgetsRequestsByDeliveriesWithoutIdToo) {
  MemoryStorage storage;
  DigestHistory digests;
  StateMachineOptions options;
  options.founding.request_window_sequences = 2;
  StateMachine machine(storage, digests, options);
  const auto apply_one = [&](const Command& command) {
    const auto result = machine.apply(std::vector{deliveries_.next(command)});
    return std::get<std::vector<Applied>>(result).front().outcome.verdict;
  };
  EXPECT_EQ(apply_one(with_id(put("k", "1"), "a")), Verdict::created);
  EXPECT_EQ(apply_one(put("k", "2")), Verdict::replaced);
  EXPECT_EQ(apply_one(put("k", "3")), Verdict::replaced);
  EXPECT_EQ(load_state(*storage.snapshot())->state.request_floor, gms::Sequence{0});
  EXPECT_EQ(apply_one(put("k", "4")), Verdict::replaced);
  EXPECT_EQ(load_state(*storage.snapshot())->state.request_floor, gms::Sequence{1});
  EXPECT_EQ(apply_one(with_id(put("k", "1"), "a", 0)), Verdict::window_passed);
  EXPECT_EQ(apply_one(with_id(put("k", "1"), "a")), Verdict::replaced);
}

TEST_F(StateMachineTest, WritesOneHistoryRowForEachChange) {
  apply_all({put("a", "1"), put("a", "1", kAbsent), erase("a"), erase("a")});
  std::vector<std::pair<HistoryPlace, bool>> changes;
  storage_.snapshot()->scan(Family::history, {}, [&](std::string_view key, std::string_view row) {
    changes.emplace_back(*decode_history_place(key), decode_history_row(row)->record.has_value());
    return true;
  });
  const std::vector<std::pair<HistoryPlace, bool>> expected = {{{Revision{1}, 0}, true},
                                                               {{Revision{2}, 0}, false}};
  EXPECT_EQ(changes, expected);
}

TEST_F(StateMachineTest, StopsAtACommandThatItDoesNotKnowAndAppliesWhatPrecedesIt) {
  const std::vector batch = {deliveries_.next(put("k", "1")), deliveries_.next_bytes("\x02new"),
                             deliveries_.next(put("k", "3"))};
  const auto result = machine_->apply(batch);
  const auto& unknown = std::get<UnknownCommand>(result);
  EXPECT_EQ(unknown.sequence, gms::Sequence{2});
  EXPECT_NE(unknown.why.find("format 2"), std::string::npos);
  EXPECT_EQ(machine_->digest().sequence, gms::Sequence{1});
  EXPECT_EQ(get("k")->value, "1");
}

TEST_F(StateMachineTest, TurnsTheColourWithEveryDeliveryRefusedOnesIncluded) {
  Colour colour;
  for (const Command& command : {put("k", "1"), put("k", "2", kAbsent), put("", "")}) {
    colour = turned(colour, encode(command));
    apply(command);
    EXPECT_EQ(machine_->digest().colour, colour);
  }
}

TEST_F(StateMachineTest, HasEqualHashesForEqualStatesOnly) {
  MemoryStorage storage;
  DigestHistory digests;
  StateMachine other(storage, digests);
  EXPECT_EQ(other.digest(), machine_->digest());
  apply(put("k", "1"));
  EXPECT_NE(other.digest().hash, machine_->digest().hash);
}

TEST_F(StateMachineTest, FoundsThisVeryState) {
  EXPECT_EQ(machine_->digest().hash, 326250559606511371u);
  apply(put("k", "v"));
  EXPECT_EQ(machine_->digest().hash, 12836683250172126310u);
  EXPECT_EQ(machine_->digest().colour.to_string(), "#000061");
}

TEST_F(StateMachineTest, KeepsTheHighestOriginOfEachDirectory) {
  const std::vector batch = {deliveries_.next(put("k", "1"), 1), deliveries_.next(put("k", "2"), 2),
                             deliveries_.next(put("k", "3"), 1)};
  ASSERT_TRUE(std::holds_alternative<std::vector<Applied>>(machine_->apply(batch)));
  const OriginTable expected = {{directory(1), batch[2].origin}, {directory(2), batch[1].origin}};
  EXPECT_EQ(load_state(*storage_.snapshot())->origins, expected);
  restart();
  apply(put("k", "4"));
  EXPECT_EQ(load_state(*storage_.snapshot())->origins.at(directory(2)), batch[1].origin);
}

TEST_F(StateMachineTest, TellsTheOriginsItFound) {
  EXPECT_TRUE(machine_->origins().empty());
  const std::vector batch = {deliveries_.next(put("k", "1"), 1), deliveries_.next(put("k", "2"), 2),
                             deliveries_.next(put("k", "3"), 1)};
  ASSERT_TRUE(std::holds_alternative<std::vector<Applied>>(machine_->apply(batch)));
  restart();
  auto origins = machine_->origins();
  std::ranges::sort(origins);
  EXPECT_EQ(origins, (std::vector{batch[2].origin, batch[1].origin}));
}

TEST_F(StateMachineTest, ItsViewsStayAsTheyWere) {
  apply(put("k", "old"));
  const SharedReadView before = machine_->read_view();
  apply(put("k", "new"));
  EXPECT_EQ(before->get("k")->value, "old");
  EXPECT_EQ(before->digest().sequence, gms::Sequence{1});
  EXPECT_EQ(machine_->read_view()->get("k")->value, "new");
}

TEST_F(StateMachineTest, LeavesADigestForEachDelivery) {
  apply_all({put("k", "1"), put("k", "2")});
  deliveries_.skip(3);
  apply(put("k", "3"));
  EXPECT_EQ(digests_.look_up(gms::Sequence{6}), DigestAnswer(machine_->digest()));
  const auto before = std::get<StateDigest>(digests_.look_up(gms::Sequence{5}));
  EXPECT_EQ(before.sequence, gms::Sequence{2});
  EXPECT_EQ(before.revision, Revision{2});
  EXPECT_EQ(std::get<StateDigest>(digests_.look_up(gms::Sequence{0})).sequence, gms::Sequence{0});
}

TEST_F(StateMachineTest, AnEmptyPlaceChangesNothingButHowFarItCame) {
  apply(put("k", "1"));
  const StateDigest before = machine_->digest();
  const std::vector batch = {deliveries_.empty_place(), deliveries_.next(put("k", "2")),
                             deliveries_.empty_place(), deliveries_.empty_place()};
  const auto result = machine_->apply(batch);
  const auto& applied = std::get<std::vector<Applied>>(result);
  ASSERT_EQ(applied.size(), 1u);
  EXPECT_EQ(applied.front().outcome, outcome(Verdict::replaced, 3, 2, 2, 2));
  const auto digest_at = [&](std::uint64_t sequence) {
    return std::get<StateDigest>(digests_.look_up(gms::Sequence{sequence}));
  };
  StateDigest expected = before;
  expected.sequence = gms::Sequence{2};
  EXPECT_EQ(digest_at(2), expected);
  expected = digest_at(3);
  EXPECT_NE(expected.hash, before.hash);
  expected.sequence = gms::Sequence{5};
  EXPECT_EQ(digest_at(5), expected);
  EXPECT_EQ(machine_->read_view()->digest(), expected);
}

TEST_F(StateMachineTest, EmptyPlacesAloneAreRememberedToo) {
  apply(put("k", "1"));
  const std::vector batch = {deliveries_.empty_place(), deliveries_.empty_place()};
  const auto result = machine_->apply(batch);
  EXPECT_TRUE(std::get<std::vector<Applied>>(result).empty());
  restart();
  EXPECT_EQ(machine_->digest().sequence, gms::Sequence{3});
  EXPECT_EQ(machine_->digest().revision, Revision{1});
}

TEST_F(StateMachineTest, KeepsTheSettingsItWasFoundedWith) {
  MemoryStorage storage;
  StateMachineOptions options;
  options.founding.key_bytes_max = 5;
  StateMachine(storage, digests_, options);
  EXPECT_EQ(StateMachine(storage, digests_).read_view()->settings(), options.founding);
}

TEST_F(StateMachineTest, RefusesAStorageThatHoldsNoWholeState) {
  const auto refuses = [&](const RowWrites& rows) {
    MemoryStorage storage;
    storage.write(rows);
    EXPECT_THROW(StateMachine(storage, digests_), StorageFailed);
  };
  refuses({{Family::latest, "k", "v"}});
  refuses({{Family::meta, importing_row_key(), ""}});
  refuses({{Family::meta, state_row_key(), encode_state_row({})}});
  refuses({{Family::meta, settings_row_key(), encode_settings({})}});
  refuses({{Family::meta, state_row_key(), encode_state_row({})},
           {Family::meta, settings_row_key(), encode_settings({})},
           {Family::meta, "x", "from the future"}});
}

using StateMachineDeathTest = StateMachineTest;

TEST_F(StateMachineDeathTest, ADeliveryThatIsNotBehindTheLastIsABug) {
  gms::Delivery delivery = deliveries_.next(put("k", "1"));
  ASSERT_TRUE(std::holds_alternative<std::vector<Applied>>(machine_->apply(std::vector{delivery})));
  ++delivery.origin.counter;
  EXPECT_DEATH((void)machine_->apply(std::vector{delivery}), "behind those applied");
}

TEST_F(StateMachineDeathTest, ASubmissionThatIsDeliveredTwiceIsABug) {
  gms::Delivery delivery = deliveries_.next(put("k", "1"));
  ASSERT_TRUE(std::holds_alternative<std::vector<Applied>>(machine_->apply(std::vector{delivery})));
  delivery.sequence = delivery.sequence.next();
  EXPECT_DEATH((void)machine_->apply(std::vector{delivery}), "delivered twice");
}

}  // namespace
}  // namespace groupy::kvstore
