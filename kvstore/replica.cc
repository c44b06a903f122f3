#include "kvstore/replica.h"

#include <algorithm>

#include "gms/check.h"

namespace groupy::kvstore {

namespace {

Failure failure_of(gms::Refusal refusal) {
  switch (refusal) {
    case gms::Refusal::not_ready:
      return Failure::not_ready;
    case gms::Refusal::no_majority:
      return Failure::no_majority;
    case gms::Refusal::overloaded:
      return Failure::overloaded;
    case gms::Refusal::no_space:
      return Failure::no_space;
  }
  return Failure::not_ready;
}

}  // namespace

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

void Replica::submitted(const Submission& submission, const gms::Submitted& given) {
  if (const auto* refusal = std::get_if<gms::Refusal>(&given)) {
    answer(submission.id, failure_of(*refusal));
    return;
  }
  const auto& origin = std::get<gms::Origin>(given);
  start_ = origin.start;
  writes_.add(origin.counter, submission.id, submission.payload.size(), submission.deadline);
}

void Replica::await(WaitId id, gms::Sequence sequence, gms::Time deadline) {
  if (sequence <= applied_) return answer_readers({id}, std::nullopt);
  if (!has_room_for_reader()) return answer_readers({id}, NoDigest::overloaded);
  sequence_waiters_.add(sequence, id, deadline);
}

void Replica::await(WaitId id, Revision revision, gms::Time deadline) {
  if (revision <= revision_) return answer_readers({id}, std::nullopt);
  if (!has_room_for_reader()) return answer_readers({id}, NoDigest::overloaded);
  revision_waiters_.add(revision, id, deadline);
}

void Replica::confirm(WaitId id, gms::Time deadline) {
  if (!has_room_for_reader()) return answer_reads({id}, ReadFailure::overloaded);
  reads_.add(id, deadline);
  effects_.to_confirm.push_back(id);
}

void Replica::read_confirmed(WaitId id, gms::Sequence sequence) {
  reads_.confirmed(id, sequence);
  answer_reads(reads_.take_applied(applied_), std::nullopt);
}

void Replica::read_refused(WaitId id) {
  if (reads_.take_refused(id)) answer_reads({id}, ReadFailure::no_majority);
}

bool Replica::has_room_for_reader() const {
  return sequence_waiters_.size() + revision_waiters_.size() + reads_.size() <
         options_.waiting_readers_max;
}

void Replica::answer_readers(const std::vector<WaitId>& ids, std::optional<NoDigest> failure) {
  for (const WaitId id : ids) effects_.readers.push_back({id, failure});
}

void Replica::answer_reads(const std::vector<WaitId>& ids, std::optional<ReadFailure> failure) {
  for (const WaitId id : ids) effects_.reads.push_back({id, failure});
}

void Replica::deliver(std::vector<gms::Delivery> deliveries) {
  for (gms::Delivery& delivery : deliveries) {
    ++applying_;
    applying_bytes_ += delivery.payload.size();
    effects_.to_apply.push_back(std::move(delivery));
  }
}

void Replica::applied(const BatchApplied& batch) {
  GROUPY_CHECK(batch.deliveries <= applying_ && batch.bytes <= applying_bytes_,
               "more was applied than was handed over");
  applying_ -= batch.deliveries;
  applying_bytes_ -= batch.bytes;
  // A repeat tells the revision of its first answer, which is none of now.
  Revision revision = revision_;
  for (const Applied& each : batch.applied) {
    revision = std::max(revision, each.outcome.revision);
    // Counters begin anew with each life: what an earlier one submitted may be applied only now.
    if (each.origin.directory != options_.directory || each.origin.start != start_) continue;
    const auto id = writes_.take(each.origin.counter);
    if (id) answer(*id, each.outcome);
  }
  on_applied_up_to(batch.up_to, revision);
}

void Replica::state_installed(gms::Sequence sequence, Revision revision) {
  on_applied_up_to(sequence, revision);
}

void Replica::on_applied_up_to(gms::Sequence sequence, Revision revision) {
  applied_ = sequence;
  revision_ = revision;
  answer_readers(sequence_waiters_.take_reached(sequence), std::nullopt);
  answer_readers(revision_waiters_.take_reached(revision), std::nullopt);
  answer_reads(reads_.take_applied(sequence), std::nullopt);
}

void Replica::tick(gms::Time now) {
  for (const WaitId id : writes_.take_expired(now)) answer(id, Failure::outcome_unknown);
  answer_readers(sequence_waiters_.take_expired(now), NoDigest::not_reached);
  answer_readers(revision_waiters_.take_expired(now), NoDigest::not_reached);
  const ConfirmedReads::Expired reads = reads_.take_expired(now);
  answer_reads(reads.not_confirmed, ReadFailure::not_confirmed);
  answer_reads(reads.not_applied, ReadFailure::not_applied);
  effects_.to_forget.insert(effects_.to_forget.end(), reads.not_confirmed.begin(),
                            reads.not_confirmed.end());
}

ReplicaEffects Replica::take_effects() {
  submitting_bytes_ = 0;
  return std::exchange(effects_, {});
}

}  // namespace groupy::kvstore
