#include "gms/gms3/catch_up.h"

#include "gms/check.h"

namespace groupy::gms3 {

void Feed::sent(const std::vector<gms::Record>& records, gms::Time now) {
  GROUPY_CHECK(!records.empty() && records.front().sequence == next_,
               "a member is fed out of order");
  if (under_way_.empty()) progress_at_ = now;
  for (const gms::Record& record : records) {
    under_way_.push_back({record.sequence, record.payload.size()});
    bytes_ += record.payload.size();
  }
  next_ = records.back().sequence.next();
}

bool Feed::acknowledged(gms::Sequence synced, bool has_space, gms::Time now) {
  has_space_ = has_space;
  while (!under_way_.empty() && under_way_.front().sequence <= synced) {
    bytes_ -= under_way_.front().bytes;
    under_way_.pop_front();
  }
  if (synced <= acknowledged_) return false;
  acknowledged_ = synced;
  progress_at_ = now;
  if (next_ <= synced) next_ = synced.next();
  return true;
}

void Feed::restart_from(gms::Sequence next) {
  next_ = next;
  under_way_.clear();
  bytes_ = 0;
  readable_at_ = {};
}

}  // namespace groupy::gms3
