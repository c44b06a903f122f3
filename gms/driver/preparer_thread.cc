#include "gms/driver/preparer_thread.h"

#include <utility>

namespace groupy::gms {

PreparerThread::PreparerThread(log::Directory& files) : preparer_(files, [this] { wake(); }) {}

PreparerThread::~PreparerThread() {
  stop();
}

void PreparerThread::start() {
  thread_ = std::thread([this] { run(); });
}

void PreparerThread::wake() {
  {
    const std::lock_guard lock(mutex_);
    is_woken_ = true;
  }
  changed_.notify_one();
}

void PreparerThread::stop() {
  {
    const std::lock_guard lock(mutex_);
    is_ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void PreparerThread::run() {
  while (wait_until_woken()) {
    while (preparer_.prepare()) {
    }
  }
}

bool PreparerThread::wait_until_woken() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return is_woken_ || is_ending_; });
  is_woken_ = false;
  return !is_ending_;
}

}  // namespace groupy::gms
