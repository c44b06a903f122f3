#include "gms/gms3/outbox.h"

namespace groupy::gms3 {

void Outbox::link_up(gms::NodeId peer) {
  linked_.insert(peer);
  ways_.erase(peer);
  lives_.forget(peer);
}

std::vector<gms::NodeId> Outbox::link_lost(gms::NodeId peer) {
  std::vector<gms::NodeId> lost{peer};
  linked_.erase(peer);
  ways_.erase(peer);
  std::erase_if(ways_, [&](const auto& way) {
    if (way.second != peer) return false;
    lost.push_back(way.first);
    return true;
  });
  return lost;
}

bool Outbox::found_way(gms::NodeId peer, gms::NodeId relay) {
  if (peer == self_ || peer == relay || !linked_.contains(relay)) return false;
  gms::NodeId& known = ways_[peer];
  return std::exchange(known, relay) != relay;
}

std::vector<gms::NodeId> Outbox::reached() const {
  std::set<gms::NodeId> reached = linked_;
  for (const auto& [peer, relay] : ways_) reached.insert(peer);
  return {reached.begin(), reached.end()};
}

void Outbox::send(gms::NodeId to, gms::GroupFrame frame) {
  const auto way = ways_.find(to);
  const gms::NodeId next = way == ways_.end() ? to : way->second;
  if (!linked_.contains(next)) return;
  push(gms::Send{next, routed(to, std::move(frame))});
}

void Outbox::send_on_all_ways(gms::NodeId to, const gms::GroupFrame& frame) {
  if (reaches(to)) return send(to, frame);
  for (const gms::NodeId relay : linked_) push(gms::Send{relay, routed(to, frame)});
}

void Outbox::relay(const gms::RoutedFrame& frame) {
  if (linked_.contains(frame.to)) push(gms::Send{frame.to, frame});
}

}  // namespace groupy::gms3
