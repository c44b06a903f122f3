// A leader that gives the lead away on purpose, so that nobody has to find out that it is gone.
//
// It stops ordering, waits until its successor holds everything, and permits it to run although the
// leader lives. If no higher ballot comes of that within `suspect_after`, it orders again.
// Thread: one at a time.
#pragma once

#include <optional>

#include "gms/ids.h"

namespace groupy::gms3 {

class Handover {
 public:
  void start(gms::NodeId successor, gms::Time now) {
    successor_ = successor;
    since_ = now;
    is_permitted_ = false;
  }
  bool is_under_way() const { return successor_.has_value(); }
  std::optional<gms::NodeId> successor() const { return successor_; }

  // Whether the successor, who holds the log up to `synced`, is to get its permit now; once.
  bool take_permit(gms::Sequence synced, gms::Sequence last) {
    if (!successor_ || is_permitted_ || synced < last) return false;
    is_permitted_ = true;
    return true;
  }
  // The leader itself gives its promise only to who has its permit.
  bool permits(gms::NodeId member) const { return is_permitted_ && successor_ == member; }
  // Gives up if it takes too long; true if it did so now.
  bool expire(gms::Time now, gms::Time limit) {
    if (!successor_ || now - since_ < limit) return false;
    successor_.reset();
    return true;
  }

 private:
  std::optional<gms::NodeId> successor_;
  gms::Time since_{};
  bool is_permitted_ = false;
};

}  // namespace groupy::gms3
