#include "kvstore/digest_history.h"

#include <algorithm>
#include <iterator>

#include "gms/check.h"

namespace groupy::kvstore {

void DigestHistory::restart(const StateDigest& digest) {
  const std::lock_guard lock(mutex_);
  digests_.assign(1, digest);
}

void DigestHistory::append(std::span<const StateDigest> digests) {
  const std::lock_guard lock(mutex_);
  for (const StateDigest& digest : digests) {
    GROUPY_CHECK(digests_.empty() || digests_.back().sequence < digest.sequence,
                 "digests come with rising sequences");
    digests_.push_back(digest);
    if (digests_.size() > digests_max_) digests_.pop_front();
  }
}

DigestAnswer DigestHistory::look_up(gms::Sequence sequence) const {
  const std::lock_guard lock(mutex_);
  if (digests_.empty()) return NoDigest::not_reached;
  const auto behind = std::ranges::upper_bound(digests_, sequence, {}, &StateDigest::sequence);
  if (behind == digests_.begin()) return NoDigest::forgotten;
  return *std::prev(behind);
}

}  // namespace groupy::kvstore
