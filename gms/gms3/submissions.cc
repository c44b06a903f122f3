#include "gms/gms3/submissions.h"

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

std::vector<gms::Payload> Submissions::take_unsent(std::size_t count, std::size_t bytes) {
  std::vector<gms::Payload> taken;
  for (std::size_t size = 0; sent_ < waiting_.size() && taken.size() < count; ++sent_) {
    size += waiting_[sent_].payload.size();
    if (size > bytes && !taken.empty()) break;
    taken.push_back(waiting_[sent_].payload);
  }
  return taken;
}

}  // namespace groupy::gms3
