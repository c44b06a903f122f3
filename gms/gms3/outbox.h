// Where the pieces of a member leave what is to be done, and how its frames find their way.
//
// A frame goes over the link with its receiver, or over the link with a member that has one: who
// was heard last through somebody is answered through it, even if there is a link, which may be
// open in one direction only. Without either it is dropped, as if the link had been lost behind it.
// Thread: one at a time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gms/effects.h"
#include "gms/gms3/lives.h"

namespace groupy::gms3 {

class Outbox {
 public:
  // This life counts so many starts.
  Outbox(gms::NodeId self, gms::StartCount start) : self_(self), start_(start) {}

  // --- ways ---

  void link_up(gms::NodeId peer);
  // Those that cannot be reached that way any more: the peer itself, and whom it was the way to.
  std::vector<gms::NodeId> link_lost(gms::NodeId peer);
  // Which life of each peer the frames are meant for.
  Lives& lives() { return lives_; }
  // `peer` can be reached through `relay`; true if it was not reached through this one before.
  bool found_way(gms::NodeId peer, gms::NodeId relay);
  bool is_way(gms::NodeId peer, gms::NodeId relay) const {
    const auto way = ways_.find(peer);
    return way != ways_.end() && way->second == relay;
  }
  // Something came from `peer` over its own link: a detour is of no use any more. True if there was
  // one.
  bool heard_directly(gms::NodeId peer) { return ways_.erase(peer) > 0; }
  bool has_link(gms::NodeId peer) const { return linked_.contains(peer); }
  // Whether frames go there over its own link, which loses nothing while it is open.
  bool is_direct(gms::NodeId peer) const { return has_link(peer) && !ways_.contains(peer); }
  bool reaches(gms::NodeId peer) const { return linked_.contains(peer) || ways_.contains(peer); }
  std::vector<gms::NodeId> reached() const;

  // --- what is to be done ---

  void send(gms::NodeId to, gms::GroupFrame frame);
  // For who has nobody to tell it the way: without one, through everybody there is a link with.
  // Only for questions that may come twice.
  void send_on_all_ways(gms::NodeId to, const gms::GroupFrame& frame);
  // Hands on a frame of another member, which must have come over that member's own link.
  void relay(const gms::RoutedFrame& frame);
  void push(gms::Effect effect) { effects_.push_back(std::move(effect)); }
  gms::Effects take() { return std::exchange(effects_, {}); }

 private:
  gms::RoutedFrame routed(gms::NodeId to, gms::GroupFrame frame) const {
    return {self_, to, std::move(frame), start_, lives_.of(to)};
  }

  const gms::NodeId self_;
  const gms::StartCount start_;
  Lives lives_;
  std::set<gms::NodeId> linked_;
  std::map<gms::NodeId, gms::NodeId> ways_;  // who is reached through whom
  gms::Effects effects_;
};

}  // namespace groupy::gms3
