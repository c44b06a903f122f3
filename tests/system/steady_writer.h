// One writer that goes on whatever happens to the replicas.
//
// It puts and deletes keys of its own and now and then raises a counter that all share, by
// If-Match. It sticks to one replica, and goes to the next one when that does not answer. Seven
// writers of eight give their writes a name (Idempotency-Key): what one replica left unanswered
// they repeat at the next ones until it is answered, and each attempt is an operation of the
// history. Thread: one at a time.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/history.h"
#include "tests/system/cluster.h"
#include "tests/system/recording_client.h"

namespace groupy::system_tests {

struct RecorderOptions {
  unsigned writers = 16;
  unsigned counters = 4;
  std::vector<unsigned> nodes{1, 2, 3};
  std::chrono::milliseconds limit{5000};  // of one request, at the server
  std::chrono::milliseconds pause{0};     // after each turn of a writer
  bool only_puts = false;                 // of new keys, without names
};

// An attempt that a replica left unanswered.
struct Unanswered {
  unsigned node = 0;
  cli::HistoryOperation write;
  std::uint64_t given_up_ns = 0;        // from here on its client knew that no answer comes
  std::optional<unsigned> answered_by;  // the replica that answered a repeat of it
};

class SteadyWriter {
 public:
  // `number`: of the writers; `name` is unique among all clients of a history.
  SteadyWriter(const Cluster& cluster, const RecorderOptions& options, unsigned number,
               std::string name);

  // Whether a write was acknowledged.
  bool take_turn();

  cli::History take_history();
  const std::vector<Unanswered>& unanswered() const { return unanswered_; }

 private:
  bool act();
  bool write();
  bool raise();
  bool send(const cli::HistoryOperation& wish);
  std::string key_of(unsigned turn) const;
  std::string value() const;
  unsigned node() const;
  void connect();
  void move_on();
  void forget_refused(std::size_t before);
  void keep();

  const Cluster& cluster_;
  const RecorderOptions& options_;
  const bool names_writes_;
  unsigned at_;
  const std::string name_;
  std::optional<RecordingClient> client_;
  std::size_t kept_ = 0;  // of the client's history, in history_
  cli::History history_;
  std::vector<Unanswered> unanswered_;
  std::optional<cli::HistoryOperation> to_repeat_;
  std::size_t attempts_ = 0;  // of to_repeat_: how many of the last in unanswered_
  unsigned turn_ = 0;
  unsigned refusals_ = 0;
};

}  // namespace groupy::system_tests
