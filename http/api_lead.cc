#include "http/api_lead.h"

#include <algorithm>
#include <limits>

#include "gms/check.h"
#include "http/json_bytes.h"
#include "http/text.h"

namespace groupy::http {
namespace {

constexpr unsigned kAccepted = 202;

bool is_json(const Request& request) {
  const std::string_view type = request.header("Content-Type").value_or("");
  return equals_ignoring_case(without_blanks_around(type.substr(0, type.find(';'))), kJsonType);
}

Refusal wrong_body() {
  return {Code::malformed, "the body is {\"to\":ID}, or nothing at all"};
}

std::string where_to_ask(const kvstore::StoreStatus& status) {
  const auto leader = status.leader_of_view();
  const gms::ViewMember* member = leader ? status.view->find(*leader) : nullptr;
  if (member == nullptr) return "nobody leads at the moment";
  return "only the leader can hand over the lead, " + std::to_string(leader->value()) +
         ", at http://" + member->http_address;
}

}  // namespace

Step hand_over_lead(const Incoming& incoming) {
  constexpr int kFirstGeneration = 3;
  if (incoming.status.generation < kFirstGeneration) {
    return make_problem(Code::not_implemented,
                        "in this generation of the group the lead is not handed over");
  }
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  const Framing& framing = incoming.framing;
  const bool has_body = framing.is_chunked || framing.length.value_or(0) > 0;
  if (has_body && !is_json(incoming.request)) {
    return make_problem(Code::unsupported_media_type, "the body is application/json");
  }
  if (framing.length.value_or(0) > kJsonBodyBytesMax) return render(json_too_large());
  return LeadCall{std::get<std::chrono::milliseconds>(limit)};
}

std::variant<std::optional<gms::NodeId>, Refusal> successor_in(std::string_view body,
                                                               const kvstore::StoreStatus& status) {
  std::optional<std::uint64_t> id;
  if (!body.empty() && !read_number(body, "to", id)) return wrong_body();
  if (!id) return std::nullopt;
  constexpr std::uint64_t kIdMax = std::numeric_limits<std::uint32_t>::max();
  const gms::NodeId successor{static_cast<std::uint32_t>(std::min(*id, kIdMax))};
  if (*id > kIdMax || status.view == nullptr || status.view->find(successor) == nullptr) {
    return Refusal{Code::bad_parameter, "the view has no member " + std::to_string(*id)};
  }
  return successor;
}

Refusal json_too_large() {
  return {Code::command_too_large,
          "the body has at most " + std::to_string(kJsonBodyBytesMax) + " bytes"};
}

Answer render_lead(kvstore::LeadAnswer answer, const kvstore::StoreStatus& status) {
  switch (answer) {
    case kvstore::LeadAnswer::begun: {
      Answer begun;
      begun.status = kAccepted;
      // Nothing is kept of it: GET /view shows the next leader.
      begun.body = "{\"operation\":null}\n";
      return begun;
    }
    case kvstore::LeadAnswer::not_leading:
      return make_problem(Code::not_ready, where_to_ask(status));
    case kvstore::LeadAnswer::refused:
      return make_problem(Code::not_ready, "nobody who is asked for can take the lead now");
  }
  GROUPY_CHECK(false, "every answer to a hand-over is rendered");
}

}  // namespace groupy::http
