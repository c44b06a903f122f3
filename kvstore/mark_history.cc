#include "kvstore/mark_history.h"

#include <algorithm>
#include <iterator>

#include "gms/check.h"

namespace groupy::kvstore {

void MarkHistory::restart(const StateMark& mark) {
  const std::lock_guard lock(mutex_);
  marks_.assign(1, mark);
}

void MarkHistory::append(std::span<const StateMark> marks) {
  const std::lock_guard lock(mutex_);
  for (const StateMark& mark : marks) {
    GROUPY_CHECK(marks_.empty() || marks_.back().sequence < mark.sequence,
                 "marks come with rising sequences");
    marks_.push_back(mark);
    if (marks_.size() > marks_max_) marks_.pop_front();
  }
}

MarkAnswer MarkHistory::look_up(gms::Sequence sequence) const {
  const std::lock_guard lock(mutex_);
  if (marks_.empty()) return NoMark::not_reached;
  const auto behind = std::ranges::upper_bound(marks_, sequence, {}, &StateMark::sequence);
  if (behind == marks_.begin()) return NoMark::forgotten;
  return *std::prev(behind);
}

}  // namespace groupy::kvstore
