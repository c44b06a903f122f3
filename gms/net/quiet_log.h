// A log line a second at most, so that a stranger who knocks for hours does not fill the disk.
//
// What was left out is counted and told with the next line. Thread: one at a time.
#pragma once

#include <chrono>
#include <string>
#include <utility>

#include "gms/log_line.h"

namespace groupy::gms::net {

class QuietLog {
 public:
  explicit QuietLog(LogLine log) : log_(std::move(log)) {}

  void write(LogLevel level, std::string line) {
    const auto now = std::chrono::steady_clock::now();
    if (written_once_ && now - last_ < std::chrono::seconds(1)) {
      ++left_out_;
      return;
    }
    if (left_out_ > 0) line += " (and " + std::to_string(left_out_) + " more lines like it)";
    written_once_ = true;
    last_ = now;
    left_out_ = 0;
    log_(level, line);
  }

 private:
  LogLine log_;
  bool written_once_ = false;
  std::chrono::steady_clock::time_point last_;
  unsigned long left_out_ = 0;
};

}  // namespace groupy::gms::net
