// One replica as a process: its boxes put together, started, and stopped in order.
//
// It serves until a signal, or a member that cannot go on, says stop; then it hands over the lead,
// finishes what is under way, and has everything on disk. What cannot go on safely ends at once,
// without destructors. Thread: the main thread, but for what comes from the group thread.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <memory>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/serve_options.h"
#include "cli/signals.h"
#include "gms/driver/driver.h"
#include "gms/driver/member_disk.h"
#include "http/server.h"
#include "kvstore/service.h"

namespace groupy::cli {

// Why a replica does not start, and how its process ends then.
struct StartFailure {
  ExitCode code = ExitCode::error;
  std::string why;
};

// A disk that fails is told apart from a directory that is another's or may not be used.
StartFailure start_failure_of(const gms::log::IoError& error);

class ReplicaProcess {
 public:
  // `folder` is removed when the process ends without destructors; empty: there is none.
  ReplicaProcess(const ServeOptions& options, const gms::ViewMember& self, std::string folder,
                 Log& log, kvstore::Storage& storage);
  ~ReplicaProcess();

  // One of these, once: with a member in memory, or with one that goes on from its directory. Says
  // why that cannot be.
  [[nodiscard]] std::optional<StartFailure> prepare_in_memory();
  [[nodiscard]] std::optional<StartFailure> prepare(std::unique_ptr<gms::MemberDisk> disk);

  // Serves; the exit code.
  ExitCode run(HeldSignals& signals);

 private:
  void tell_condition(const gms::Recovered& recovered);
  std::optional<std::string> refusal_to_found();
  http::ServerOptions server_options();
  void hand_over_lead();
  void stop();
  void on_stopped(const kvstore::Stopped& stopped);
  [[noreturn]] void end_at_once(const kvstore::Stopped& stopped);
  [[noreturn]] void end_at_once(ExitCode code);
  gms::LogLine log_line();

  const ServeOptions& options_;
  const gms::ViewMember self_;
  const std::string folder_;
  Log& log_;
  std::atomic<ExitCode> exit_code_ = ExitCode::ok;
  boost::asio::io_context group_io_{1};
  kvstore::Service service_;
  std::unique_ptr<gms::Driver> driver_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace groupy::cli
