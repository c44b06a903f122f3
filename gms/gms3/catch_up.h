// What a leader has sent to each of the others, and from where each is to be fed next.
//
// In the normal case every member is fed the newest records as they are ordered. Who was away, or
// has another tail, says from where it wants the records; what is no longer in memory is read from
// the log. Only so much is under way to each as its window allows, so that a member that lags costs
// bounded memory and none of the others' time. Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "gms/record.h"

namespace groupy::gms3 {

// One member as its leader sees it.
class Feed {
 public:
  // It is believed to have everything before `next`; if not, it will say so.
  explicit Feed(gms::Sequence next) : next_(next) {}

  gms::Sequence next() const { return next_; }
  gms::Sequence acknowledged() const { return acknowledged_; }
  bool has_room(std::size_t count_max, std::size_t bytes_max) const {
    return under_way_.size() < count_max && bytes_ < bytes_max && !is_reading_;
  }
  bool is_idle() const { return under_way_.empty(); }
  bool is_reading() const { return is_reading_; }
  // When it was asked last for a sign of life. Records do not count: who is slow to write them
  // would seem silent.
  gms::Time asked_at() const { return asked_at_; }
  bool has_space() const { return has_space_; }

  // These, which start at next(), were sent.
  void sent(const std::vector<gms::Record>& records, gms::Time now);
  void asked_for_sign_of_life(gms::Time now) { asked_at_ = now; }
  // Waits for records that are read from the log, one reading at a time, whatever happens
  // meanwhile.
  void reading() { is_reading_ = true; }
  void read_done() { is_reading_ = false; }
  // What it needs could not be read: not again before then.
  void unreadable(gms::Time again_at) { is_reading_ = false, readable_at_ = again_at; }
  void try_reading_again() { readable_at_ = {}; }
  bool may_read(gms::Time now) const { return now >= readable_at_; }
  // True if it came further.
  bool acknowledged(gms::Sequence synced, bool has_space, gms::Time now);
  // Everything under way is taken for lost: goes on from there.
  void restart_from(gms::Sequence next);
  // Something is under way, and nothing was acknowledged for this long.
  bool is_stuck(gms::Time now, gms::Time patience) const {
    return !under_way_.empty() && now - progress_at_ >= patience;
  }

 private:
  struct Sent {
    gms::Sequence sequence;
    std::size_t bytes;
  };
  gms::Sequence next_;
  gms::Sequence acknowledged_;
  bool has_space_ = true;
  bool is_reading_ = false;
  gms::Time readable_at_{};
  gms::Time asked_at_{};
  gms::Time progress_at_{};  // when something was acknowledged, or the first was sent
  std::deque<Sent> under_way_;
  std::size_t bytes_ = 0;
};

}  // namespace groupy::gms3
