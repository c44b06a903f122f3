// Writers that go on whatever happens to the replicas, and the history of what they were told.
//
// Each writes keys of its own and now and then raises a counter that all share, by If-Match. It
// sticks to one replica, and goes to the next one when that does not answer. Thread: one at a time;
// the writers are threads of their own.
#pragma once

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "cli/history.h"
#include "tests/system/cluster.h"

namespace groupy::system_tests {

struct RecorderOptions {
  unsigned writers = 16;
  unsigned counters = 4;
  std::vector<unsigned> nodes{1, 2, 3};
  std::chrono::milliseconds limit{5000};  // of one request, at the server
};

class Recorder {
 public:
  Recorder(const Cluster& cluster, RecorderOptions options);
  Recorder(const Recorder&) = delete;
  Recorder& operator=(const Recorder&) = delete;
  ~Recorder();

  void start();
  // Waits for what is under way. Failed if a writer saw an answer that no replica may give.
  void stop();
  bool is_running() const { return !writers_.empty(); }

  std::size_t acknowledged() const { return acknowledged_; }
  // Until so many more writes are acknowledged.
  void wait_for_acknowledged(std::size_t more, std::chrono::milliseconds limit = 120s);

  // Reads every key at each of these nodes, with nobody writing; Failed if one does not answer.
  void read_all_at(const std::vector<unsigned>& nodes);
  // Adds what others have recorded of the same store.
  void add(const cli::History& history);

  // Once it is stopped.
  const cli::History& history() const { return history_; }
  void save(const std::string& path) const;

 private:
  void write_until_stopped(unsigned writer);

  const Cluster& cluster_;
  const RecorderOptions options_;
  std::vector<std::thread> writers_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<std::size_t> acknowledged_ = 0;
  std::size_t starts_ = 0;

  std::mutex mutex_;  // guards what follows while writers run
  cli::History history_;
  std::optional<Failed> failed_;
};

// Writes a history as a file.
void save_history(const cli::History& history, const std::string& path);

// The longest time without an acknowledged write, in all or between two moments (now_ns()).
std::chrono::nanoseconds longest_gap(const cli::History& history);
std::chrono::nanoseconds longest_gap(const cli::History& history, std::uint64_t from_ns,
                                     std::uint64_t to_ns);

}  // namespace groupy::system_tests
