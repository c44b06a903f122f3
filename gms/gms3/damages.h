// What of this member's log cannot be read, and how far the rest may be relied on.
//
// The log tells it at the start, and again whenever it changes. A damaged record keeps its
// identity, so this member votes by its log's end as usual; but it neither delivers nor
// acknowledges past the damage, and does not lead. Thread: one at a time.
#pragma once

#include <algorithm>
#include <deque>
#include <utility>
#include <vector>

#include "gms/damage.h"

namespace groupy::gms3 {

class Damages {
 public:
  explicit Damages(std::vector<gms::Damage> found) : all_(std::move(found)) {}

  const std::vector<gms::Damage>& all() const { return all_; }
  // What the log says, after its writes up to `ticket`: of later cuts it did not know yet.
  void told(gms::Ticket ticket, std::vector<gms::Damage> damages) {
    all_ = std::move(damages);
    persisted(ticket);
    for (const Cut& cut : cuts_) forget_behind(cut.keep);
  }
  // What stood behind `keep` is taken back under `ticket`.
  void cut(gms::Sequence keep, gms::Ticket ticket) {
    cuts_.push_back({ticket, keep});
    forget_behind(keep);
  }
  // From here on the log knows of these cuts in whatever it says.
  void persisted(gms::Ticket ticket) {
    while (!cuts_.empty() && cuts_.front().ticket <= ticket) cuts_.pop_front();
  }

  // Whether these consecutive records are the end of a damage, or all of it.
  bool are_missed(const std::vector<gms::Record>& records) const {
    return std::ranges::any_of(all_, [&](const gms::Damage& each) {
      return each.last.sequence == records.back().sequence &&
             each.last.checksum == records.back().checksum &&
             each.first <= records.front().sequence;
    });
  }
  bool has_any_behind(gms::Sequence sequence) const {
    return std::ranges::any_of(
        all_, [&](const gms::Damage& each) { return each.last.sequence > sequence; });
  }
  bool has_nameless_behind(gms::Sequence sequence) const {
    return std::ranges::any_of(all_, [&](const gms::Damage& each) {
      return each.is_nameless() && each.last.sequence > sequence;
    });
  }
  // Whether who stands there is uncertain behind `sequence`: a cut to there may take back what was
  // promised and conflicts with nobody.
  bool has_unknown_behind(gms::Sequence sequence) const {
    return std::ranges::any_of(all_, [&](const gms::Damage& each) {
      return each.kind == gms::Damage::Kind::record && each.last.sequence > sequence;
    });
  }
  // How far all can be read, and be relied on, behind `given`, which the application has. In front
  // of records that are gone as a whole there may have been a cut, which is gone with them: only
  // what they name once they are back is sure.
  gms::Sequence sound(gms::Sequence given, gms::Sequence end) const {
    for (const gms::Damage& each : all_) {
      if (each.last.sequence <= given) continue;
      const bool is_payload = each.kind == gms::Damage::Kind::payload;
      end = std::min(end, is_payload ? gms::Sequence{each.first.value() - 1} : given);
    }
    return end;
  }

 private:
  struct Cut {
    gms::Ticket ticket;
    gms::Sequence keep;
  };
  void forget_behind(gms::Sequence keep) {
    std::erase_if(all_, [&](const gms::Damage& each) { return each.first > keep; });
    for (gms::Damage& each : all_) {
      if (each.last.sequence > keep) each.last = {{}, keep, {}};
    }
  }

  std::vector<gms::Damage> all_;
  std::deque<Cut> cuts_;  // that the log has not taken yet, for all that is known
};

}  // namespace groupy::gms3
