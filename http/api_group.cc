#include "http/api_group.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "http/json_bytes.h"
#include "http/numbers.h"

namespace groupy::http {
namespace {

using Json = nlohmann::ordered_json;

std::string to_hex(std::uint64_t number) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex(16, '0');
  for (auto digit = hex.rbegin(); digit != hex.rend(); ++digit, number >>= 4) {
    *digit = kDigits[number & 15];
  }
  return hex;
}

std::string_view role_of(const gms::ViewMember& member, std::optional<gms::NodeId> leader) {
  if (member.role == gms::Role::learner) return "learner";
  return member.id == leader ? "leader" : "worker";
}

Json to_json(std::optional<gms::NodeId> node) {
  return node ? Json(node->value()) : Json(nullptr);
}

Json view_of(const kvstore::StoreStatus& status) {
  const gms::View& view = *status.view;
  const auto leader = status.leader_of_view();
  Json json;
  json["number"] = view.number.value();
  json["leader"] = to_json(leader);
  json["members"] = Json::array();
  for (const gms::ViewMember& member : view.members) {
    Json shown;
    shown["id"] = member.id.value();
    shown["role"] = role_of(member, leader);
    shown["peer"] = member.peer_address;
    shown["http"] = member.http_address;
    shown["incarnation"] = member.incarnation.value();
    // Only a leader of generation 3 measures these, of the others.
    const auto peer = std::ranges::find(status.peers, member.id, &kvstore::PeerProgress::node);
    const bool is_known = peer != status.peers.end();
    shown["lag"] = is_known ? Json(peer->lag) : Json(nullptr);
    shown["contact_ms"] = is_known ? Json(peer->contact.count()) : Json(nullptr);
    json["members"].push_back(std::move(shown));
  }
  json["reason"] = view.reason;
  json["took_ms"] = status.view_took ? Json(status.view_took->count()) : Json(nullptr);
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
  json["leader"] = to_json(status.leader);
  json["role"] = self == nullptr ? Json(nullptr) : Json(role_of(*self, status.leader));
}

// The last one that is known here: in generation 3 that of the log, stable or not.
gms::Sequence newest_sequence(const kvstore::StoreStatus& status) {
  return std::max({status.sequence, status.stable, status.applied.sequence});
}

void set_log(Json& json, const kvstore::StoreStatus& status) {
  const std::uint64_t stable = status.stable.value();
  json["lag"] = stable - std::min(stable, status.applied.sequence.value());
  const bool has_log = status.generation > 2;
  json["synced"] = has_log ? Json(status.synced.value()) : Json(nullptr);
  json["ballot"] = has_log ? Json(status.ballot.value()) : Json(nullptr);
}

// Before generation 3 nothing is on disk.
Json disk_of(const kvstore::StoreStatus& status) {
  if (status.generation < 3) return nullptr;
  Json json;
  json["has_space"] = !status.lack_of_space.has_value();
  json["obstacle"] = status.lack_of_space ? Json(*status.lack_of_space) : Json(nullptr);
  return json;
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
  answer.body = to_line(view_of(incoming.status));
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
  json["sequence"] = newest_sequence(status).value();
  json["stable"] = status.stable.value();
  json["applied"] = digest.sequence.value();
  json["revision"] = digest.revision.value();
  set_digest(json, digest);
  set_log(json, status);
  json["has_state"] = status.has_state;
  json["request_window_keys"] = nullptr;
  json["request_window_sequences"] = nullptr;
  if (status.has_state) {
    json["request_window_keys"] = status.settings.request_window_keys;
    json["request_window_sequences"] = status.settings.request_window_sequences;
  }
  json["waiting_writes"] = status.waiting_writes;
  json["apply_queue_length"] = status.apply_queue_length;
  json["disk"] = disk_of(status);
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
