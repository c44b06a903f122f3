#include "http/incoming.h"

#include "gms/check.h"
#include "http/numbers.h"

namespace groupy::http {
namespace {

constexpr int kFirstLinearizableGeneration = 3;

}  // namespace

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

std::variant<Consistency, Refusal> consistency_of(const Incoming& incoming) {
  const bool can_confirm = incoming.status.generation >= kFirstLinearizableGeneration;
  const std::string* asked = find_parameter(incoming.parameters, "consistency");
  if (asked == nullptr) return can_confirm ? Consistency::linearizable : Consistency::local;
  if (*asked == "local") return Consistency::local;
  if (*asked != "linearizable") {
    return Refusal{Code::bad_parameter, "consistency must be local or linearizable"};
  }
  if (can_confirm) return Consistency::linearizable;
  return Refusal{Code::not_implemented,
                 "this generation of the group has no linearizable reads; consistency=local is"};
}

std::optional<Step> wait_before_reading(const Incoming& incoming, Consistency consistency,
                                        kvstore::Revision revision) {
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  const std::string* text = find_parameter(incoming.parameters, "min_revision");
  const auto wanted = text == nullptr ? 0 : parse_decimal(*text);
  if (!wanted) {
    return make_problem(Code::bad_parameter, "min_revision must be a whole number");
  }
  if (consistency == Consistency::linearizable && !incoming.is_confirmed) {
    return ConfirmCall{std::get<std::chrono::milliseconds>(limit)};
  }
  if (kvstore::Revision{*wanted} <= revision) return std::nullopt;
  return ReachCall{kvstore::Revision{*wanted}, std::get<std::chrono::milliseconds>(limit)};
}

std::string name_of(Consistency consistency) {
  return consistency == Consistency::linearizable ? "linearizable" : "local";
}

Answer render_unconfirmed(kvstore::ReadFailure why) {
  using kvstore::ReadFailure;
  switch (why) {
    case ReadFailure::no_majority:
      return make_problem(Code::no_majority, "no majority of the group is in contact");
    case ReadFailure::not_confirmed:
      return make_problem(Code::not_ready, "no leader confirmed the read in time");
    case ReadFailure::not_applied:
      return make_problem(Code::not_ready, "what the read must see is not applied here yet");
    case ReadFailure::overloaded:
      return make_problem(Code::overloaded, "too many reads are waiting here");
  }
  GROUPY_CHECK(false, "every failure of a read has its answer");
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
