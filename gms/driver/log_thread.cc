#include "gms/driver/log_thread.h"

#include <iterator>
#include <utility>

namespace groupy::gms {

void LogResults::put(LogResult result) {
  {
    const std::lock_guard lock(mutex_);
    if (!results_.empty() && std::holds_alternative<Persisted>(results_.back()) &&
        std::holds_alternative<Persisted>(result)) {
      results_.back() = std::move(result);
      return;
    }
    results_.push_back(std::move(result));
    if (results_.size() > 1) return;
  }
  wake_();
}

std::vector<LogResult> LogResults::take_all() {
  const std::lock_guard lock(mutex_);
  return std::exchange(results_, {});
}

LogThread::LogThread(std::unique_ptr<MemberDisk> disk, const LogWriterOptions& options,
                     std::function<void()> wake)
    : results_(std::move(wake)),
      writer_(std::move(disk), options,
              [this](LogResult result) { results_.put(std::move(result)); }),
      started_(std::chrono::steady_clock::now()) {}

LogThread::~LogThread() {
  stop();
}

void LogThread::start() {
  writer_.disk().preparer().start();
  thread_ = std::thread([this] { run(); });
}

void LogThread::put(std::vector<LogWork> work) {
  if (work.empty()) return;
  bool was_empty = false;
  {
    const std::lock_guard lock(mutex_);
    if (is_over_) return;
    was_empty = queue_.empty();
    queue_.insert(queue_.end(), std::make_move_iterator(work.begin()),
                  std::make_move_iterator(work.end()));
  }
  if (was_empty) changed_.notify_one();
}

void LogThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
  writer_.disk().preparer().stop();
}

void LogThread::run() {
  while (!writer_.has_failed()) {
    auto group = next_group();
    if (!group) break;
    writer_.carry_out(std::move(*group));
    if (writer_.has_reads()) writer_.serve_read();
    writer_.do_chores(now(), is_idle());
  }
  writer_.stop();
  const std::lock_guard lock(mutex_);
  is_over_ = true;
  queue_.clear();
}

std::optional<std::vector<LogWork>> LogThread::next_group() {
  std::unique_lock lock(mutex_);
  if (!writer_.has_reads()) {
    changed_.wait_until(lock, started_ + writer_.next_chores(),
                        [this] { return is_ending_ || !queue_.empty(); });
  }
  if (is_ending_ && queue_.empty()) return std::nullopt;
  return std::exchange(queue_, {});
}

bool LogThread::is_idle() {
  const std::lock_guard lock(mutex_);
  return queue_.empty();
}

Time LogThread::now() const {
  return std::chrono::duration_cast<Time>(std::chrono::steady_clock::now() - started_);
}

}  // namespace groupy::gms
