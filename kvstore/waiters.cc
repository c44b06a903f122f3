#include "kvstore/waiters.h"

#include "gms/check.h"

namespace groupy::kvstore {

void WriteWaiters::add(std::uint64_t counter, WaitId id, std::size_t bytes, gms::Time deadline) {
  const bool added = waiting_.try_emplace(counter, Waiting{id, bytes, deadline}).second;
  GROUPY_CHECK(added, "two writes wait under one counter");
  deadlines_.emplace(deadline, counter);
  bytes_ += bytes;
}

std::optional<WaitId> WriteWaiters::take(std::uint64_t counter) {
  const auto at = waiting_.find(counter);
  if (at == waiting_.end()) return std::nullopt;
  const WaitId id = at->second.id;
  bytes_ -= at->second.bytes;
  deadlines_.erase({at->second.deadline, counter});
  waiting_.erase(at);
  return id;
}

std::vector<WaitId> WriteWaiters::take_expired(gms::Time now) {
  std::vector<WaitId> expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const auto id = take(deadlines_.begin()->second);
    GROUPY_CHECK(id.has_value(), "a deadline without a write");
    expired.push_back(*id);
  }
  return expired;
}

}  // namespace groupy::kvstore
