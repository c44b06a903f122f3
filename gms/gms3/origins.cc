#include "gms/gms3/origins.h"

#include <algorithm>

namespace groupy::gms3 {

Origins::Origins(const std::vector<gms::Origin>& delivered) {
  for (const gms::Origin& origin : delivered) delivered_[origin.directory] = number_of(origin);
  logged_ = delivered_;
}

Origins::Place Origins::place_of(const gms::Origin& origin) const {
  const auto found = logged_.find(origin.directory);
  const Number highest = found == logged_.end() ? Number{} : found->second;
  if (number_of(origin) <= highest) return Place::repeat;
  // A new start begins anew; what its former life submitted and nobody ordered is lost with it.
  const std::uint64_t next = origin.start == highest.start ? highest.counter + 1 : 1;
  return origin.counter == next ? Place::next : Place::gap;
}

void Origins::logged(gms::Sequence sequence, const gms::Origin& origin) {
  // What the later ones of this directory would be taken back to.
  const auto later = std::ranges::upper_bound(undo_, sequence, {}, &Undo::sequence);
  Number* highest = &logged_[origin.directory];
  for (auto undo = undo_.end(); undo != later;) {
    if ((--undo)->directory != origin.directory) continue;
    *highest = std::max(*highest, number_of(origin));
    highest = &undo->before;
  }
  const Number before = *highest;
  *highest = std::max(*highest, number_of(origin));
  undo_.insert(later, {sequence, origin.directory, before});
}

void Origins::cut(gms::Sequence keep) {
  while (!undo_.empty() && undo_.back().sequence > keep) {
    logged_[undo_.back().directory] = undo_.back().before;
    undo_.pop_back();
  }
}

void Origins::settled(gms::Sequence stable) {
  while (!undo_.empty() && undo_.front().sequence <= stable) undo_.pop_front();
}

bool Origins::deliver(const gms::Origin& origin) {
  Number& highest = delivered_[origin.directory];
  if (number_of(origin) <= highest) return false;
  highest = number_of(origin);
  return true;
}

}  // namespace groupy::gms3
