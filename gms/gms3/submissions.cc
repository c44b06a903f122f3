#include "gms/gms3/submissions.h"

#include <algorithm>
#include <utility>

namespace groupy::gms3 {

void Submissions::add(gms::Payload payload) {
  bytes_ += payload.size();
  waiting_.push_back({next_.counter++, std::move(payload)});
}

void Submissions::delivered(const gms::Origin& origin) {
  if (origin.directory != next_.directory || origin.start != next_.start) return;
  while (!waiting_.empty() && waiting_.front().counter <= origin.counter) {
    bytes_ -= waiting_.front().payload.size();
    waiting_.pop_front();
    if (sent_ > 0) --sent_;
  }
}

bool Submissions::may_be_ours(const gms::Origin& origin, const gms::Payload& payload) const {
  if (origin.directory != next_.directory || origin.start < next_.start) return true;
  if (origin.start > next_.start || origin.counter > ever_sent_) return false;
  if (waiting_.empty() || origin.counter < waiting_.front().counter) return true;
  return waiting_[origin.counter - waiting_.front().counter].payload.bytes() == payload.bytes();
}

std::vector<gms::Payload> Submissions::take_unsent(std::size_t count, std::size_t bytes) {
  std::vector<gms::Payload> taken;
  for (std::size_t size = 0; sent_ < waiting_.size() && taken.size() < count; ++sent_) {
    size += waiting_[sent_].payload.size();
    if (size > bytes && !taken.empty()) break;
    taken.push_back(waiting_[sent_].payload);
    ever_sent_ = std::max(ever_sent_, waiting_[sent_].counter);
  }
  return taken;
}

}  // namespace groupy::gms3
