// Reads that must see everything that was done before them, at whatever replica.
//
// Each is asked about in the group under its own id. Confirmed, it names the sequence that must be
// applied here first: the state at which it is read may be newer, never older. Each entry leaves
// exactly once: applied, refused or expired.
// Thread: one at a time; in a replica, the group thread.
#pragma once

#include <map>
#include <set>
#include <utility>
#include <vector>

#include "kvstore/waiters.h"

namespace groupy::kvstore {

class ConfirmedReads {
 public:
  // It waits for its confirmation.
  void add(WaitId id, gms::Time deadline);
  // From now on it waits for this sequence. One that has left is of no interest.
  void confirmed(WaitId id, gms::Sequence sequence);
  // It will not be confirmed; false if it has left.
  [[nodiscard]] bool take_refused(WaitId id) { return leave(id).has_value(); }
  // Those that waited for this sequence or an earlier one.
  std::vector<WaitId> take_applied(gms::Sequence applied) {
    return confirmed_.take_reached(applied);
  }

  // Those whose deadline is at or before `now`.
  struct Expired {
    std::vector<WaitId> not_confirmed;
    std::vector<WaitId> not_applied;
  };
  Expired take_expired(gms::Time now);

  std::size_t size() const { return asked_.size() + confirmed_.size(); }

 private:
  // It waits for no confirmation any more: its deadline, if it did.
  std::optional<gms::Time> leave(WaitId id);

  std::map<WaitId, gms::Time> asked_;
  std::set<std::pair<gms::Time, WaitId>> deadlines_;  // of asked_
  ReaderWaiters<gms::Sequence> confirmed_;
};

}  // namespace groupy::kvstore
