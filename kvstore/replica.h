// One replica of the store, without threads, sockets or a database: who waits for which write, what
// is to be submitted, what is to be applied, who is to be answered.
//
// Pure, like the member beneath it: requests, deliveries and ticks in; submissions, batches and
// answers out. Whatever acknowledges a client is decided here, so the simulator runs all of it.
// Every request that comes in is answered exactly once, by its deadline at the latest.
// Thread: one at a time; in a replica, the group thread.
#pragma once

#include <vector>

#include "gms/member.h"
#include "kvstore/confirmed_reads.h"
#include "kvstore/outcome.h"
#include "kvstore/waiters.h"

namespace groupy::kvstore {

struct ReplicaOptions {
  gms::DirectoryId directory;  // of this replica: tells its own submissions from others'
  std::size_t waiting_writes_max = 20'000;
  std::size_t waiting_bytes_max = 128u << 20;  // of the commands of waiting writes
  std::size_t waiting_readers_max = 10'000;    // of all kinds
  std::size_t applying_max = 20'000;           // deliveries handed over and not yet applied
  std::size_t applying_bytes_max = 128u << 20;
};

// To be given to the group; its origin, or refusal, comes back by submitted().
struct Submission {
  WaitId id;
  gms::Payload payload;
  gms::Time deadline{};
};
struct Answered {
  WaitId id;
  Answer answer;
  bool operator==(const Answered&) const = default;
};
// The sequence or revision that somebody waited for is applied, or why they waited in vain.
struct ReaderAnswered {
  WaitId id;
  std::optional<NoDigest> failure;  // nothing: it is applied
  bool operator==(const ReaderAnswered&) const = default;
};
// The newest state here holds everything that was done before the read came, or why it may not.
struct ReadAnswered {
  WaitId id;
  std::optional<ReadFailure> failure;
  bool operator==(const ReadAnswered&) const = default;
};
struct ReplicaEffects {
  std::vector<Submission> submissions;
  std::vector<gms::Delivery> to_apply;
  std::vector<WaitId> to_confirm;  // ask the group about these reads
  std::vector<WaitId> to_forget;   // nobody waits for their confirmation any more
  std::vector<Answered> answers;
  std::vector<ReaderAnswered> readers;
  std::vector<ReadAnswered> reads;
};

class Replica {
 public:
  explicit Replica(ReplicaOptions options) : options_(options) {}

  // --- inputs ---

  // A client's command, encoded.
  void write(WaitId id, gms::Payload command, gms::Time deadline);
  // What the group said to a submission: its origin, or why it was refused without one.
  void submitted(const Submission& submission, const gms::Submitted& given);
  // Somebody wants to know when this is applied.
  void await(WaitId id, gms::Sequence sequence, gms::Time deadline);
  void await(WaitId id, Revision revision, gms::Time deadline);
  // Somebody wants to read what is newest in the group.
  void confirm(WaitId id, gms::Time deadline);
  // What the group said: the read sees everything once `sequence` is applied; or that it is not
  // confirmed.
  void read_confirmed(WaitId id, gms::Sequence sequence);
  void read_refused(WaitId id);
  // Next in the total order.
  void deliver(std::vector<gms::Delivery> deliveries);
  // The next deliveries that were to be applied are applied.
  void applied(const BatchApplied& batch);
  // The state was replaced by one that stands after `sequence`, or loaded at start.
  void state_installed(gms::Sequence sequence, Revision revision);
  void tick(gms::Time now);

  // --- outputs ---

  [[nodiscard]] ReplicaEffects take_effects();
  bool has_room() const {
    return applying_ < options_.applying_max && applying_bytes_ < options_.applying_bytes_max;
  }
  std::size_t waiting_writes() const { return writes_.size(); }
  std::size_t applying() const { return applying_; }

 private:
  bool is_overloaded(std::size_t bytes) const;
  void answer(WaitId id, Answer answer) { effects_.answers.push_back({id, answer}); }
  void on_applied_up_to(gms::Sequence sequence, Revision revision);
  void answer_readers(const std::vector<WaitId>& ids, std::optional<NoDigest> failure);
  void answer_reads(const std::vector<WaitId>& ids, std::optional<ReadFailure> failure);
  bool has_room_for_reader() const;

  const ReplicaOptions options_;
  WriteWaiters writes_;
  gms::StartCount start_;  // of this life, as its submissions tell
  ReaderWaiters<gms::Sequence> sequence_waiters_;
  ReaderWaiters<Revision> revision_waiters_;
  ConfirmedReads reads_;
  gms::Sequence applied_;
  Revision revision_;
  std::size_t submitting_bytes_ = 0;  // of the submissions in effects_
  std::size_t applying_ = 0;
  std::size_t applying_bytes_ = 0;
  ReplicaEffects effects_;
};

}  // namespace groupy::kvstore
