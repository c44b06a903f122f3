#include "http/incoming.h"

#include "http/numbers.h"

namespace groupy::http {

std::variant<std::chrono::milliseconds, Refusal> time_limit_of(const Incoming& incoming) {
  const Limits& limits = incoming.limits;
  const std::string* text = find_parameter(incoming.parameters, "timeout");
  if (text == nullptr) return limits.request_default;
  const auto limit = parse_duration(*text);
  if (!limit || *limit < limits.request_min || *limit > limits.request_max) {
    return Refusal{Code::bad_parameter, "timeout must be a whole number of ms or s, from " +
                                            std::to_string(limits.request_min.count()) + "ms to " +
                                            std::to_string(limits.request_max.count()) + "ms"};
  }
  return *limit;
}

std::variant<bool, Refusal> switch_of(const Incoming& incoming, std::string_view name) {
  const std::string* text = find_parameter(incoming.parameters, name);
  if (text == nullptr) return false;
  if (const auto is_on = parse_switch(*text)) return *is_on;
  return Refusal{Code::bad_parameter,
                 std::string(name) + " takes no value, or one of 1, true, 0, false"};
}

std::optional<Refusal> check_consistency(const Incoming& incoming) {
  constexpr int kFirstLinearizableGeneration = 3;
  const std::string* asked = find_parameter(incoming.parameters, "consistency");
  if (asked != nullptr && *asked != "local" && *asked != "linearizable") {
    return Refusal{Code::bad_parameter, "consistency must be local or linearizable"};
  }
  const bool is_linearizable = asked != nullptr
                                   ? *asked == "linearizable"
                                   : incoming.status.generation >= kFirstLinearizableGeneration;
  if (!is_linearizable) return std::nullopt;
  return Refusal{Code::not_implemented,
                 "linearizable reads are not implemented yet; consistency=local is"};
}

std::variant<std::optional<ReachCall>, Refusal> missing_revision(const Incoming& incoming,
                                                                 kvstore::Revision revision) {
  const std::string* text = find_parameter(incoming.parameters, "min_revision");
  if (text == nullptr) return std::nullopt;
  const auto wanted = parse_decimal(*text);
  if (!wanted) return Refusal{Code::bad_parameter, "min_revision must be a whole number"};
  if (kvstore::Revision{*wanted} <= revision) return std::nullopt;
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return *refusal;
  return ReachCall{kvstore::Revision{*wanted}, std::get<std::chrono::milliseconds>(limit)};
}

Answer render_unreached(const ReachCall& call, kvstore::NoDigest why) {
  if (why == kvstore::NoDigest::overloaded) {
    return make_problem(Code::overloaded, "too many wait for a revision already");
  }
  const std::uint64_t revision = call.revision.value();
  return make_problem(Code::not_ready,
                      "revision " + std::to_string(revision) + " is not reached here yet",
                      {{"min_revision", revision}});
}

}  // namespace groupy::http
