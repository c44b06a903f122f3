#include "kvstore/replica.h"

#include "gms/check.h"

namespace groupy::kvstore {

void Replica::write(WaitId id, gms::Payload command, gms::Time deadline) {
  if (is_overloaded(command.size())) {
    answer(id, Failure::overloaded);
    return;
  }
  submitting_bytes_ += command.size();
  effects_.submissions.push_back({id, std::move(command), deadline});
}

bool Replica::is_overloaded(std::size_t bytes) const {
  // A replica that cannot keep up with applying must not add to what all have to apply.
  if (!has_room()) return true;
  return writes_.size() + effects_.submissions.size() >= options_.waiting_writes_max ||
         writes_.bytes() + submitting_bytes_ + bytes > options_.waiting_bytes_max;
}

void Replica::submitted(const Submission& submission, const std::optional<gms::Origin>& origin) {
  if (!origin) {
    answer(submission.id, Failure::not_ready);
    return;
  }
  writes_.add(origin->counter, submission.id, submission.payload.size(), submission.deadline);
}

void Replica::await(WaitId id, gms::Sequence sequence, gms::Time deadline) {
  if (sequence <= applied_) {
    effects_.readers.push_back({id, std::nullopt});
  } else if (digests_.size() >= options_.waiting_readers_max) {
    effects_.readers.push_back({id, NoDigest::overloaded});
  } else {
    digests_.add(sequence, id, deadline);
  }
}

void Replica::deliver(std::vector<gms::Delivery> deliveries) {
  for (gms::Delivery& delivery : deliveries) {
    ++applying_;
    applying_bytes_ += delivery.payload.size();
    effects_.to_apply.push_back(std::move(delivery));
  }
}

void Replica::applied(std::span<const Applied> applied, gms::Sequence up_to, std::size_t bytes) {
  GROUPY_CHECK(applied.size() <= applying_ && bytes <= applying_bytes_,
               "more was applied than was handed over");
  applying_ -= applied.size();
  applying_bytes_ -= bytes;
  for (const Applied& each : applied) {
    if (each.origin.directory != options_.directory) continue;
    const auto id = writes_.take(each.origin.counter);
    if (id) answer(*id, each.outcome);
  }
  on_applied_up_to(up_to);
}

void Replica::state_installed(gms::Sequence sequence) {
  on_applied_up_to(sequence);
}

void Replica::on_applied_up_to(gms::Sequence sequence) {
  applied_ = sequence;
  for (const WaitId id : digests_.take_reached(sequence))
    effects_.readers.push_back({id, std::nullopt});
}

void Replica::tick(gms::Time now) {
  for (const WaitId id : writes_.take_expired(now)) answer(id, Failure::outcome_unknown);
  for (const WaitId id : digests_.take_expired(now))
    effects_.readers.push_back({id, NoDigest::not_reached});
}

ReplicaEffects Replica::take_effects() {
  submitting_bytes_ = 0;
  return std::exchange(effects_, {});
}

}  // namespace groupy::kvstore
