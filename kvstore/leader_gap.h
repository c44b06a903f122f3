// How long this replica was without a leader before it installed the view of the next one.
//
// What people see of a failover. A leader that was only silent for a while, and is heard again in
// its old ballot, leaves no gap behind. Thread: one at a time; in a replica, the group thread.
#pragma once

#include <optional>

#include "gms/ids.h"

namespace groupy::kvstore {

class LeaderGap {
 public:
  // Whom the member follows now, and in which ballot; to be told at the end of each turn.
  void observe(gms::Time now, std::optional<gms::NodeId> leader, gms::Ballot ballot);

  // A view takes effect while the member follows this leader: how long that took since the last one
  // was lost. Nothing if none was, or if the view is still of the former ballot.
  std::optional<gms::Time> take(gms::Time now, std::optional<gms::NodeId> leader,
                                gms::Ballot ballot);

 private:
  std::optional<gms::Ballot> led_in_;  // the last ballot in which there was a leader
  std::optional<gms::Time> since_;     // when that one was lost
};

}  // namespace groupy::kvstore
