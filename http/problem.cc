#include "http/problem.h"

#include <array>
#include <nlohmann/json.hpp>

#include "gms/check.h"
#include "http/json_bytes.h"

namespace groupy::http {
namespace {

// outcome_unknown is not retryable: sent again, it could overwrite what others wrote meanwhile.
constexpr auto kKinds = std::to_array<ProblemKind>({
    {Code::malformed, "malformed", 400, "The request is not well-formed", false, false},
    {Code::key_empty, "key_empty", 400, "The key is empty", false, false},
    {Code::bad_parameter, "bad_parameter", 400, "A parameter is wrong", false, false},
    {Code::not_found, "not_found", 404, "There is no such key", false, false},
    {Code::no_route, "no_route", 404, "There is no such call", false, false},
    {Code::method_not_allowed, "method_not_allowed", 405, "The path takes other methods", false,
     false},
    {Code::slow_sender, "slow_sender", 408, "The request did not arrive in time", true, false},
    {Code::idempotency_window_passed, "idempotency_window_passed", 409,
     "Whether this request is a repeat is no longer known", false, false},
    {Code::compacted, "compacted", 410, "This is older than what is kept", false, false},
    {Code::length_required, "length_required", 411, "The length of the value is missing", false,
     false},
    {Code::condition_failed, "condition_failed", 412, "The condition does not hold", false, false},
    {Code::value_too_large, "value_too_large", 413, "The value is too large", false, false},
    {Code::command_too_large, "command_too_large", 413, "The command is too large", false, false},
    {Code::key_too_long, "key_too_long", 414, "The key is too long", false, false},
    {Code::unsupported_media_type, "unsupported_media_type", 415, "This call takes JSON", false,
     false},
    {Code::expectation_failed, "expectation_failed", 417, "The expectation cannot be met", false,
     false},
    {Code::wrong_host, "wrong_host", 421, "This server does not answer for that host", false,
     false},
    {Code::idempotency_mismatch, "idempotency_mismatch", 422,
     "The idempotency key belongs to another request", false, false},
    {Code::too_many_requests, "too_many_requests", 429, "Too many requests", true, false},
    {Code::header_too_large, "header_too_large", 431, "The header is too large", false, false},
    {Code::not_implemented, "not_implemented", 501, "This is not implemented yet", false, false},
    {Code::no_majority, "no_majority", 503, "No majority of the group is known", true, false},
    {Code::overloaded, "overloaded", 503, "Too much is waiting here", true, false},
    {Code::no_space, "no_space", 503, "The disk is nearly full", true, false},
    {Code::not_ready, "not_ready", 503, "This replica is not ready", true, false},
    {Code::outcome_unknown, "outcome_unknown", 504, "Whether the write happened is not known",
     false, true},
    {Code::version_not_supported, "version_not_supported", 505,
     "Only HTTP/1.0 and HTTP/1.1 are spoken here", false, false},
});

constexpr bool is_in_order() {
  for (std::size_t at = 0; at < kKinds.size(); ++at) {
    if (static_cast<std::size_t>(kKinds[at].code) != at) return false;
  }
  return true;
}
static_assert(is_in_order(), "kind_of() finds a code by its place");
static_assert(kKinds.back().code == Code::version_not_supported, "every code has its line");

constexpr std::string_view kRetryAfterSeconds = "1";

}  // namespace

std::span<const ProblemKind> problem_kinds() {
  return kKinds;
}

const ProblemKind& kind_of(Code code) {
  const auto at = static_cast<std::size_t>(code);
  GROUPY_CHECK(at < kKinds.size(), "every problem code is in the table");
  return kKinds[at];
}

Answer make_problem(Code code, std::string_view detail, const ProblemNumbers& numbers) {
  const ProblemKind& kind = kind_of(code);
  nlohmann::ordered_json json;
  json["type"] = "urn:groupy:problem:" + std::string(kind.name);
  json["title"] = kind.title;
  json["status"] = kind.status;
  json["detail"] = detail;
  json["code"] = kind.name;
  json["retryable"] = kind.is_retryable;
  json["applied"] = kind.may_be_applied ? "unknown" : "no";
  for (const auto& [name, number] : numbers) json[std::string(name)] = number;
  Answer answer;
  answer.status = kind.status;
  answer.content_type = kProblemType;
  answer.body = to_line(json);
  if (kind.status == 503 || kind.status == 429) {
    answer.set("Retry-After", std::string(kRetryAfterSeconds));
  }
  return answer;
}

}  // namespace groupy::http
