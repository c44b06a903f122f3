#include "kvstore/leader_gap.h"

namespace groupy::kvstore {

void LeaderGap::observe(gms::Time now, std::optional<gms::NodeId> leader, gms::Ballot ballot) {
  if (!leader) {
    if (led_in_ && !since_) since_ = now;
    return;
  }
  if (led_in_ == ballot) since_.reset();
  // While the view of the next leader is still to come, the gap began when the former was lost.
  if (!since_) led_in_ = ballot;
}

std::optional<gms::Time> LeaderGap::take(gms::Time now, std::optional<gms::NodeId> leader,
                                         gms::Ballot ballot) {
  if (!since_ || !leader || led_in_ == ballot) return std::nullopt;
  const gms::Time gap = now - *since_;
  since_.reset();
  led_in_ = ballot;
  return gap;
}

}  // namespace groupy::kvstore
