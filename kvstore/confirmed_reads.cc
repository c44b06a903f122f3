#include "kvstore/confirmed_reads.h"

#include "gms/check.h"

namespace groupy::kvstore {

void ConfirmedReads::add(WaitId id, gms::Time deadline) {
  const bool is_new = asked_.try_emplace(id, deadline).second;
  GROUPY_CHECK(is_new, "a read is asked about twice");
  deadlines_.emplace(deadline, id);
}

void ConfirmedReads::confirmed(WaitId id, gms::Sequence sequence) {
  if (const auto deadline = leave(id)) confirmed_.add(sequence, id, *deadline);
}

ConfirmedReads::Expired ConfirmedReads::take_expired(gms::Time now) {
  Expired expired;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    const WaitId id = deadlines_.begin()->second;
    leave(id);
    expired.not_confirmed.push_back(id);
  }
  expired.not_applied = confirmed_.take_expired(now);
  return expired;
}

std::optional<gms::Time> ConfirmedReads::leave(WaitId id) {
  const auto at = asked_.find(id);
  if (at == asked_.end()) return std::nullopt;
  const gms::Time deadline = at->second;
  deadlines_.erase({deadline, id});
  asked_.erase(at);
  return deadline;
}

}  // namespace groupy::kvstore
