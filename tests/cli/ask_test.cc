#include "cli/ask.h"

#include <gtest/gtest.h>

#include <map>

#include "tests/cli/fake_world.h"

namespace groupy::cli {
namespace {

using test::answer;
using test::broken;
using test::unreachable;

constexpr char kNotApplied[] = R"({"applied":"no","code":"not_ready","detail":"no leader"})";

// Asks "http://a:1", "http://b:1", … , which give these results, and counts who was asked.
struct Scene {
  std::vector<CallResult> results;
  Intent intent = Intent::read;
  std::size_t calls = 0;

  std::variant<Answered, NotAnswered> ask() {
    std::vector<std::string> endpoints;
    for (std::size_t i = 0; i < results.size(); ++i) {
      endpoints.push_back("http://" + std::string(1, static_cast<char>('a' + i)) + ":1");
    }
    const HttpCall call = [this](const std::string&, const http::ClientRequest&,
                                 std::chrono::milliseconds) { return results[calls++]; };
    Question question;
    question.intent = intent;
    return ask_first(call, endpoints, question);
  }
};

TEST(AskFirst, TakesTheFirstAnswer) {
  Scene scene{{answer(200, "one"), answer(200, "two")}};
  const auto result = scene.ask();
  EXPECT_EQ(std::get<Answered>(result).endpoint, "http://a:1");
  EXPECT_EQ(std::get<Answered>(result).answer.body, "one");
  EXPECT_EQ(scene.calls, 1u);
}

TEST(AskFirst, GoesOnWithTheNextIfOneFails) {
  for (const Intent intent : {Intent::read, Intent::write}) {
    Scene scene{{unreachable(), answer(503, kNotApplied), answer(200, "three")}, intent};
    const auto result = scene.ask();
    ASSERT_TRUE(std::holds_alternative<Answered>(result));
    EXPECT_EQ(std::get<Answered>(result).endpoint, "http://c:1");
  }
}

TEST(AskFirst, ReadsAgainElsewhereAfterABrokenConnection) {
  Scene scene{{broken(), answer(504, ""), answer(200, "three")}};
  EXPECT_TRUE(std::holds_alternative<Answered>(scene.ask()));
}

TEST(AskFirst, NeverWritesTwiceIfTheFirstMayHaveBeenDone) {
  for (const CallResult& first : {CallResult(broken()), CallResult(answer(504, "")),
                                  CallResult(answer(503, "no word of a replica"))}) {
    Scene scene{{first, answer(200, "two")}, Intent::write};
    const auto result = scene.ask();
    ASSERT_TRUE(std::holds_alternative<NotAnswered>(result));
    EXPECT_EQ(std::get<NotAnswered>(result).code, ExitCode::outcome_unknown);
    EXPECT_NE(std::get<NotAnswered>(result).lines.back().find("outcome is unknown"),
              std::string::npos);
    EXPECT_EQ(scene.calls, 1u);
  }
}

TEST(AskFirst, AnAnswerThatIsTheSameEverywhereIsNotAskedForAgain) {
  Scene scene{{answer(404, R"({"code":"not_found"})"), answer(200, "two")}};
  EXPECT_EQ(std::get<NotAnswered>(scene.ask()).code, ExitCode::not_found);
  EXPECT_EQ(scene.calls, 1u);
}

TEST(AskFirst, TellsOfEachThatFailed) {
  Scene scene{{unreachable(), answer(503, kNotApplied)}};
  const auto failure = std::get<NotAnswered>(scene.ask());
  EXPECT_EQ(failure.code, ExitCode::unavailable);
  ASSERT_EQ(failure.lines.size(), 2u);
  EXPECT_EQ(failure.lines[0],
            "cannot reach http://a:1: Connection refused "
            "(is it running? name others with --endpoints)");
  EXPECT_EQ(failure.lines[1], "http://b:1: no leader (not_ready)");
}

TEST(Describe, NamesTheReplicaOnce) {
  const http::ClientError error{http::ClientError::Kind::unknown, "a:1: End of stream"};
  EXPECT_EQ(describe("http://a:1", error), "no answer from http://a:1: End of stream");
}

}  // namespace
}  // namespace groupy::cli
