#include "http/handler.h"

#include <array>
#include <cinttypes>
#include <cstdio>
#include <utility>

#include "gms/check.h"
#include "http/accepted.h"
#include "http/api_group.h"
#include "http/api_health.h"
#include "http/api_keys.h"
#include "http/api_lead.h"
#include "http/api_list.h"

namespace groupy::http {
namespace {

Answer render_missing(const RouteMissing& missing) {
  if (missing.allow.empty()) return make_problem(Code::no_route, "no call has this path");
  Answer answer = make_problem(Code::method_not_allowed, "this path takes: " + missing.allow);
  answer.set("Allow", missing.allow);
  return answer;
}

// A head that leaves in doubt where the next request begins is the last one of its connection.
Begun refuse_and_close(const Refusal& refusal) {
  Answer answer = render(refusal);
  answer.closes = true;
  return {{}, std::move(answer)};
}

}  // namespace

Handler::Handler(HandlerOptions options, const kvstore::Store& store)
    : options_(std::move(options)), store_(store) {}

Begun Handler::begin(const Request& request, bool is_confirmed) const {
  auto framing = check_framing(request);
  if (const auto* refusal = std::get_if<Refusal>(&framing)) return refuse_and_close(*refusal);
  const auto target = split_target(request.target);
  if (!target) return refuse_and_close({Code::malformed, "the target is neither path nor URL"});
  if (const auto refusal = check_host(request, target->authority, options_.hosts)) {
    return refuse_and_close(*refusal);
  }
  const auto& checked = std::get<Framing>(framing);
  return {checked, route(request, *target, checked, is_confirmed)};
}

Step Handler::route(const Request& request, const Target& target, const Framing& framing,
                    bool is_confirmed) const {
  const auto route = find_route(request.method, target.path);
  if (const auto* missing = std::get_if<RouteMissing>(&route)) return render_missing(*missing);
  const auto& found = std::get<RouteFound>(route);
  if (found.endpoint == Endpoint::not_built) {
    return make_problem(Code::not_implemented, "this call is not implemented yet");
  }
  const auto key = percent_decode(found.rest);
  const auto parameters = parse_query(target.query);
  if (!key || !parameters) {
    return make_problem(Code::malformed, "'%' must be followed by two hex digits");
  }
  if (const auto refusal = check_parameters(found.endpoint, *parameters)) return render(*refusal);
  if (const auto refusal = check_headers(found.endpoint, request)) return render(*refusal);
  const kvstore::StoreStatus status = store_.status();
  return run(found.endpoint,
             {request, framing, *parameters, *key, store_, status, options_.limits, is_confirmed});
}

Step Handler::run(Endpoint endpoint, const Incoming& incoming) const {
  switch (endpoint) {
    case Endpoint::put_key:
      return put_key(incoming);
    case Endpoint::get_key:
      return get_key(incoming);
    case Endpoint::delete_key:
      return delete_key(incoming);
    case Endpoint::list_keys:
      return list_keys(incoming);
    case Endpoint::show_view:
      return show_view(incoming);
    case Endpoint::show_status:
      return show_status(incoming);
    case Endpoint::show_hash:
      return show_hash(incoming);
    case Endpoint::hand_over_lead:
      return hand_over_lead(incoming);
    case Endpoint::livez:
      return show_alive(incoming);
    case Endpoint::readyz:
      return show_ready(incoming, is_stopping_);
    case Endpoint::show_version:
      return show_version(incoming);
    case Endpoint::not_built:
      break;
  }
  GROUPY_CHECK(false, "every built call has its handler");
}

void Handler::stamp(Answer& answer, const Request* request) const {
  const kvstore::StoreStatus status = store_.status();
  answer.set("X-Groupy-Node", std::to_string(status.node.value()));
  const std::uint64_t view = status.view == nullptr ? 0 : status.view->number.value();
  answer.set("X-Groupy-View", std::to_string(view));
  if (answer.find(kSequenceHeader) == nullptr) answer.set_sequence(status.applied.sequence);
  const auto given = request == nullptr ? std::nullopt : request->header("X-Request-Id");
  const bool is_usable = given && !given->empty() && given->size() <= kRequestIdHeaderBytesMax &&
                         is_visible_ascii(*given);
  answer.set("X-Request-Id", is_usable ? std::string(*given) : next_request_id());
}

std::string Handler::next_request_id() const {
  std::array<char, 48> text{};
  const std::uint64_t number = requests_.fetch_add(1, std::memory_order_relaxed) + 1;
  std::snprintf(text.data(), text.size(), "%016" PRIx64 "-%" PRIu64, options_.request_id_seed,
                number);
  return text.data();
}

}  // namespace groupy::http
