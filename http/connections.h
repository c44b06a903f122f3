// The open connections: how many there are in all, and for each HTTP thread which ones.
//
// One sweep a thread looks after everybody's deadline, instead of a timer for each request.
// Thread: ConnectionCount any; Connections its HTTP thread.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <unordered_set>

namespace groupy::http {

using Clock = std::chrono::steady_clock;

// How many connections all threads have together.
class ConnectionCount {
 public:
  explicit ConnectionCount(std::size_t max) : max_(max) {}

  // False if there are too many already.
  [[nodiscard]] bool enter();
  void leave();
  // Waits until there is none, until `deadline`; false if there still is one.
  bool wait_until_none(Clock::time_point deadline);

 private:
  const std::size_t max_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t open_ = 0;
};

// A connection as the sweep sees it.
class OpenConnection {
 public:
  OpenConnection() = default;
  OpenConnection(const OpenConnection&) = delete;
  OpenConnection& operator=(const OpenConnection&) = delete;
  virtual ~OpenConnection() = default;

  virtual Clock::time_point deadline() const = 0;
  // The deadline has passed: end what is waited for. Called at each sweep until there is a new one.
  virtual void on_late() = 0;
  // No further request: end the wait for one, if that is what goes on.
  virtual void on_stop() = 0;
};

class Connections {
 public:
  void add(OpenConnection& connection) { open_.insert(&connection); }
  void remove(OpenConnection& connection) { open_.erase(&connection); }

  void sweep(Clock::time_point now);
  void stop();
  bool is_stopping() const { return is_stopping_; }

 private:
  std::unordered_set<OpenConnection*> open_;
  bool is_stopping_ = false;
};

}  // namespace groupy::http
