// What can go wrong with a request, as clients see it: one table of codes, one rendering.
//
// Scripts rely on the names. `applied` is "no" unless the write may still happen; only then is it
// "unknown". Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/answer.h"

namespace groupy::http {

enum class Code : std::uint8_t {
  malformed,
  key_empty,
  bad_parameter,
  not_found,
  no_route,
  method_not_allowed,
  slow_sender,
  idempotency_window_passed,
  compacted,
  length_required,
  condition_failed,
  value_too_large,
  command_too_large,
  key_too_long,
  unsupported_media_type,
  expectation_failed,
  wrong_host,
  idempotency_mismatch,
  too_many_requests,
  header_too_large,
  not_implemented,
  no_majority,
  overloaded,
  no_space,
  not_ready,
  outcome_unknown,
  version_not_supported,
};

struct ProblemKind {
  Code code;
  std::string_view name;
  unsigned status;
  std::string_view title;
  bool is_retryable;    // the same request may succeed if it is sent again, and harms nothing
  bool may_be_applied;  // `applied` is unknown
};

// Every code once, in the order of the enumeration.
std::span<const ProblemKind> problem_kinds();
const ProblemKind& kind_of(Code code);

// Numbers that a code adds to its problem, such as the mod_revision of a failed condition.
using ProblemNumbers = std::vector<std::pair<std::string_view, std::uint64_t>>;

// The whole answer (RFC 9457), with Retry-After where the status calls for it.
Answer make_problem(Code code, std::string_view detail, const ProblemNumbers& numbers = {});

}  // namespace groupy::http
