// The thread that owns a member's disk, so that the group thread never waits for one.
//
// Work comes in the order of its tickets and is done in that order; what queues up while a sync
// runs is the next group, with one sync for all of it. The queue takes what it is given: what can
// be in it is bounded by the bytes that a member lets be under way and by one read for each reader.
// Results wait here to be taken, with one ticket for many; `wake` is called when the first comes.
// Thread: put() and take_results() from any, the rest from the group's.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "gms/driver/log_writer.h"

namespace groupy::gms {

// Hands results over, and wakes the other side only when it may be asleep. Thread: any.
class LogResults {
 public:
  explicit LogResults(std::function<void()> wake) : wake_(std::move(wake)) {}
  void put(LogResult result);
  std::vector<LogResult> take_all();

 private:
  const std::function<void()> wake_;
  std::mutex mutex_;
  std::vector<LogResult> results_;
};

class LogThread {
 public:
  // `disk` has been recovered. `wake` is called on the log thread and must only hand over.
  LogThread(std::unique_ptr<MemberDisk> disk, const LogWriterOptions& options,
            std::function<void()> wake);
  ~LogThread();

  void start();
  // Best what one turn brought, at once. After a failure, nothing is taken any more.
  void put(std::vector<LogWork> work);
  std::vector<LogResult> take_results() { return results_.take_all(); }
  // Everything that was put is on disk, a mark behind it, and all is closed when this returns; or
  // it failed, and the last of the results says so.
  void stop();

 private:
  void run();
  // Blocks until there is something to do; an empty group means chores or a read. Nothing: it is
  // time to end.
  std::optional<std::vector<LogWork>> next_group();
  bool is_idle();
  Time now() const;

  LogResults results_;
  LogWriter writer_;
  const std::chrono::steady_clock::time_point started_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<LogWork> queue_;
  bool is_ending_ = false;
  bool is_over_ = false;  // nobody takes from the queue any more
  std::thread thread_;
};

}  // namespace groupy::gms
