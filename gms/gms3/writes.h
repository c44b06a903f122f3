// Up to which sequence this member's log is on disk.
//
// The same sequence may be written twice, since a tail can be cut, so what is on disk is told by
// write tickets and not by sequences: were it told by sequences, a late sync of a tail that was cut
// would acknowledge the records that took its place and are not on disk. A cut takes back what it
// overtakes. Thread: one at a time.
#pragma once

#include <algorithm>
#include <deque>

#include "gms/check.h"
#include "gms/ids.h"

namespace groupy::gms3 {

class Writes {
 public:
  explicit Writes(gms::Sequence synced) : synced_(synced) {}

  void tick(gms::Time now) { now_ = now; }
  gms::Ticket next_ticket() { return last_ = last_.next(); }
  // The records up to `end` are written under this ticket.
  void appended(gms::Ticket ticket, gms::Sequence end) { waiting_.push_back({ticket, end, now_}); }
  // What stood behind `keep` is no longer what was written.
  void cut(gms::Sequence keep) {
    for (Waiting& each : waiting_) each.end = std::min(each.end, keep);
    synced_ = std::min(synced_, keep);
  }
  void persisted(gms::Ticket ticket) {
    GROUPY_CHECK(ticket <= last_, "a ticket is on disk that was never given");
    persisted_ = std::max(persisted_, ticket);
    while (!waiting_.empty() && waiting_.front().ticket <= persisted_) {
      synced_ = std::max(synced_, waiting_.front().end);
      waiting_.pop_front();
    }
  }

  bool is_persisted(gms::Ticket ticket) const { return ticket <= persisted_; }
  gms::Sequence synced() const { return synced_; }
  // How long the oldest records that are not on disk have been waiting for it.
  gms::Time oldest_wait() const {
    return waiting_.empty() ? gms::Time{} : now_ - waiting_.front().since;
  }

 private:
  struct Waiting {
    gms::Ticket ticket;
    gms::Sequence end;
    gms::Time since;
  };
  gms::Time now_{};
  gms::Ticket last_;
  gms::Ticket persisted_;
  gms::Sequence synced_;
  std::deque<Waiting> waiting_;  // rising in tickets
};

}  // namespace groupy::gms3
