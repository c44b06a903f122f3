// Who was heard when, and whose silence makes it suspect.
//
// A closed link, and a silence of `suspect_after`, are hints and never proof: nobody is declared
// dead here. Thread: one at a time.
#pragma once

#include <map>

#include "gms/ids.h"

namespace groupy::gms3 {

class Contacts {
 public:
  explicit Contacts(gms::Time suspect_after) : suspect_after_(suspect_after) {}

  void heard(gms::NodeId peer, gms::Time now) { heard_[peer] = now; }
  // Nothing can come from there any more.
  void lost(gms::NodeId peer) { heard_.erase(peer); }
  // This process slept: its peers' silence is its own fault.
  void slept(gms::Time now) {
    for (auto& [peer, heard] : heard_) heard = now;
  }

  bool is_alive(gms::NodeId peer, gms::Time now) const {
    const auto found = heard_.find(peer);
    return found != heard_.end() && now - found->second < suspect_after_;
  }
  // Zero if it was never heard.
  gms::Time last(gms::NodeId peer) const {
    const auto found = heard_.find(peer);
    return found == heard_.end() ? gms::Time{} : found->second;
  }

 private:
  gms::Time suspect_after_;
  std::map<gms::NodeId, gms::Time> heard_;
};

}  // namespace groupy::gms3
