// put, get, del and ls against scripted replicas.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "http/limits.h"
#include "http/numbers.h"
#include "http/target.h"
#include "tests/cli/fake_world.h"

namespace groupy::cli {
namespace {

using namespace std::string_literals;
using test::answer;
using test::FakeWorld;

constexpr char kHere[] = "http://127.0.0.1:8081";
constexpr char kCreated[] = R"({"key":"k","revision":5,"version":1,"created":true})";

TEST(Put, WritesTheValueAndTellsTheRevision) {
  FakeWorld world;
  world.set_answer(kHere, answer(201, kCreated));
  EXPECT_EQ(world.run({"put", "k", "v"}), 0);
  EXPECT_EQ(world.output, "created\t5\t1\n");
  ASSERT_EQ(world.asked.size(), 1u);
  EXPECT_EQ(world.asked[0].request.method, "PUT");
  EXPECT_EQ(world.asked[0].request.target, "/kv/k?timeout=5000ms");
  EXPECT_EQ(world.asked[0].request.body, "v");

  world.is_terminal = true;
  world.set_answer(kHere, answer(200, R"({"key":"k","revision":"6","version":2,"created":false})"));
  EXPECT_EQ(world.run({"put", "k", "v", "--timeout", "200ms"}), 0);
  EXPECT_EQ(world.output, "replaced, revision 6, version 2\n");
  EXPECT_EQ(world.asked.back().request.target, "/kv/k?timeout=200ms");

  EXPECT_EQ(world.run({"put", "k", "v", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(world.output)["revision"], "6");
}

// What the server reads as the time limit of this target.
std::optional<std::chrono::milliseconds> limit_in(const std::string& target) {
  const auto parts = http::split_target(target);
  const auto parameters = parts ? http::parse_query(parts->query) : std::nullopt;
  const auto* text = parameters ? http::find_parameter(*parameters, "timeout") : nullptr;
  return text ? http::parse_duration(*text) : std::nullopt;
}

TEST(Timeout, IsReadByTheServerAsItWasMeant) {
  const http::Limits limits;
  const std::vector<std::pair<std::string, std::chrono::milliseconds>> times = {
      {"50ms", limits.request_min},
      {"5s", limits.request_default},
      {"60000ms", limits.request_max},
      {"60s", limits.request_max},
      {"1m", limits.request_max}};
  for (const auto& [text, limit] : times) {
    FakeWorld world;
    world.run({"put", "k", "v", "--timeout", text});
    ASSERT_FALSE(world.asked.empty()) << text << world.errors;
    EXPECT_EQ(limit_in(world.asked.back().request.target), limit) << text;
    world.run({"ls", "--timeout", text});
    EXPECT_EQ(limit_in(world.asked.back().request.target), limit) << text;
  }
}

TEST(Timeout, BeyondWhatTheServerTakesIsRefusedAtOnce) {
  for (const char* text : {"49ms", "60001ms", "61s", "2m"}) {
    FakeWorld world;
    EXPECT_EQ(world.run({"get", "k", "--timeout", text}), 2) << text;
    EXPECT_TRUE(world.asked.empty()) << text;
  }
}

TEST(Put, TakesEveryKeyAndValueAsItIs) {
  for (const std::string& text : {"{}"s, "[]"s, "[1,2]"s, "[a"s, "%%"s, "a,b"s, "\"q\""s, "'q'"s,
                                  "a\\nb"s, " "s, "k=v"s, "get"s, "a b"s, "\xff\x01"s}) {
    FakeWorld world;
    world.set_answer(kHere, answer(201, kCreated));
    EXPECT_EQ(world.run({"put", text, text}), 0) << text << world.errors;
    ASSERT_EQ(world.asked.size(), 1u) << text;
    EXPECT_EQ(world.asked[0].request.body, text);
    EXPECT_EQ(world.asked[0].request.target,
              "/kv/" + http::percent_encode(text) + "?timeout=5000ms");
  }
}

TEST(Put, TakesAnEmptyValueAndOnesThatLookLikeFlags) {
  FakeWorld world;
  world.set_answer(kHere, answer(201, kCreated));
  EXPECT_EQ(world.run({"put", "k", ""}), 0) << world.errors;
  EXPECT_EQ(world.asked.back().request.body, "");
  EXPECT_EQ(world.run({"put", "--timeout", "1s", "--", "-k", "--timeout"}), 0) << world.errors;
  EXPECT_EQ(world.asked.back().request.target, "/kv/-k?timeout=1000ms");
  EXPECT_EQ(world.asked.back().request.body, "--timeout");
}

TEST(Put, ReadsTheValueFromStdin) {
  FakeWorld world;
  world.set_answer(kHere, answer(201, kCreated));
  world.input = "a\nb\0c"s + std::string(200'000, 'x');
  EXPECT_EQ(world.run({"put", "k", "-"}), 0);
  EXPECT_EQ(world.asked.back().request.body, world.input);
}

TEST(Put, SaysSoWhenTheOutcomeIsUnknown) {
  for (const CallResult& result :
       {CallResult(test::broken()),
        CallResult(answer(504, R"({"code":"outcome_unknown","applied":"unknown"})"))}) {
    FakeWorld world;
    world.set_answer("http://a:1", result);
    world.set_answer("http://b:1", answer(201, kCreated));
    EXPECT_EQ(world.run({"put", "k", "v", "--endpoints", "a:1,b:1"}), 6);
    EXPECT_NE(world.errors.find("the outcome is unknown"), std::string::npos);
    EXPECT_EQ(world.output, "");
    EXPECT_EQ(world.asked.size(), 1u) << "not written twice";
  }
}

TEST(Put, ExitCodesTellWhatHappened) {
  FakeWorld world;
  EXPECT_EQ(world.run({"put", "k", "v"}), 5);
  EXPECT_EQ(world.errors,
            "groupy: cannot reach http://127.0.0.1:8081: Connection refused "
            "(is it running? name others with --endpoints)\n");
  world.set_answer(kHere, answer(503, R"({"code":"not_ready","applied":"no","detail":"d"})"));
  EXPECT_EQ(world.run({"put", "k", "v"}), 5);
  world.set_answer(kHere, answer(412, R"({"code":"condition_failed","applied":"no"})"));
  EXPECT_EQ(world.run({"put", "k", "v"}), 4);
  world.set_answer(kHere, answer(413, R"({"code":"value_too_large","applied":"no"})"));
  EXPECT_EQ(world.run({"put", "k", "v"}), 1);
  world.set_answer(kHere, answer(200, "<html>welcome</html>"));
  EXPECT_EQ(world.run({"put", "k", "v"}), 1);
  EXPECT_NE(world.errors.find("makes no sense"), std::string::npos);
}

TEST(Get, PrintsTheValueAndANewline) {
  FakeWorld world;
  world.set_answer(kHere, answer(200, "a\0\x1b[2J"s));
  EXPECT_EQ(world.run({"get", "users/7 ä"}), 0);
  EXPECT_EQ(world.output, "a\0\x1b[2J\n"s);
  EXPECT_EQ(world.asked.back().request.method, "GET");
  EXPECT_EQ(world.asked.back().request.target, "/kv/users%2F7%20%C3%A4?timeout=5000ms&raw");
}

TEST(Get, KeepsControlCharactersFromATerminal) {
  FakeWorld world;
  world.is_terminal = true;
  world.set_answer(kHere, answer(200, "\x1b[2J"));
  EXPECT_EQ(world.run({"get", "k"}), 0);
  EXPECT_EQ(world.output, "\\x1b[2J\n");
  EXPECT_EQ(world.run({"get", "k", "--raw"}), 0);
  EXPECT_EQ(world.output, "\x1b[2J") << "asked for";
}

TEST(Get, PrintsTheRecordAsJson) {
  FakeWorld world;
  world.set_answer(kHere, answer(200, R"({"key":"k","value":"v","mod_revision":3})"));
  EXPECT_EQ(world.run({"get", "k", "-o", "json"}), 0);
  EXPECT_EQ(world.asked.back().request.target, "/kv/k?timeout=5000ms");
  EXPECT_EQ(nlohmann::json::parse(world.output)["value"], "v");
}

TEST(Get, NothingThereIsItsOwnExitCode) {
  FakeWorld world;
  world.set_answer(kHere, answer(404, R"({"code":"not_found","detail":"there is no key k"})"));
  EXPECT_EQ(world.run({"get", "k"}), 3);
  EXPECT_EQ(world.output, "");
  EXPECT_EQ(world.errors, "groupy: http://127.0.0.1:8081: there is no key k (not_found)\n");
}

TEST(Del, NothingThereIsNoError) {
  FakeWorld world;
  world.set_answer(kHere, answer(200, R"({"deleted":0,"revision":9})"));
  EXPECT_EQ(world.run({"del", "k"}), 0);
  EXPECT_EQ(world.output, "0\t9\n");
  EXPECT_EQ(world.asked.back().request.method, "DELETE");
  world.is_terminal = true;
  world.set_answer(kHere, answer(200, R"({"deleted":1,"revision":10})"));
  EXPECT_EQ(world.run({"del", "k"}), 0);
  EXPECT_EQ(world.output, "deleted 1, revision 10\n");
}

// Answers /kv with pages of two, as a replica would, from keys a to e.
CallResult pages(const http::ClientRequest& request) {
  const std::string keys = "abcde";
  const std::size_t cursor_at = request.target.find("cursor=");
  const std::size_t first =
      cursor_at == std::string::npos ? 0 : std::stoul(request.target.substr(cursor_at + 7));
  nlohmann::json page = {{"items", nlohmann::json::array()}, {"revision", 40}, {"next", nullptr}};
  for (std::size_t i = first; i < std::min(first + 2, keys.size()); ++i) {
    page["items"].push_back({{"key", std::string(1, keys[i])},
                             {"value", "v\t" + std::to_string(i)},
                             {"mod_revision", 10 + i},
                             {"version", 1}});
  }
  if (first + 2 < keys.size()) page["next"] = std::to_string(first + 2);
  return answer(200, page.dump());
}

TEST(Ls, FollowsThePages) {
  FakeWorld world;
  world.set_replica(kHere, pages);
  EXPECT_EQ(world.run({"ls", "x/&=", "--keys-only"}), 0);
  EXPECT_EQ(world.output, "a\nb\nc\nd\ne\n");
  ASSERT_EQ(world.asked.size(), 3u);
  EXPECT_EQ(world.asked[0].request.target,
            "/kv?prefix=x%2F%26%3D&limit=1000&timeout=5000ms&keys_only=1");
  EXPECT_EQ(world.asked[2].request.target,
            "/kv?prefix=x%2F%26%3D&limit=1000&timeout=5000ms&keys_only=1&cursor=4");
}

TEST(Ls, PrintsOneLineForEachKeyWhateverItHolds) {
  FakeWorld world;
  world.set_answer(kHere, answer(200, R"({"items":[{"key_base64":"/wk=","value":"a\n\tb",
      "mod_revision":"7","version":2}],"revision":7,"next":null})"));
  EXPECT_EQ(world.run({"ls"}), 0);
  EXPECT_EQ(world.output, "\\xff\\t\t7\t2\ta\\n\\tb\n");
}

TEST(Ls, StopsAtItsLimit) {
  FakeWorld world;
  world.set_replica(kHere, pages);
  EXPECT_EQ(world.run({"ls", "--limit", "2", "--keys-only"}), 0);
  EXPECT_EQ(world.output, "a\nb\n");
  ASSERT_EQ(world.asked.size(), 1u);
  EXPECT_NE(world.asked[0].request.target.find("&limit=2&"), std::string::npos);
}

TEST(Ls, PrintsOneJsonDocumentOfAllPages) {
  FakeWorld world;
  world.set_replica(kHere, pages);
  EXPECT_EQ(world.run({"ls", "-o", "json"}), 0);
  const auto document = nlohmann::json::parse(world.output);
  ASSERT_EQ(document["items"].size(), 5u);
  EXPECT_EQ(document["items"][4]["key"], "e");
  EXPECT_EQ(document["revision"], 40);

  world.set_answer(kHere, answer(200, R"({"items":[],"revision":41,"next":null})"));
  EXPECT_EQ(world.run({"ls", "-o", "json"}), 0);
  EXPECT_EQ(nlohmann::json::parse(world.output)["items"].size(), 0u);
}

TEST(Ls, HalfAListingDoesNotPassForAWholeOne) {
  FakeWorld world;
  int calls = 0;
  world.set_replica(kHere, [&](const http::ClientRequest& request) -> CallResult {
    return ++calls == 1 ? pages(request) : test::broken();
  });
  EXPECT_EQ(world.run({"ls", "-o", "json"}), 5);
  EXPECT_FALSE(nlohmann::json::accept(world.output)) << world.output;
}

TEST(Ls, AsksWhoHasTheFirstPageForTheNext) {
  FakeWorld world;
  world.set_replica("http://b:1", pages);
  EXPECT_EQ(world.run({"ls", "--keys-only", "--endpoints", "a:1,b:1"}), 0);
  ASSERT_EQ(world.asked.size(), 4u);
  EXPECT_EQ(world.asked[0].endpoint, "http://a:1");
  for (std::size_t i = 1; i < 4; ++i) EXPECT_EQ(world.asked[i].endpoint, "http://b:1");
}

TEST(Ls, DoesNotFollowNonsense) {
  for (const char* body :
       {"", "[]", "{}", R"({"items":{}})", R"({"items":[1]})", R"({"items":[{}]})",
        R"({"items":[{"key":"k"}]})", R"({"items":[{"key_base64":"?","value":""}]})"}) {
    FakeWorld world;
    world.set_answer(kHere, answer(200, body));
    EXPECT_EQ(world.run({"ls"}), 1) << body;
  }
  FakeWorld world;
  world.set_answer(kHere, answer(200, R"({"items":[],"next":"c"})"));
  EXPECT_EQ(world.run({"ls"}), 1) << "a cursor that leads to itself";
  EXPECT_EQ(world.asked.size(), 2u);
}

}  // namespace
}  // namespace groupy::cli
