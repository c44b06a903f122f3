// The thread that owns the state machine: applies what was delivered, in bounded batches.
//
// Work comes in the order of the deliveries and is done in that order, snapshots included, so that
// a state is always taken at its place. Results go back by one function, which must only hand them
// over. A failed disk or an unknown command ends the work: the replica must stop.
// Thread: put() from the group thread; the callbacks are called on the apply thread.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "gms/message.h"
#include "kvstore/digest_history.h"
#include "kvstore/outcome.h"
#include "kvstore/read_view.h"
#include "kvstore/state_machine.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// In: what is to be done.
struct TakeState {
  gms::Origin request;
};
struct InstallState {
  gms::Sequence sequence;
  gms::Payload state;
};
using ApplyWork = std::variant<gms::Delivery, TakeState, InstallState>;

// Out: what was done, beside BatchApplied.
struct StateTaken {
  gms::Origin request;
  std::optional<gms::Payload> state;  // nothing: it is too large to be sent in one message
};
struct StateInstalled {
  gms::Sequence sequence;
  Revision revision;
};
// What the storage holds at start.
struct StateFound {
  StateDigest digest;
  std::vector<gms::Origin> origins;  // highest applied of each directory
};
// The replica cannot go on.
struct ApplyFailed {
  bool disk = false;  // the disk or the database failed, as opposed to what was to be applied
  std::string why;
};
using ApplyResultItem = std::variant<BatchApplied, StateTaken, StateInstalled, ApplyFailed>;

constexpr std::size_t kApplyBatchMax = 256;
constexpr std::size_t kApplyBatchBytesMax = 8u << 20;

class ApplyThread {
 public:
  using Done = std::function<void(ApplyResultItem)>;
  // The storage must outlive this.
  ApplyThread(Storage& storage, Done done);
  ~ApplyThread();

  // Reads the state now, on the caller's thread, for who must know it before anything is applied;
  // otherwise start() leaves it to the apply thread. Call before start().
  std::variant<StateFound, StorageFailed> load();
  void start();
  // Finishes the batch at hand and ends the thread; `done` is not called any more afterwards.
  void stop();
  // After stop(): what was applied outlives the process when this returns; otherwise why not.
  std::optional<StorageFailed> flush();
  void put(std::vector<ApplyWork> work);

  // The newest applied state. Thread: any.
  SharedReadView read_view() const;
  const DigestHistory& digests() const { return digests_; }

 private:
  void run();
  // Blocks until there is work; empty when it is time to end. Deliveries come several at once.
  std::vector<ApplyWork> wait_for_work();
  void apply(const std::vector<ApplyWork>& work);
  void take_state(const TakeState& work);
  void install_state(const InstallState& work);
  void show_state();
  void fail(bool disk, std::string why);

  Storage& storage_;
  const Done done_;
  DigestHistory digests_;
  std::optional<StateMachine> machine_;  // another one after a state was installed
  bool failed_ = false;

  mutable std::mutex view_mutex_;
  SharedReadView view_;

  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<ApplyWork> work_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace groupy::kvstore
