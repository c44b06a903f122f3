// Writers that go on whatever happens to the replicas, and the history of what they were told.
//
// Thread: one at a time; the writers are threads of their own.
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
#include "tests/system/steady_writer.h"

namespace groupy::system_tests {

// While something is done to a replica, by now_ns().
struct Moment {
  std::uint64_t from_ns = 0;
  std::uint64_t to_ns = 0;
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
  // Adds what others have recorded of the same store; also while the writers run.
  void add(const cli::History& history);

  // Something is done to the replicas now.
  void note_fault(const std::string& what);

  // Once it is stopped.
  const cli::History& history() const { return recorded_.operations; }
  const cli::RecordedHistory& recorded() const { return recorded_; }
  // What this replica had in its hands then and never answered.
  std::vector<Unanswered> unanswered_by(unsigned node, Moment when) const;

 private:
  void write_until_stopped(unsigned writer);

  const Cluster& cluster_;
  const RecorderOptions options_;
  std::vector<std::thread> writers_;
  std::atomic<bool> is_stopping_ = false;
  std::atomic<std::size_t> acknowledged_ = 0;
  std::size_t starts_ = 0;

  std::mutex mutex_;  // guards what follows while writers run
  cli::RecordedHistory recorded_;
  std::vector<Unanswered> unanswered_;
  std::optional<Failed> failed_;
};

// Writes a history as a file.
void save_history(const cli::RecordedHistory& recorded, const std::string& path);

// How often what is easily done twice, or not at all, is in a history.
struct Variety {
  std::size_t raises = 0;    // of a value that had to be the one that was read
  std::size_t refusals = 0;  // of such raises, since it was another one by then
  std::size_t deletions = 0;
};
Variety variety_of(const cli::History& history);

// The longest time without an acknowledged write, in all or between two moments (now_ns()).
std::chrono::nanoseconds longest_gap(const cli::History& history);
std::chrono::nanoseconds longest_gap(const cli::History& history, std::uint64_t from_ns,
                                     std::uint64_t to_ns);

}  // namespace groupy::system_tests
