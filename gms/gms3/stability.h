// Tells a leader which messages a majority has on disk, and with it what is stable.
//
// Stable is a prefix of the log that is on disk at a majority of the voters and that contains the
// leader's own-view message. Five members: A leads ballot 2 and has record 10 on A and B; E leads
// ballot 3 with another record 10 on E alone; A leads again, ballot 4, and brings its old record 10
// to C: three of five hold it, and yet E, whose last ballot is 3, could still win C, D and E and
// overwrite it. Once a record of ballot 4 stands behind it on three disks, E cannot.
// Thread: one at a time.
#pragma once

#include <algorithm>
#include <map>
#include <vector>

#include "gms/gms3/voters.h"

namespace groupy::gms3 {

class Stability {
 public:
  // Nothing is stable under this leader before `own_view`; `stable` was so already.
  Stability(gms::Sequence own_view, gms::Sequence stable) : own_view_(own_view), stable_(stable) {}

  // Up to `synced`, the log of this voter is the leader's, and on disk; less than before if it says
  // so. The leader counts itself only after its own sync.
  void acknowledged(gms::NodeId voter, gms::Sequence synced) { synced_[voter] = synced; }
  // What was acknowledged is void.
  void forget(gms::NodeId voter) { synced_.erase(voter); }
  gms::Sequence acknowledged_by(gms::NodeId voter) const {
    const auto found = synced_.find(voter);
    return found == synced_.end() ? gms::Sequence{} : found->second;
  }

  // The stable mark now; it never falls.
  gms::Sequence update(const Voters& voters) {
    std::vector<gms::Sequence> each;
    for (const gms::NodeId id : voters.ids()) each.push_back(acknowledged_by(id));
    if (each.empty()) return stable_;
    std::ranges::sort(each, std::greater<>());
    const gms::Sequence of_majority = each[voters.majority() - 1];
    if (of_majority >= own_view_) stable_ = std::max(stable_, of_majority);
    return stable_;
  }

 private:
  const gms::Sequence own_view_;
  gms::Sequence stable_;
  std::map<gms::NodeId, gms::Sequence> synced_;
};

}  // namespace groupy::gms3
