#include "http/problem.h"

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

namespace groupy::http {
namespace {

// The codes that scripts of others rely on, with their status.
const std::map<std::string, unsigned>& promised() {
  static const std::map<std::string, unsigned> codes = {
      {"malformed", 400},
      {"key_empty", 400},
      {"bad_parameter", 400},
      {"not_found", 404},
      {"no_route", 404},
      {"method_not_allowed", 405},
      {"slow_sender", 408},
      {"idempotency_window_passed", 409},
      {"compacted", 410},
      {"length_required", 411},
      {"condition_failed", 412},
      {"value_too_large", 413},
      {"command_too_large", 413},
      {"key_too_long", 414},
      {"unsupported_media_type", 415},
      {"expectation_failed", 417},
      {"wrong_host", 421},
      {"idempotency_mismatch", 422},
      {"too_many_requests", 429},
      {"header_too_large", 431},
      {"not_implemented", 501},
      {"no_majority", 503},
      {"overloaded", 503},
      {"no_space", 503},
      {"not_ready", 503},
      {"outcome_unknown", 504},
      {"version_not_supported", 505},
  };
  return codes;
}

TEST(Problem, TableHoldsExactlyThePromisedCodes) {
  std::map<std::string, unsigned> table;
  for (const ProblemKind& kind : problem_kinds()) {
    EXPECT_TRUE(table.emplace(kind.name, kind.status).second) << kind.name;
    EXPECT_FALSE(kind.title.empty()) << kind.name;
  }
  EXPECT_EQ(table, promised());
}

TEST(Problem, OnlyAnUnknownOutcomeMayBeApplied) {
  for (const ProblemKind& kind : problem_kinds()) {
    EXPECT_EQ(kind.may_be_applied, kind.status == 504) << kind.name;
    EXPECT_FALSE(kind.may_be_applied && kind.is_retryable) << kind.name;
  }
}

TEST(Problem, HasTheMembersOfRfc9457AndOurs) {
  const Answer answer =
      make_problem(Code::condition_failed, "it is at 7", {{"mod_revision", 7}, {"revision", 9}});
  EXPECT_EQ(answer.status, 412u);
  EXPECT_EQ(answer.content_type, "application/problem+json");
  EXPECT_EQ(
      answer.body,
      R"({"type":"urn:groupy:problem:condition_failed","title":"The condition does not hold",)"
      R"("status":412,"detail":"it is at 7","code":"condition_failed","retryable":false,)"
      R"("applied":"no","mod_revision":7,"revision":9})"
      "\n");
}

TEST(Problem, EveryOneIsJsonAndTheBusyOnesSayWhenToRetry) {
  for (const ProblemKind& kind : problem_kinds()) {
    const Answer answer = make_problem(kind.code, "\xff\x00 bytes");
    const auto json = nlohmann::json::parse(answer.body);
    EXPECT_EQ(json["code"], kind.name);
    EXPECT_EQ(json["status"], kind.status);
    EXPECT_EQ(json["applied"], kind.may_be_applied ? "unknown" : "no");
    const bool is_busy = kind.status == 503 || kind.status == 429;
    EXPECT_EQ(answer.find("Retry-After") != nullptr, is_busy) << kind.name;
  }
}

}  // namespace
}  // namespace groupy::http
