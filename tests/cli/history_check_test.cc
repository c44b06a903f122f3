// The witness checker: against a judge that tries all orders, and against histories known to be
// wrong.
#include "cli/history_check.h"

#include <gtest/gtest.h>

#include "tests/cli/history_model.h"

namespace groupy::cli {
namespace {

using Kind = HistoryVerdict::Kind;

constexpr HistoryLimits kAnyNumber{0, 0, 1'000'000};

HistoryVerdict verdict_of(const std::string& text) {
  const auto parsed = parse_history(text);
  if (const auto* wrong = std::get_if<NotAnOperation>(&parsed)) {
    ADD_FAILURE() << wrong->why;
    return {};
  }
  return check_history(std::get<RecordedHistory>(parsed), kAnyNumber);
}

std::string to_text(const History& history) {
  std::string text;
  for (const HistoryOperation& operation : history) text += render_operation(operation) + "\n";
  return text;
}

TEST(HistoryCheck, AgreesWithAJudgeThatTriesAllOrders) {
  std::mt19937_64 random(20240607);
  int accepted = 0;
  int rejected = 0;
  for (int round = 0; round < 30'000; ++round) {
    History history = test::recorded_history(
        random, {1 + random() % 7, 1 + static_cast<unsigned>(random() % 3),
                 static_cast<unsigned>(random() % 70), 1 + static_cast<unsigned>(random() % 4),
                 round % 2 == 0 ? 0 : static_cast<unsigned>(random() % 100)});
    const auto spoiled = random() % 4;
    for (unsigned i = 0; i < spoiled; ++i) test::spoil(random, history);
    // What no line can say is not there, and some of what was spoiled makes no sense at all.
    const auto parsed = parse_history(to_text(history));
    if (std::holds_alternative<NotAnOperation>(parsed)) continue;
    history = std::get<RecordedHistory>(parsed).operations;
    const bool has_order = test::has_an_order(history);
    const HistoryVerdict verdict = check_history(history, kAnyNumber);
    ASSERT_EQ(verdict.kind, has_order ? Kind::accepted : Kind::rejected)
        << "round " << round << ": " << verdict.what << "\n"
        << to_text(history);
    ASSERT_TRUE(has_order || spoiled > 0) << "round " << round << "\n" << to_text(history);
    ++(has_order ? accepted : rejected);
  }
  EXPECT_GT(accepted, 8'000);
  EXPECT_GT(rejected, 5'000);
}

TEST(HistoryCheck, ALongGoodHistoryIsAcceptedAndEachSpoiledCopyRejected) {
  std::mt19937_64 random(7);
  const History good = test::recorded_history(random, {5'000, 50, 3, 16, 20});
  const HistoryVerdict verdict = check_history(good);
  ASSERT_EQ(verdict.kind, Kind::accepted) << verdict.what;
  EXPECT_GT(verdict.happened, 0u);
  int spoiled = 0;
  for (std::size_t i = 0; i < good.size() && spoiled < 100; i += 37) {
    History copy = good;
    if (!copy[i].has_place() || copy[i].kind != HistoryOperation::Kind::get) continue;
    if (!copy[i].value) continue;
    *copy[i].value += "?";
    EXPECT_EQ(check_history(copy).kind, Kind::rejected);
    ++spoiled;
  }
  EXPECT_GT(spoiled, 20);
}

TEST(HistoryCheck, AHundredThousandOperationsTakeNoTimeToSpeakOf) {
  std::mt19937_64 random(8);
  const History good = test::recorded_history(random, {100'000, 1'000, 1, 64, 20});
  const HistoryVerdict verdict = check_history(good);
  EXPECT_EQ(verdict.kind, Kind::accepted) << verdict.what;
}

constexpr char kPutOne[] =
    "put key=a value=1 call=10 return=20 result=ok sequence=1 revision=1 version=1\n";
constexpr char kPutTwo[] =
    "put key=a value=2 call=30 return=40 result=ok sequence=2 revision=2 version=2\n";

TEST(HistoryCheck, AStaleReadIsRejectedWithTheWriteThatItMissed) {
  const auto verdict = verdict_of(
      std::string(kPutOne) + kPutTwo +
      "get key=a value=1 call=50 return=60 result=ok sequence=1 mod_revision=1 version=1\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
  EXPECT_EQ(
      verdict.what,
      "line 3 contradicts line 2: line 3 finds a=1 of revision 1, version 1 (sequence 1); "
      "line 2 puts a=2 as revision 2, version 2 (sequence 2); line 2 had returned before line "
      "3 was called");
}

TEST(HistoryCheck, AnAcknowledgedWriteThatIsLostIsRejected) {
  const auto verdict = verdict_of(
      std::string(kPutOne) + kPutTwo +
      "get key=a value=1 call=50 return=60 result=ok sequence=3 mod_revision=1 version=1\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
  EXPECT_NE(verdict.what.find("line 3 contradicts line "), std::string::npos) << verdict.what;
}

TEST(HistoryCheck, AReadOfWhatWasRefusedIsRejected) {
  const auto verdict = verdict_of(
      std::string(kPutOne) +
      "put key=a value=2 call=30 return=40 result=fail\n"
      "get key=a value=2 call=50 return=60 result=ok sequence=3 mod_revision=2 version=2\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
  EXPECT_NE(verdict.what.find("line 3 contradicts line 2"), std::string::npos) << verdict.what;
}

TEST(HistoryCheck, TwoRaisesOfACounterFromTheSameValueAreRejected) {
  const auto verdict = verdict_of(
      std::string(kPutOne) +
      "put key=a value=2 if=1 call=30 return=40 result=ok sequence=2 revision=2 version=2\n"
      "put key=a value=2 if=1 call=30 return=40 result=ok sequence=3 revision=3 version=3\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
  EXPECT_NE(verdict.what.find("line 3 contradicts line 2"), std::string::npos) << verdict.what;
}

TEST(HistoryCheck, AWriteOfUnknownOutcomeMayBeSeenOrNot) {
  const std::string unknown = std::string(kPutOne) + "put key=a value=2 call=30 result=unknown\n";
  const auto seen = verdict_of(
      unknown +
      "get key=a value=2 call=50 return=60 result=ok sequence=2 mod_revision=2 version=2\n");
  EXPECT_EQ(seen.kind, Kind::accepted) << seen.what;
  EXPECT_EQ(seen.happened, 1u);
  const auto not_seen = verdict_of(
      unknown +
      "get key=a value=1 call=50 return=60 result=ok sequence=2 mod_revision=1 version=1\n");
  EXPECT_EQ(not_seen.kind, Kind::accepted) << not_seen.what;
  EXPECT_EQ(not_seen.happened, 0u);
}

TEST(HistoryCheck, AWriteOfUnknownOutcomeCannotHappenBeforeItWasCalled) {
  const auto verdict = verdict_of(
      std::string(kPutOne) +
      "get key=a value=2 call=50 return=60 result=ok sequence=2 mod_revision=2 version=2\n"
      "put key=a value=2 call=70 result=unknown\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
}

TEST(HistoryCheck, AWriteThatWasSeenCannotBeUndone) {
  const auto verdict = verdict_of(
      std::string(kPutOne) +
      "put key=a value=2 call=30 result=unknown\n"
      "get key=a value=2 call=50 return=60 result=ok sequence=2 mod_revision=2 version=2\n"
      "get key=a value=1 call=70 return=80 result=ok sequence=3 mod_revision=1 version=1\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
}

TEST(HistoryCheck, ARevisionThatNobodyMadeIsRejected) {
  const auto verdict =
      verdict_of(std::string(kPutOne) +
                 "put key=a value=2 call=30 return=40 result=ok sequence=9 revision=3 version=2\n");
  EXPECT_EQ(verdict.kind, Kind::rejected);
  EXPECT_NE(verdict.what.find("line 2 contradicts line 1"), std::string::npos) << verdict.what;
}

TEST(HistoryCheck, ThereMustBeRoomForAWriteOfUnknownOutcome) {
  const std::string unknown = std::string(kPutOne) + "put key=b value=7 call=25 result=unknown\n";
  const auto no_room = verdict_of(
      unknown + "put key=a value=2 call=30 return=40 result=ok sequence=2 revision=3 version=2\n");
  EXPECT_EQ(no_room.kind, Kind::rejected);
  const auto room = verdict_of(
      unknown + "put key=a value=2 call=30 return=40 result=ok sequence=3 revision=3 version=2\n");
  EXPECT_EQ(room.kind, Kind::accepted) << room.what;
}

TEST(HistoryCheck, AttemptsWithOneRequestIdAreOneOperation) {
  const std::string attempts =
      std::string(kPutOne) +
      "put key=a value=2 request=r call=30 result=unknown\n"
      "put key=b value=3 call=50 return=60 result=ok sequence=3 revision=3 version=1\n";
  const auto again = verdict_of(
      attempts +
      "put key=a value=2 request=r call=70 return=80 result=ok sequence=2 revision=2 version=2\n");
  EXPECT_EQ(again.kind, Kind::accepted) << again.what;
  const auto twice = verdict_of(
      attempts +
      "put key=a value=2 request=r call=70 return=80 result=ok sequence=2 revision=2 version=2\n"
      "put key=a value=2 request=r call=90 return=95 result=ok sequence=4 revision=4 version=3\n");
  EXPECT_EQ(twice.kind, Kind::rejected);
  EXPECT_NE(twice.what.find("a repeat gets the first answer again"), std::string::npos)
      << twice.what;
}

TEST(HistoryCheck, TooLittleTrafficProvesNothing) {
  std::mt19937_64 random(9);
  const auto little = check_history(test::recorded_history(random, {99, 5, 0, 3}));
  EXPECT_EQ(little.kind, Kind::invalid);
  EXPECT_EQ(little.what, "only 99 operations have an answer, 100 are needed");
  const auto enough = check_history(test::recorded_history(random, {100, 5, 0, 3}));
  EXPECT_EQ(enough.kind, Kind::accepted) << enough.what;
  EXPECT_EQ(check_history(History{}).kind, Kind::invalid);
}

TEST(HistoryCheck, AFaultWithTooLittleTrafficBeforeOrAfterItProvesNothing) {
  RecordedHistory recorded;
  for (std::uint64_t second = 1; second <= 200; ++second) {
    HistoryOperation read;
    read.key = "nothing";
    read.result = HistoryOperation::Result::ok;
    read.sequence = gms::Sequence{1};
    read.call_ns = second * 10;
    read.return_ns = read.call_ns + 1;
    recorded.operations.push_back(read);
  }
  const auto with_fault_at = [&](std::uint64_t at_ns) {
    recorded.faults = {{"a kill", 1005}, {"another kill", at_ns}};
    return check_history(recorded);
  };
  EXPECT_EQ(with_fault_at(1005).kind, Kind::accepted) << with_fault_at(1005).what;
  EXPECT_EQ(with_fault_at(1001).kind, Kind::invalid);
  EXPECT_EQ(with_fault_at(1001).what,
            "only 99 operations succeeded before the fault 'another kill', 100 are needed");
  EXPECT_EQ(with_fault_at(1010).kind, Kind::invalid);
  EXPECT_EQ(with_fault_at(1010).what,
            "only 99 operations succeeded after the fault 'another kill', 100 are needed");
  recorded.operations.back().result = HistoryOperation::Result::unknown;
  EXPECT_EQ(with_fault_at(1005).kind, Kind::invalid) << "not all that was tried has succeeded";
}

}  // namespace
}  // namespace groupy::cli
