// The store as its front sees it: what HTTP, or any other face, may ask of a replica.
//
// Thread: every function may be called from any thread and returns at once. A `done` is called
// exactly once, on a thread of the store: hand over to your own there, and do not work.
#pragma once

#include <chrono>
#include <functional>
#include <variant>

#include "gms/view.h"
#include "kvstore/outcome.h"
#include "kvstore/read_view.h"

namespace groupy::kvstore {

// What a replica can tell of itself and its group; a copy.
struct StoreStatus {
  gms::NodeId node;
  int generation = 0;      // 1, 2 or 3: which gms orders the writes
  gms::SharedView view;    // null before the first was installed
  bool has_state = false;  // joined and caught up: may answer reads and writes
  gms::Sequence stable;
  StateDigest applied;
  GroupSettings settings;              // of that state; as usual while there is none
  std::size_t waiting_writes = 0;      // writes that wait for their delivery here
  std::size_t apply_queue_length = 0;  // deliveries handed over and not yet applied
};

using DigestAnswer = std::variant<StateDigest, NoDigest>;

class Store {
 public:
  Store() = default;
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;
  virtual ~Store() = default;

  // Orders the command (its views need to live only during the call) and answers when it was
  // applied here, or outcome_unknown after `limit`.
  using WriteDone = std::function<void(const Answer&)>;
  virtual void write(const Command& command, std::chrono::milliseconds limit, WriteDone done) = 0;

  // The newest applied state; null while has_state is false.
  virtual SharedReadView read_view() const = 0;

  // The state's digest after `sequence`: waits until that is applied, `limit` at most.
  using DigestDone = std::function<void(const DigestAnswer&)>;
  virtual void digest_at(gms::Sequence sequence, std::chrono::milliseconds limit,
                         DigestDone done) = 0;

  // Waits until a state with this revision or a later one can be read here, `limit` at most: its
  // digest.
  virtual void reach(Revision revision, std::chrono::milliseconds limit, DigestDone done) = 0;

  virtual StoreStatus status() const = 0;
};

}  // namespace groupy::kvstore
