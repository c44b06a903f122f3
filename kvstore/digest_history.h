// The state's digests after the last million deliveries, so that replicas can be compared.
//
// Two replicas are hardly ever asked at the same sequence; each answers for the sequence that both
// have passed. Memory grows as digests come, to 32 MB at most.
// Thread: append() and restart() from the apply thread, look_up() from any.
#pragma once

#include <cstddef>
#include <deque>
#include <mutex>
#include <span>

#include "kvstore/store.h"

namespace groupy::kvstore {

class DigestHistory {
 public:
  static constexpr std::size_t kDigestsMax = 1'000'000;

  explicit DigestHistory(std::size_t digests_max = kDigestsMax) : digests_max_(digests_max) {}

  // Forgets everything; `digest` is the oldest known state from now on.
  void restart(const StateDigest& digest);

  // Digests with rising sequences, behind those that are there.
  void append(std::span<const StateDigest> digests);

  // The newest digest at or below `sequence`: the state after it, since deliveries without a digest
  // do not change the state. Whether `sequence` was reached is for the caller to know. NoDigest is
  // `forgotten` below the oldest digest kept, `not_reached` before the first restart().
  DigestAnswer look_up(gms::Sequence sequence) const;

 private:
  const std::size_t digests_max_;
  mutable std::mutex mutex_;
  std::deque<StateDigest> digests_;  // sequences rise
};

}  // namespace groupy::kvstore
