// A store of one process and no group, whose answers a test can hold back.
//
// Applies a write at once and answers it inside write(), or, when told to hold, whenever the test
// releases it, from the thread of the test. Waits for sequences are always answered at once, those
// for revisions by the write that reaches them. Thread: any.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "kvstore/memory_storage.h"
#include "kvstore/state_machine.h"
#include "kvstore/store.h"

namespace groupy::http {

class FakeStore final : public kvstore::Store {
 public:
  FakeStore();

  void write(const kvstore::Command& command, std::chrono::milliseconds limit,
             WriteDone done) override;
  kvstore::SharedReadView read_view() const override;
  void digest_at(gms::Sequence sequence, std::chrono::milliseconds limit, DigestDone done) override;
  void reach(kvstore::Revision revision, std::chrono::milliseconds limit, DigestDone done) override;
  void confirm(std::chrono::milliseconds limit, ConfirmDone done) override;
  void hand_over_lead(std::optional<gms::NodeId> to, LeadDone done) override;
  kvstore::StoreStatus status() const override;

  // Without a client.
  void put(const std::string& key, const std::string& value);
  // What the next statuses say; `applied` is filled in.
  void set_status(const kvstore::StoreStatus& status);
  // What is done before a read is confirmed, and what it is told then.
  void set_confirming(std::function<void()> before, kvstore::ConfirmAnswer answer = std::nullopt);
  // What the next wish to hand over the lead is told.
  void set_lead_answer(kvstore::LeadAnswer answer);
  // To whom the lead was to go.
  std::optional<gms::NodeId> successor() const;
  // From now on no write is answered until release(); it is applied all the same.
  void hold();
  // Answers all that is held, and goes on as before; with `failure` instead, if given.
  void release(std::optional<kvstore::Failure> failure = std::nullopt);
  // Waits until that many are held; false if it takes too long.
  bool wait_until_held(std::size_t count);
  // Waits until somebody waits for a revision; false if it takes too long.
  bool wait_until_awaited();
  std::size_t writes() const;
  std::chrono::milliseconds last_limit() const;
  // The bytes of the last command.
  std::string last_key() const;
  std::string last_value() const;

 private:
  kvstore::Outcome apply(const kvstore::Command& command);
  void answer_readers();
  kvstore::StateDigest digest() const;

  mutable std::mutex mutex_;
  std::condition_variable held_changed_;
  kvstore::MemoryStorage rows_;
  kvstore::DigestHistory digests_;
  kvstore::StateMachine machine_{rows_, digests_};
  kvstore::StoreStatus status_;
  bool is_holding_ = false;
  std::vector<std::pair<WriteDone, kvstore::Answer>> held_;
  std::vector<std::pair<kvstore::Revision, DigestDone>> readers_;
  std::function<void()> before_confirming_;
  kvstore::ConfirmAnswer confirm_answer_;
  kvstore::LeadAnswer lead_answer_ = kvstore::LeadAnswer::begun;
  std::optional<gms::NodeId> successor_;
  std::size_t writes_ = 0;
  std::chrono::milliseconds last_limit_{};
  std::string last_key_;
  std::string last_value_;
};

}  // namespace groupy::http
