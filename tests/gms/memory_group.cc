#include "tests/gms/memory_group.h"

#include <algorithm>

namespace groupy::gms {

namespace {

// The state of a node: its payloads, each with its length in front.
std::string encode_state(const std::vector<RecordedDelivery>& delivered) {
  std::string state;
  for (const RecordedDelivery& each : delivered) {
    state += std::to_string(each.payload.size()) + ":" + each.payload;
  }
  return state;
}

std::vector<RecordedDelivery> decode_state(std::string state) {
  std::vector<RecordedDelivery> delivered;
  while (!state.empty()) {
    const std::size_t colon = state.find(':');
    const std::size_t size = std::stoul(state.substr(0, colon));
    delivered.push_back({Sequence{delivered.size() + 1}, state.substr(colon + 1, size)});
    state.erase(0, colon + 1 + size);
  }
  return delivered;
}

}  // namespace

void MemoryGroup::add(const ViewMember& self, std::unique_ptr<Member> member) {
  Node node;
  node.self = self;
  node.member = std::move(member);
  nodes_[self.id] = std::move(node);
  carry_out(self.id);
}

void MemoryGroup::link(NodeId a, NodeId b) {
  for (const auto& [at, peer] : {std::pair(a, b), std::pair(b, a)}) {
    if (!nodes_.at(at).linked.insert(peer).second) continue;
    nodes_.at(at).member->link_up(nodes_.at(peer).self);
  }
  carry_out(a);
  carry_out(b);
}

void MemoryGroup::kill(NodeId node) {
  nodes_.at(node).alive = false;
  for (const NodeId peer : nodes_.at(node).linked) {
    links_[{peer, node}].clear();
    links_[{node, peer}].clear();
    nodes_.at(peer).linked.erase(node);
    nodes_.at(peer).member->link_lost(node);
    carry_out(peer);
  }
  nodes_.at(node).linked.clear();
}

std::optional<Origin> MemoryGroup::submit(NodeId node, const std::string& payload) {
  const Submitted given = nodes_.at(node).member->submit(Payload(payload));
  carry_out(node);
  const auto* origin = std::get_if<Origin>(&given);
  return origin == nullptr ? std::nullopt : std::optional(*origin);
}

void MemoryGroup::tick(NodeId node, Time now) {
  nodes_.at(node).member->tick(now);
  carry_out(node);
}

void MemoryGroup::inject(NodeId to, NodeId from, Frame frame) {
  nodes_.at(to).member->receive(from, std::move(frame));
  carry_out(to);
}

bool MemoryGroup::step() {
  for (auto& [ends, frames] : links_) {
    if (!frames.empty()) return step(ends.first, ends.second);
  }
  return false;
}

bool MemoryGroup::step(NodeId from, NodeId to) {
  auto& frames = links_[{from, to}];
  if (frames.empty()) return false;
  Frame frame = std::move(frames.front());
  frames.pop_front();
  if (watch_) watch_(from, to, frame);
  nodes_.at(to).member->receive(from, std::move(frame));
  carry_out(to);
  return true;
}

void MemoryGroup::run() {
  while (step()) {
  }
}

std::vector<std::string> MemoryGroup::payloads(NodeId node) {
  std::vector<std::string> payloads;
  for (const RecordedDelivery& each : deliveries(node)) payloads.push_back(each.payload);
  return payloads;
}

void MemoryGroup::carry_out(NodeId at) {
  Member& member = *nodes_.at(at).member;
  for (Effects effects = member.take_effects(); !effects.empty(); effects = member.take_effects()) {
    for (const Effect& effect : effects) take_effect(at, effect);
  }
  member.check_invariants();
}

void MemoryGroup::take_effect(NodeId at, const Effect& effect) {
  Node& node = nodes_.at(at);
  if (const auto* send = std::get_if<Send>(&effect)) {
    if (node.linked.contains(send->to)) links_[{at, send->to}].push_back(send->frame);
  } else if (const auto* meet = std::get_if<Meet>(&effect)) {
    for (const ViewMember& peer : meet->members) {
      if (peer.id != at && nodes_.contains(peer.id) && nodes_.at(peer.id).alive) link(at, peer.id);
    }
  } else if (const auto* hand_over = std::get_if<HandOver>(&effect)) {
    for (const Delivery& delivery : hand_over->deliveries) {
      node.delivered.push_back({delivery.sequence, std::string(delivery.payload.bytes())});
    }
  } else if (const auto* install = std::get_if<InstallView>(&effect)) {
    node.views.push_back(install->view);
  } else if (const auto* take = std::get_if<TakeSnapshot>(&effect)) {
    std::optional<Payload> state;
    if (node.gives_state) state.emplace(encode_state(node.delivered));
    node.member->snapshot_done(take->request, std::move(state));
  } else {
    const auto& snapshot = std::get<InstallSnapshot>(effect);
    node.delivered = decode_state(std::string(snapshot.state.bytes()));
  }
}

DirectoryId directory_of(unsigned node, unsigned life) {
  std::array<std::uint8_t, DirectoryId::kSize> bytes{};
  bytes[0] = static_cast<std::uint8_t>(node);
  bytes[1] = static_cast<std::uint8_t>(life);
  bytes[15] = 0xd1;
  return DirectoryId(bytes);
}

GroupId group_of(unsigned number) {
  std::array<std::uint8_t, GroupId::kSize> bytes{};
  bytes[0] = static_cast<std::uint8_t>(number);
  bytes[15] = 0x60;
  return GroupId(bytes);
}

ViewMember member_of(unsigned node, unsigned life) {
  ViewMember member;
  member.id = NodeId{node};
  member.directory = directory_of(node, life);
  member.peer_address = "127.0.0.1:" + std::to_string(9080 + node);
  member.http_address = "127.0.0.1:" + std::to_string(8080 + node);
  return member;
}

}  // namespace groupy::gms
