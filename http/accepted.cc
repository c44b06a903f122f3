#include "http/accepted.h"

#include <algorithm>
#include <array>

namespace groupy::http {
namespace {

enum class State : bool { built = true, later = false };

struct Accepted {
  Endpoint endpoint;
  std::string_view name;
  State state;
};

constexpr auto kParameters = std::to_array<Accepted>({
    {Endpoint::put_key, "timeout", State::built},
    {Endpoint::put_key, "ttl", State::later},
    {Endpoint::put_key, "lease", State::later},
    {Endpoint::delete_key, "timeout", State::built},
    {Endpoint::get_key, "timeout", State::built},
    {Endpoint::get_key, "raw", State::built},
    {Endpoint::get_key, "consistency", State::built},
    {Endpoint::get_key, "rev", State::later},
    {Endpoint::get_key, "min_revision", State::built},
    {Endpoint::list_keys, "timeout", State::built},
    {Endpoint::list_keys, "prefix", State::built},
    {Endpoint::list_keys, "limit", State::built},
    {Endpoint::list_keys, "cursor", State::built},
    {Endpoint::list_keys, "keys_only", State::built},
    {Endpoint::list_keys, "consistency", State::built},
    {Endpoint::list_keys, "delimiter", State::later},
    {Endpoint::list_keys, "rev", State::later},
    {Endpoint::list_keys, "min_revision", State::built},
    {Endpoint::show_view, "timeout", State::built},
    {Endpoint::show_status, "timeout", State::built},
    {Endpoint::show_hash, "timeout", State::built},
    {Endpoint::show_hash, "sequence", State::built},
    {Endpoint::hand_over_lead, "timeout", State::built},
    {Endpoint::livez, "verbose", State::built},
    {Endpoint::readyz, "verbose", State::built},
});

// A client that sends one of these relies on it: a write that ignored it would be wrong.
constexpr auto kHeaders = std::to_array<Accepted>({
    {Endpoint::put_key, "If-Match", State::built},
    {Endpoint::put_key, "If-None-Match", State::built},
    {Endpoint::put_key, "Idempotency-Key", State::built},
    {Endpoint::delete_key, "If-Match", State::built},
    {Endpoint::delete_key, "If-None-Match", State::built},
    {Endpoint::delete_key, "Idempotency-Key", State::built},
    {Endpoint::get_key, "If-Match", State::later},
    {Endpoint::get_key, "If-None-Match", State::built},
});

Refusal not_built(std::string_view what, std::string_view name) {
  return {Code::not_implemented,
          std::string(what) + " '" + std::string(name) + "' is not implemented yet"};
}

// For people, in JSON: what could not be shown there is left out.
std::string shown(std::string_view name) {
  constexpr std::size_t kShownMax = 64;
  return is_visible_ascii(name) ? std::string(name.substr(0, kShownMax)) : "(unprintable)";
}

}  // namespace

std::optional<Refusal> check_parameters(Endpoint endpoint, const Parameters& parameters) {
  for (auto at = parameters.begin(); at != parameters.end(); ++at) {
    const auto known = std::ranges::find_if(kParameters, [&](const Accepted& accepted) {
      return accepted.endpoint == endpoint && accepted.name == at->name;
    });
    if (known == kParameters.end()) {
      return Refusal{Code::bad_parameter, "this call has no parameter '" + shown(at->name) + "'"};
    }
    if (known->state == State::later) return not_built("the parameter", known->name);
    const auto again = std::find_if(
        parameters.begin(), at, [&](const Parameter& earlier) { return earlier.name == at->name; });
    if (again != at) {
      return Refusal{Code::bad_parameter, "the parameter '" + shown(at->name) + "' is repeated"};
    }
  }
  return std::nullopt;
}

std::optional<Refusal> check_headers(Endpoint endpoint, const Request& request) {
  for (const Accepted& accepted : kHeaders) {
    if (accepted.endpoint == endpoint && accepted.state == State::later &&
        request.header(accepted.name)) {
      return not_built("the header", accepted.name);
    }
  }
  return std::nullopt;
}

}  // namespace groupy::http
