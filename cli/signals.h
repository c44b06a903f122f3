// Signals taken one by one instead of whenever they come.
//
// While an object lives, its signals wait until they are asked for, so that no handler runs in the
// middle of something. Thread: made on the main thread, before any other was started (they inherit
// it); wait() on one at a time.
#pragma once

#include <signal.h>

#include <chrono>
#include <initializer_list>
#include <optional>

namespace groupy::cli {

class HeldSignals {
 public:
  explicit HeldSignals(std::initializer_list<int> numbers);
  HeldSignals(const HeldSignals&) = delete;
  HeldSignals& operator=(const HeldSignals&) = delete;
  // Lets go; what came and was not asked for is dropped, as meant for what has ended.
  ~HeldSignals();

  // The next of the signals; nothing if none came within `limit`.
  std::optional<int> wait(std::chrono::milliseconds limit);

 private:
  sigset_t held_;
  sigset_t before_;
};

}  // namespace groupy::cli
