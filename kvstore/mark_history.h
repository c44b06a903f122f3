// The state's marks after the last million deliveries, so that replicas can be compared.
//
// Two replicas are hardly ever asked at the same sequence; each answers for the sequence that both
// have passed. Memory grows as marks come, to 32 MB at most.
// Thread: append() and restart() from the apply thread, look_up() from any.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <span>

#include "kvstore/store.h"

namespace groupy::kvstore {

class MarkHistory {
 public:
  static constexpr std::size_t kMarksMax = 1'000'000;

  explicit MarkHistory(std::size_t marks_max = kMarksMax) : marks_max_(marks_max) {}

  // Forgets everything; `mark` is the oldest known state from now on.
  void restart(const StateMark& mark);

  // Marks with rising sequences, behind those that are there.
  void append(std::span<const StateMark> marks);

  // The newest mark at or below `sequence`: the state after it, since deliveries without a mark do
  // not change the state. Whether `sequence` was reached is for the caller to know. NoMark is
  // `forgotten` below the oldest mark kept, `not_reached` before the first restart().
  MarkAnswer look_up(gms::Sequence sequence) const;

 private:
  const std::size_t marks_max_;
  mutable std::mutex mutex_;
  std::deque<StateMark> marks_;  // sequences rise
};

}  // namespace groupy::kvstore
