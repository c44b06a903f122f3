// The helper thread that makes the log's next segment while the log fills the current one.
//
// Writing zeros and syncing them takes as long as it takes; nobody waits for it here. What does not
// work, for want of space, is tried again with the next wake().
// Thread: wake() from any, also before start(); the rest from the one that owns this.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "gms/log/segment_preparer.h"

namespace groupy::gms {

class PreparerThread {
 public:
  // `files` must outlive this.
  explicit PreparerThread(log::Directory& files);
  ~PreparerThread();

  // Calls wake() whenever it has work.
  log::SegmentPreparer& preparer() { return preparer_; }
  const log::SegmentPreparer& preparer() const { return preparer_; }

  void start();
  void wake();
  // Finishes what it is at. Nothing is prepared any more afterwards, but on the spot.
  void stop();

 private:
  void run();
  // False when it is time to end.
  bool wait_until_woken();

  log::SegmentPreparer preparer_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_woken_ = false;
  bool is_ending_ = false;
  std::thread thread_;
};

}  // namespace groupy::gms
