// Hands what is stable to the application, in order, as fast as the application takes it.
//
// What is handed over is stable and on this member's own disk, so the applied state never knows of
// a record that the log beside it may lose. An application that lags beyond what is kept in memory
// is fed from the log. Views take effect at their place among the deliveries.
// Thread: one at a time.
#pragma once

#include <deque>
#include <optional>
#include <vector>

#include "gms/gms3/options.h"
#include "gms/gms3/own_log.h"
#include "gms/gms3/submissions.h"

namespace groupy::gms3 {

class Deliveries {
 public:
  // The application has everything up to `applied` already, which is the record `base` if the log
  // comes as far.
  Deliveries(gms::Sequence applied, const gms::RecordId& base, const Windows& windows)
      : windows_(windows), handed_over_(applied), applied_(applied) {
    if (base.sequence == applied) ballot_ = base.ballot;
  }

  gms::Sequence handed_over() const { return handed_over_; }
  // Of the record that was handed over last, as far as it is known.
  const std::optional<gms::Ballot>& ballot() const { return ballot_; }
  gms::Sequence applied() const { return applied_; }
  bool has_room() const {
    return under_way_.size() < windows_.applying_max && bytes_ < windows_.applying_bytes_max;
  }

  void applied(gms::Sequence sequence);
  // Hands over what may be, up to `limit`; the newest view among it, or null.
  gms::SharedView hand_over(gms::Sequence limit, OwnLog& log, Submissions& submissions,
                            Outbox& outbox);
  // The records that were asked for with ReadLog; those behind `limit` are left.
  gms::SharedView on_log_read(std::vector<gms::Record> records, gms::Sequence limit, OwnLog& log,
                              Submissions& submissions, Outbox& outbox);

 private:
  gms::SharedView hand_over(const std::vector<gms::Record>& records, OwnLog& log,
                            Submissions& submissions, Outbox& outbox);
  gms::Delivery delivery_of(const gms::Record& record, OwnLog& log, Submissions& submissions);

  struct Given {
    gms::Sequence sequence;
    std::size_t bytes;
  };
  const Windows& windows_;
  gms::Sequence handed_over_;
  std::optional<gms::Ballot> ballot_;
  gms::Sequence applied_;
  std::deque<Given> under_way_;  // handed over, and not applied
  std::size_t bytes_ = 0;
  bool is_reading_ = false;
};

}  // namespace groupy::gms3
