// The views in this member's log, newest last.
//
// Everybody counts by the newest view in its log, stable or not, and falls back if that record is
// cut. Thread: one at a time.
#pragma once

#include <iterator>
#include <map>
#include <utility>

#include "gms/view.h"

namespace groupy::gms3 {

class ViewHistory {
 public:
  explicit ViewHistory(std::map<gms::Sequence, gms::View> views) : views_(std::move(views)) {}

  // Null before the first.
  const gms::View* newest() const { return views_.empty() ? nullptr : &views_.rbegin()->second; }
  // Zero before the first.
  gms::Sequence newest_at() const {
    return views_.empty() ? gms::Sequence{} : views_.rbegin()->first;
  }
  // The one that was in force at this place, null if it is not known. One that is borrowed, at
  // zero, was not.
  const gms::View* at(gms::Sequence sequence) const {
    const auto behind = views_.upper_bound(sequence);
    if (behind == views_.begin() || std::prev(behind)->first == gms::Sequence{}) return nullptr;
    return &std::prev(behind)->second;
  }
  void append(gms::Sequence sequence, gms::View view) {
    views_.insert_or_assign(sequence, std::move(view));
  }
  // A member that has none cannot even talk to others: then the oldest stays, as one that is
  // borrowed.
  void cut(gms::Sequence keep) {
    const auto behind = views_.upper_bound(keep);
    if (behind != views_.begin()) {
      views_.erase(behind, views_.end());
    } else if (!views_.empty()) {
      gms::View oldest = std::move(views_.begin()->second);
      views_.clear();
      views_.emplace(gms::Sequence{}, std::move(oldest));
    }
  }
  // No record up to here will be cut: what a newer one of these replaced is of no use any more.
  void settled(gms::Sequence stable) {
    const auto behind = views_.upper_bound(stable);
    if (behind != views_.begin()) views_.erase(views_.begin(), std::prev(behind));
  }

 private:
  std::map<gms::Sequence, gms::View> views_;
};

}  // namespace groupy::gms3
