#include "http/api_group.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "http/json_bytes.h"
#include "http/numbers.h"

namespace groupy::http {
namespace {

using Json = nlohmann::ordered_json;

constexpr gms::NodeId kNobody{0};

std::string to_hex(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex(16, '0');
  for (auto digit = hex.rbegin(); digit != hex.rend(); ++digit, number >>= 4) {
    *digit = kDigits[number & 15];
  }
  return hex;
}

std::string_view role_of(const gms::ViewMember& member, const gms::View& view) {
  if (member.role == gms::Role::learner) return "learner";
  return member.id == view.leader ? "leader" : "worker";
}

Json leader_of(const gms::View& view) {
  return view.leader == kNobody ? Json(nullptr) : Json(view.leader.value());
}

Json to_json(const gms::View& view) {
  Json json;
  json["number"] = view.number.value();
  json["leader"] = leader_of(view);
  json["members"] = Json::array();
  for (const gms::ViewMember& member : view.members) {
    Json shown;
    shown["id"] = member.id.value();
    shown["role"] = role_of(member, view);
    shown["peer"] = member.peer_address;
    shown["http"] = member.http_address;
    shown["incarnation"] = member.incarnation.value();
    // Nobody measures these before generation 3.
    shown["lag"] = nullptr;
    shown["contact_ms"] = nullptr;
    json["members"].push_back(std::move(shown));
  }
  json["reason"] = view.reason;
  json["took_ms"] = nullptr;
  return json;
}

void set_digest(Json& json, const kvstore::StateDigest& digest) {
  json["hash"] = to_hex(digest.hash);
  json["color"] = digest.colour.to_string();
}

void set_view(Json& json, const kvstore::StoreStatus& status) {
  const gms::View* view = status.view.get();
  const gms::ViewMember* self = view == nullptr ? nullptr : view->find(status.node);
  json["group"] = view == nullptr ? Json(nullptr) : Json(view->group.to_hex());
  json["gms"] = status.generation;
  json["view"] = view == nullptr ? Json(nullptr) : Json(view->number.value());
  json["leader"] = view == nullptr ? Json(nullptr) : leader_of(*view);
  json["role"] = self == nullptr ? Json(nullptr) : Json(role_of(*self, *view));
}

Answer render_hash(const kvstore::StateDigest& digest) {
  Json json;
  json["sequence"] = digest.sequence.value();
  set_digest(json, digest);
  Answer answer;
  answer.body = to_line(json);
  answer.set_sequence(digest.sequence);
  return answer;
}

}  // namespace

Step show_view(const Incoming& incoming) {
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  if (incoming.status.view == nullptr) {
    return make_problem(Code::not_ready, "no view is installed yet");
  }
  Answer answer;
  answer.body = to_line(to_json(*incoming.status.view));
  return answer;
}

Step show_status(const Incoming& incoming) {
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  const kvstore::StoreStatus& status = incoming.status;
  const kvstore::StateDigest& digest = status.applied;
  Json json;
  json["node"] = status.node.value();
  set_view(json, status);
  json["sequence"] = std::max(status.stable, digest.sequence).value();
  json["stable"] = status.stable.value();
  json["applied"] = digest.sequence.value();
  json["revision"] = digest.revision.value();
  set_digest(json, digest);
  json["has_state"] = status.has_state;
  json["request_window_keys"] = nullptr;
  json["request_window_sequences"] = nullptr;
  if (status.has_state) {
    json["request_window_keys"] = status.settings.request_window_keys;
    json["request_window_sequences"] = status.settings.request_window_sequences;
  }
  json["waiting_writes"] = status.waiting_writes;
  json["apply_queue_length"] = status.apply_queue_length;
  json["build"] = GROUPY_VERSION;
  Answer answer;
  answer.body = to_line(json);
  answer.set_sequence(digest.sequence);
  return answer;
}

Step show_hash(const Incoming& incoming) {
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  if (!incoming.status.has_state) {
    return make_problem(Code::not_ready, "this replica has no state yet");
  }
  const std::string* text = find_parameter(incoming.parameters, "sequence");
  if (text == nullptr) return render_hash(incoming.status.applied);
  const auto sequence = parse_decimal(*text);
  if (!sequence) return make_problem(Code::bad_parameter, "sequence must be a whole number");
  return DigestCall{gms::Sequence{*sequence}, std::get<std::chrono::milliseconds>(limit)};
}

Answer render_digest(const DigestCall& call, const kvstore::DigestAnswer& answer) {
  if (const auto* digest = std::get_if<kvstore::StateDigest>(&answer)) return render_hash(*digest);
  const std::string sequence = std::to_string(call.sequence.value());
  switch (std::get<kvstore::NoDigest>(answer)) {
    case kvstore::NoDigest::forgotten:
      return make_problem(Code::compacted, "the hash at sequence " + sequence + " is not kept");
    case kvstore::NoDigest::overloaded:
      return make_problem(Code::overloaded, "too many wait for a sequence already");
    case kvstore::NoDigest::not_reached:
      break;
  }
  // With the number, this is told apart from a replica that has no state at all.
  return make_problem(Code::not_ready, "sequence " + sequence + " is not applied here yet",
                      {{"sequence", call.sequence.value()}});
}

}  // namespace groupy::http
