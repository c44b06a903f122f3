#include "cli/answer.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/fake_world.h"

namespace groupy::cli {
namespace {

using test::answer;

constexpr char kNotApplied[] = R"({"applied":"no","code":"c","detail":"d"})";
constexpr char kUnknown[] = R"({"applied":"unknown","code":"c","detail":"d"})";

TEST(Answer, SuccessIsNoRefusal) {
  for (const unsigned status : {200u, 201u, 202u}) {
    EXPECT_EQ(refusal_in(answer(status, ""), Intent::write), std::nullopt);
  }
}

struct Case {
  unsigned status;
  std::string body;
  Intent intent;
  ExitCode code;
  bool may_ask_next;
};

TEST(Answer, EachRefusalHasItsExitCode) {
  const Case cases[] = {
      {404, R"({"code":"not_found"})", Intent::read, ExitCode::not_found, false},
      {404, R"({"code":"no_route"})", Intent::read, ExitCode::error, false},
      {412, kNotApplied, Intent::write, ExitCode::condition_failed, false},
      {400, kNotApplied, Intent::write, ExitCode::error, false},
      {413, kNotApplied, Intent::write, ExitCode::error, false},
      {421, kNotApplied, Intent::read, ExitCode::error, false},
      {429, kNotApplied, Intent::write, ExitCode::unavailable, false},
      {501, "", Intent::write, ExitCode::error, false},
      {503, kNotApplied, Intent::read, ExitCode::unavailable, true},
      {504, kUnknown, Intent::read, ExitCode::unavailable, true},
      {500, "", Intent::read, ExitCode::error, false},
      {304, "", Intent::read, ExitCode::error, false},
  };
  for (const Case& c : cases) {
    const auto refusal = refusal_in(answer(c.status, c.body), c.intent);
    ASSERT_TRUE(refusal) << c.status;
    EXPECT_EQ(refusal->code, c.code) << c.status;
    EXPECT_EQ(refusal->may_ask_next, c.may_ask_next) << c.status;
  }
}

TEST(Answer, AWriteGoesElsewhereOnlyIfItWasCertainlyNotDone) {
  const auto refused = refusal_in(answer(503, kNotApplied), Intent::write);
  EXPECT_EQ(refused->code, ExitCode::unavailable);
  EXPECT_TRUE(refused->may_ask_next);
  for (const unsigned status : {500u, 502u, 503u, 504u}) {
    for (const char* body : {kUnknown, "", "<html>bad gateway</html>", R"({"applied":true})"}) {
      const auto unknown = refusal_in(answer(status, body), Intent::write);
      EXPECT_EQ(unknown->code, ExitCode::outcome_unknown) << status << body;
      EXPECT_FALSE(unknown->may_ask_next) << status << body;
    }
  }
}

TEST(Answer, TellsWhatTheProblemSays) {
  EXPECT_EQ(refusal_in(answer(400, R"({"title":"t","detail":"d","code":"c"})"), Intent::read)->what,
            "d (c)");
  EXPECT_EQ(refusal_in(answer(400, R"({"title":"t"})"), Intent::read)->what, "t");
  EXPECT_EQ(refusal_in(answer(400, "no JSON"), Intent::read)->what, "HTTP status 400");
  EXPECT_EQ(refusal_in(answer(400, R"({"detail":"\u001b[2J"})"), Intent::read)->what, "\\x1b[2J");
}

TEST(Answer, RefusesJsonThatIsNestedTooDeep) {
  const auto nested = [](int depth) {
    return "{\"a\":" + std::string(depth, '[') + std::string(depth, ']') + "}";
  };
  EXPECT_TRUE(parse_object(nested(20)));
  EXPECT_FALSE(parse_object(nested(100)));
  EXPECT_FALSE(parse_object(std::string(1'000'000, '[')));
  EXPECT_TRUE(parse_object("{\"a\":\"" + std::string(100, '[') + "\\\"[\"}")) << "in a string";
}

TEST(Answer, RefusesWhatIsNoJsonObject) {
  for (const char* body : {"", "[]", "1", "\"a\"", "{", "{}}", "{\"a\":\"\xff\"}", "null"}) {
    EXPECT_FALSE(parse_object(body)) << body;
  }
}

TEST(Answer, ReadsNumbersAsNumbersAndAsText) {
  const auto object = *parse_object(
      R"({"n":7,"s":"18446744073709551615","big":"18446744073709551616","minus":-1,"half":1.5,
          "text":"x","none":null})");
  EXPECT_EQ(number_field(object, "n"), 7u);
  EXPECT_EQ(number_field(object, "s"), 18446744073709551615u);
  for (const char* name : {"big", "minus", "half", "text", "none", "missing"}) {
    EXPECT_EQ(number_field(object, name), std::nullopt) << name;
  }
}

TEST(Answer, ReadsBytesAsTextOrBase64) {
  const auto object = *parse_object(R"({"key":"k","value_base64":"/w==","bad_base64":"/"})");
  EXPECT_EQ(bytes_field(object, "key"), "k");
  EXPECT_EQ(bytes_field(object, "value"), "\xff");
  EXPECT_EQ(bytes_field(object, "bad"), std::nullopt);
  EXPECT_EQ(bytes_field(object, "missing"), std::nullopt);
}

}  // namespace
}  // namespace groupy::cli
