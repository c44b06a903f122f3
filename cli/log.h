// What a replica tells people, on stderr: one line each, as text or as JSON.
//
// Lines go into a bounded ring and are written by a thread of the log's own, so that a slow
// terminal or a full disk never holds up the group. When the ring is full the oldest lines are
// dropped, and counted; the count is the last line. Thread: line() from any.
#pragma once

#include <memory>
#include <string>

#include "cli/serve_options.h"
#include "gms/log_line.h"

namespace groupy::cli {

class Log {
 public:
  Log(gms::NodeId node, LogFormat format);
  ~Log();  // writes what is left
  Log(const Log&) = delete;
  Log& operator=(const Log&) = delete;

  void line(gms::LogLevel level, const std::string& text);
  // The last line before the process ends without destructors: returns when it is written, and all
  // before it unless that takes longer than a second.
  void last_line(gms::LogLevel level, const std::string& text);

 private:
  struct Writer;
  std::string rendered(const std::string& text) const;

  std::unique_ptr<Writer> writer_;
};

}  // namespace groupy::cli
