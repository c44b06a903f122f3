#include "http/api_keys.h"

#include <nlohmann/json.hpp>

#include "http/client.h"
#include "tests/http/handling.h"

namespace groupy::http {
namespace {

class ApiKeys : public Handling {};

TEST_F(ApiKeys, PutTellsWhetherTheKeyIsNew) {
  const Answer created = write("PUT", "/kv/a", "1");
  EXPECT_EQ(created.status, 201u);
  EXPECT_EQ(created.body, "{\"key\":\"a\",\"revision\":1,\"version\":1,\"created\":true}\n");
  EXPECT_EQ(header(created, "ETag"), "\"1\"");
  EXPECT_EQ(header(created, "X-Groupy-Sequence"), "1");
  const Answer replaced = write("PUT", "/kv/a", "1");
  EXPECT_EQ(replaced.status, 200u);
  EXPECT_EQ(replaced.body, "{\"key\":\"a\",\"revision\":2,\"version\":2,\"created\":false}\n");
  EXPECT_EQ(header(replaced, "ETag"), "\"2\"");
}

TEST_F(ApiKeys, GetShowsTheWholeRecord) {
  write("PUT", "/kv/a", "old");
  write("PUT", "/kv/b", "x");
  write("PUT", "/kv/a", "new");
  const Answer found = answer("GET", "/kv/a");
  EXPECT_EQ(found.status, 200u);
  EXPECT_EQ(found.content_type, "application/json");
  EXPECT_EQ(found.body,
            "{\"key\":\"a\",\"value\":\"new\",\"create_revision\":1,\"mod_revision\":3,"
            "\"version\":2,\"lease\":null}\n");
  EXPECT_EQ(header(found, "ETag"), "\"3\"");
  EXPECT_EQ(header(found, "X-Groupy-Sequence"), "3");
  EXPECT_EQ(header(found, "X-Groupy-Consistency"), "local");
  EXPECT_EQ(answer("HEAD", "/kv/a").body, found.body);
}

TEST_F(ApiKeys, RawGivesTheBytesThemselves) {
  const std::string bytes("\x00\xff{}\n", 5);
  write("PUT", "/kv/a", bytes);
  const std::vector<Header> accept = {{"Accept", "text/html;q=0.5, application/Octet-Stream;q=1"}};
  for (const Answer& raw :
       {answer("GET", "/kv/a?raw"), answer("GET", "/kv/a?raw=1"), answer("GET", "/kv/a", accept)}) {
    EXPECT_EQ(raw.body, bytes);
    EXPECT_EQ(raw.content_type, "application/octet-stream");
    EXPECT_EQ(header(raw, "ETag"), "\"1\"");
  }
  EXPECT_EQ(answer("GET", "/kv/a?raw=0", {{"Accept", "*/*"}}).content_type, "application/json");
  EXPECT_EQ(code("GET", "/kv/a?raw=yes"), "bad_parameter");
}

TEST_F(ApiKeys, BytesThatAreNoTextStandAsBase64) {
  write("PUT", "/kv/%FF%00", "\xfe");
  const auto json = nlohmann::json::parse(answer("GET", "/kv/%FF%00").body);
  EXPECT_EQ(json["key_base64"], "/wA=");
  EXPECT_EQ(json["value_base64"], "/g==");
  EXPECT_FALSE(json.contains("key"));
  EXPECT_FALSE(json.contains("value"));
  EXPECT_NE(write("PUT", "/kv/%FF%00", "x").body.find("\"key_base64\":\"/wA=\""),
            std::string::npos);
}

TEST_F(ApiKeys, KeysAreDecodedOnceAndNeverNormalised) {
  const std::vector<std::pair<std::string, std::string>> table = {
      {"/kv//", "/"},         {"/kv/a/../b", "a/../b"},       {"/kv/%2e%2e", ".."},
      {"/kv/a+b", "a+b"},     {"/kv/%252F", "%2F"},           {"/kv/a%2Fb", "a/b"},
      {"/kv/..//.", "..//."}, {"/kv/%00", std::string(1, 0)}, {"/kv/\xc3\xa5", "\xc3\xa5"},
  };
  for (const auto& [target, key] : table) {
    write("PUT", target, "x");
    EXPECT_EQ(store_.last_key(), key) << target;
  }
  EXPECT_EQ(code("GET", "/kv/%4"), "malformed");
  EXPECT_EQ(code("GET", "/kv/a?raw=%G0"), "malformed");
}

TEST_F(ApiKeys, KeysHaveBounds) {
  const std::vector<Header> empty_value = {{"Content-Length", "0"}};
  const std::string longest = "/kv/" + std::string(4096, 'k');
  for (const char* method : {"PUT", "GET", "HEAD", "DELETE"}) {
    EXPECT_EQ(code(method, "/kv/", empty_value), "key_empty") << method;
    EXPECT_EQ(code(method, longest + "k", empty_value), "key_too_long") << method;
  }
  EXPECT_TRUE(std::holds_alternative<WriteCall>(step("PUT", longest, empty_value)));
  const std::string encoded_max = "/kv/" + percent_encode(std::string(4096, '\xff'));
  EXPECT_TRUE(std::holds_alternative<WriteCall>(step("PUT", encoded_max, empty_value)));
}

TEST_F(ApiKeys, PutIsRefusedByItsHeadAlone) {
  EXPECT_EQ(code("PUT", "/kv/a"), "length_required");
  EXPECT_EQ(code("PUT", "/kv/a", {{"Content-Length", "1572865"}}), "value_too_large");
  EXPECT_EQ(code("PUT", "/kv/a", {{"Content-Length", "18446744073709551615"}}), "value_too_large");
  for (const char* length : {"0", "1572864"}) {
    EXPECT_TRUE(
        std::holds_alternative<WriteCall>(step("PUT", "/kv/a", {{"Content-Length", length}})));
  }
  EXPECT_TRUE(
      std::holds_alternative<WriteCall>(step("PUT", "/kv/a", {{"Transfer-Encoding", "chunked"}})));
}

TEST_F(ApiKeys, ConditionsDecideOverAWrite) {
  EXPECT_EQ(write("PUT", "/kv/a", "1", {{"If-Match", "*"}}).status, 412u);
  EXPECT_EQ(write("PUT", "/kv/a", "1", {{"If-None-Match", "*"}}).status, 201u);
  EXPECT_EQ(write("PUT", "/kv/a", "2", {{"If-None-Match", "*"}}).status, 412u);
  EXPECT_EQ(write("PUT", "/kv/a", "2", {{"If-Match", "\"0\""}}).status, 412u);
  EXPECT_EQ(write("PUT", "/kv/a", "2", {{"If-Match", "\"1\""}}).status, 200u);
  EXPECT_EQ(write("PUT", "/kv/b", "1", {{"If-Match", "\"0\""}}).status, 201u);
  const Answer failed = write("DELETE", "/kv/a", {}, {{"If-Match", "\"1\""}});
  EXPECT_EQ(failed.status, 412u);
  const auto json = nlohmann::json::parse(failed.body);
  EXPECT_EQ(json["mod_revision"], 2);
  EXPECT_EQ(json["revision"], 3);
  EXPECT_EQ(json["applied"], "no");
  EXPECT_EQ(header(failed, "ETag"), "\"2\"");
  EXPECT_EQ(header(failed, "X-Groupy-Sequence"), "7");
  EXPECT_EQ(write("DELETE", "/kv/a", {}, {{"If-Match", "\"2\""}}).body,
            "{\"deleted\":1,\"revision\":4}\n");
  EXPECT_EQ(code("DELETE", "/kv/a", {{"If-Match", "W/\"2\""}}), "malformed");
}

TEST_F(ApiKeys, AFailedConditionIsToldWhatIsThere) {
  const auto detail = [&](const char* method, const Header& condition) {
    const Answer failed = write(method, "/kv/a", "", {condition});
    EXPECT_EQ(failed.status, 412u);
    return nlohmann::json::parse(failed.body)["detail"];
  };
  EXPECT_EQ(detail("PUT", {"If-Match", "*"}), "the key is not there");
  EXPECT_EQ(detail("DELETE", {"If-Match", "\"3\""}), "the key is not there");
  write("PUT", "/kv/a", "1");
  EXPECT_EQ(detail("PUT", {"If-None-Match", "*"}), "the key is at revision 1");
  EXPECT_EQ(detail("PUT", {"If-Match", "\"0\""}), "the key is at revision 1");
  EXPECT_EQ(detail("DELETE", {"If-Match", "\"3\""}), "the key is at revision 1");
}

TEST_F(ApiKeys, AReadOfWhatIsKnownHasNoBody) {
  write("PUT", "/kv/a", "1");
  for (const char* tag : {"\"1\"", "*"}) {
    const Answer known = answer("GET", "/kv/a", {{"If-None-Match", tag}});
    EXPECT_EQ(known.status, 304u);
    EXPECT_EQ(known.body, "");
    EXPECT_EQ(header(known, "ETag"), "\"1\"");
    EXPECT_EQ(header(known, "X-Groupy-Sequence"), "1");
  }
  EXPECT_EQ(answer("HEAD", "/kv/a?raw", {{"If-None-Match", "\"1\""}}).status, 304u);
  EXPECT_EQ(answer("GET", "/kv/a", {{"If-None-Match", "\"2\""}}).status, 200u);
  EXPECT_EQ(answer("GET", "/kv/b", {{"If-None-Match", "\"0\""}}).status, 404u);
  EXPECT_EQ(code("GET", "/kv/a", {{"If-None-Match", "W/\"1\""}}), "malformed");
}

TEST_F(ApiKeys, ARepeatGetsTheFirstAnswerAgain) {
  const std::vector<Header> named = {{"Idempotency-Key", "one"}};
  const Answer first = write("PUT", "/kv/a", "1", named);
  write("PUT", "/kv/a", "2");
  const Answer repeat = write("PUT", "/kv/a", "1", named);
  EXPECT_EQ(repeat.status, 201u);
  EXPECT_EQ(repeat.body, first.body);
  EXPECT_EQ(repeat.headers, first.headers);
  EXPECT_EQ(answer("GET", "/kv/a?raw").body, "2");
  const Answer other = write("PUT", "/kv/a", "3", named);
  EXPECT_EQ(other.status, 422u);
  EXPECT_NE(other.body.find("idempotency_mismatch"), std::string::npos);
  EXPECT_EQ(write("DELETE", "/kv/a", {}, named).status, 422u);
  const std::vector<Header> refused = {{"Idempotency-Key", "two"}, {"If-None-Match", "*"}};
  EXPECT_EQ(write("PUT", "/kv/a", "1", refused).status, 412u);
  write("DELETE", "/kv/a");
  EXPECT_EQ(write("PUT", "/kv/a", "1", refused).status, 412u) << "as the first time";
  EXPECT_EQ(write("PUT", "/kv/a", "1", {{"Idempotency-Key", "new;since=6"}}).status, 201u);
}

TEST_F(ApiKeys, AReadMayAskForARevision) {
  write("PUT", "/kv/a", "1");
  for (const char* target : {"/kv/a?min_revision=", "/kv?min_revision="}) {
    const std::string asked(target);
    EXPECT_EQ(answer("GET", asked + "0").status, 200u);
    EXPECT_EQ(answer("GET", asked + "1").status, 200u);
    EXPECT_EQ(code("GET", asked + "-1"), "bad_parameter");
    const Step made = step("GET", asked + "2&timeout=70ms");
    const auto* call = std::get_if<ReachCall>(&made);
    ASSERT_NE(call, nullptr);
    EXPECT_EQ(call->revision, kvstore::Revision{2});
    EXPECT_EQ(call->limit.count(), 70);
  }
  const ReachCall call{kvstore::Revision{9}, {}};
  const auto late = render_unreached(call, kvstore::NoDigest::not_reached);
  EXPECT_EQ(nlohmann::json::parse(late.body)["code"], "not_ready");
  EXPECT_EQ(nlohmann::json::parse(late.body)["min_revision"], 9);
  const auto busy = render_unreached(call, kvstore::NoDigest::overloaded);
  EXPECT_EQ(nlohmann::json::parse(busy.body)["code"], "overloaded");
}

TEST_F(ApiKeys, TheLimitsAreThoseOfTheGroup) {
  kvstore::StoreStatus status = store_.status();
  status.settings.key_bytes_max = 2;
  status.settings.value_bytes_max = 3;
  store_.set_status(status);
  EXPECT_EQ(code("GET", "/kv/abc"), "key_too_long");
  EXPECT_EQ(code("GET", "/kv?prefix=abc"), "key_too_long");
  EXPECT_EQ(code("PUT", "/kv/ab", {{"Content-Length", "4"}}), "value_too_large");
  const Step made = step("PUT", "/kv/ab", {{"Content-Length", "3"}});
  ASSERT_TRUE(std::holds_alternative<WriteCall>(made));
  EXPECT_EQ(std::get<WriteCall>(made).settings, status.settings);
}

TEST_F(ApiKeys, DeleteCountsWhatItDeleted) {
  write("PUT", "/kv/a", "1");
  const Answer deleted = write("DELETE", "/kv/a");
  EXPECT_EQ(deleted.status, 200u);
  EXPECT_EQ(deleted.body, "{\"deleted\":1,\"revision\":2}\n");
  EXPECT_EQ(header(deleted, "ETag"), "\"0\"");
  const Answer again = write("DELETE", "/kv/a");
  EXPECT_EQ(again.status, 200u);
  EXPECT_EQ(again.body, "{\"deleted\":0,\"revision\":2}\n");
  EXPECT_EQ(header(again, "X-Groupy-Sequence"), "3");
}

TEST_F(ApiKeys, WhatIsNotThereIsAProblemWithItsSequence) {
  write("PUT", "/kv/a", "1");
  const Answer missing = answer("GET", "/kv/b");
  EXPECT_EQ(missing.status, 404u);
  EXPECT_EQ(code("GET", "/kv/b"), "not_found");
  EXPECT_EQ(header(missing, "X-Groupy-Sequence"), "1");
  EXPECT_EQ(header(missing, "ETag"), "\"0\"");
}

TEST_F(ApiKeys, TimeLimitsAreKeptWithinBounds) {
  const auto limit_of = [&](const std::string& target) {
    const Step made = step("DELETE", target);
    const auto* call = std::get_if<WriteCall>(&made);
    return call == nullptr ? std::chrono::milliseconds(-1) : call->limit;
  };
  EXPECT_EQ(limit_of("/kv/a").count(), 5'000);
  EXPECT_EQ(limit_of("/kv/a?timeout=50ms").count(), 50);
  EXPECT_EQ(limit_of("/kv/a?timeout=60s").count(), 60'000);
  for (const char* text : {"49ms", "61s", "60001ms", "5", "", "1m", "-1s", "0s"}) {
    EXPECT_EQ(code("DELETE", std::string("/kv/a?timeout=") + text), "bad_parameter") << text;
    EXPECT_EQ(code("GET", std::string("/kv/a?timeout=") + text), "bad_parameter") << text;
  }
}

TEST_F(ApiKeys, ReadsSayWhatTheyPromise) {
  write("PUT", "/kv/a", "1");
  EXPECT_EQ(code("GET", "/kv/a?consistency=linearizable"), "not_implemented");
  EXPECT_EQ(header(answer("GET", "/kv/a?consistency=local"), "X-Groupy-Consistency"), "local");
  EXPECT_EQ(code("GET", "/kv/a?consistency=strong"), "bad_parameter");
}

TEST_F(ApiKeys, FromGeneration3OnReadsAreLinearizableUnlessTheyAskForLess) {
  write("PUT", "/kv/a", "1");
  make_gms3();
  for (const char* target :
       {"/kv/a?timeout=70ms", "/kv?timeout=70ms", "/kv/a?timeout=70ms&consistency=linearizable",
        "/kv?timeout=70ms&consistency=linearizable"}) {
    for (const char* method : {"GET", "HEAD"}) {
      const Step made = step(method, target);
      const auto* call = std::get_if<ConfirmCall>(&made);
      ASSERT_NE(call, nullptr) << target;
      EXPECT_EQ(call->limit.count(), 70);
      const Answer read = confirmed(method, target);
      EXPECT_EQ(read.status, 200u);
      EXPECT_EQ(header(read, "X-Groupy-Consistency"), "linearizable");
      EXPECT_EQ(header(read, "X-Groupy-Sequence"), "1");
    }
  }
  EXPECT_EQ(confirmed("GET", "/kv/b").status, 404u);
  for (const char* target : {"/kv/a?consistency=local", "/kv?consistency=local"}) {
    EXPECT_EQ(header(answer("GET", target), "X-Groupy-Consistency"), "local");
  }
  EXPECT_EQ(code("GET", "/kv/a?consistency=Local"), "bad_parameter");
  EXPECT_EQ(code("GET", "/kv/a?consistency="), "bad_parameter");
}

TEST_F(ApiKeys, AReadThatAsksForARevisionTooGetsBoth) {
  write("PUT", "/kv/a", "1");
  make_gms3();
  EXPECT_TRUE(std::holds_alternative<ConfirmCall>(step("GET", "/kv/a?min_revision=2")));
  const Step then = handler_.begin(request("GET", "/kv/a?min_revision=2"), true).step;
  EXPECT_TRUE(std::holds_alternative<ReachCall>(then));
  EXPECT_EQ(confirmed("GET", "/kv/a?min_revision=1").status, 200u);
  EXPECT_EQ(code("GET", "/kv/a?min_revision=x"), "bad_parameter");
}

TEST_F(ApiKeys, AReadThatCannotBeConfirmedIsToldWhyAndMayBeTriedAgain) {
  using kvstore::ReadFailure;
  const std::vector<std::pair<ReadFailure, std::string>> table = {
      {ReadFailure::no_majority, "no_majority"},
      {ReadFailure::not_confirmed, "not_ready"},
      {ReadFailure::not_applied, "not_ready"},
      {ReadFailure::overloaded, "overloaded"},
  };
  for (const auto& [failure, name] : table) {
    const Answer rendered = render_unconfirmed(failure);
    EXPECT_EQ(rendered.status, 503u);
    EXPECT_EQ(nlohmann::json::parse(rendered.body)["code"], name);
    EXPECT_EQ(nlohmann::json::parse(rendered.body)["applied"], "no");
    EXPECT_EQ(header(rendered, "Retry-After"), "1");
  }
}

TEST_F(ApiKeys, WithoutStateNothingIsRead) {
  kvstore::StoreStatus status = store_.status();
  status.has_state = false;
  store_.set_status(status);
  EXPECT_EQ(code("GET", "/kv/a"), "not_ready");
  EXPECT_EQ(code("GET", "/kv"), "not_ready");
  make_gms3();
  EXPECT_EQ(code("GET", "/kv/a"), "not_ready");
  EXPECT_EQ(code("GET", "/kv/a?consistency=local"), "not_ready");
  EXPECT_EQ(code("GET", "/kv?consistency=local"), "not_ready");
  EXPECT_EQ(header(answer("GET", "/kv/a"), "Retry-After"), "1");
}

struct Rendered {
  kvstore::Answer answer;
  unsigned status;
  const char* code;
  const char* applied;
};

TEST_F(ApiKeys, EveryEndOfAWriteHasItsProblem) {
  using kvstore::Failure;
  using kvstore::Outcome;
  using kvstore::Verdict;
  const auto outcome = [](Verdict verdict) {
    return Outcome{verdict, gms::Sequence{9}, kvstore::Revision{8}, kvstore::Revision{7}, 6};
  };
  const std::vector<Rendered> table = {
      {outcome(Verdict::condition_failed), 412, "condition_failed", "no"},
      {outcome(Verdict::request_mismatch), 422, "idempotency_mismatch", "no"},
      {outcome(Verdict::window_passed), 409, "idempotency_window_passed", "no"},
      {outcome(Verdict::too_large), 413, "command_too_large", "no"},
      {Failure::not_ready, 503, "not_ready", "no"},
      {Failure::overloaded, 503, "overloaded", "no"},
      {Failure::no_majority, 503, "no_majority", "no"},
      {Failure::no_space, 503, "no_space", "no"},
      {Failure::outcome_unknown, 504, "outcome_unknown", "unknown"},
  };
  for (const Rendered& row : table) {
    const Answer rendered = render_write({kvstore::Operation::put, "a", {}}, row.answer);
    const auto json = nlohmann::json::parse(rendered.body);
    EXPECT_EQ(rendered.status, row.status);
    EXPECT_EQ(json["code"], row.code);
    EXPECT_EQ(json["applied"], row.applied);
    EXPECT_EQ(rendered.find("Retry-After") != nullptr, row.status == 503);
    const bool is_ordered = std::holds_alternative<Outcome>(row.answer);
    EXPECT_EQ(header(rendered, "X-Groupy-Sequence"), is_ordered ? "9" : "(none)");
  }
  const auto failed = render_write({}, outcome(Verdict::condition_failed));
  EXPECT_EQ(nlohmann::json::parse(failed.body)["mod_revision"], 7);
  EXPECT_EQ(nlohmann::json::parse(failed.body)["revision"], 8);
  EXPECT_EQ(header(failed, "ETag"), "\"7\"");
}

TEST(CheckCommand, BoundsKeyAndValueTogether) {
  kvstore::GroupSettings settings;
  settings.command_bytes_max = 10;
  kvstore::Command command;
  command.key = "12345";
  command.value = "12345";
  EXPECT_FALSE(check_command(command, settings));
  command.value = "123456";
  ASSERT_TRUE(check_command(command, settings));
  EXPECT_EQ(check_command(command, settings)->code, Code::command_too_large);
}

}  // namespace
}  // namespace groupy::http
