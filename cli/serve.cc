#include "cli/serve.h"

#include <signal.h>
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "cli/exit_code.h"
#include "cli/log.h"
#include "cli/signals.h"
#include "cli/temporary_folder.h"
#include "gms/driver/driver.h"
#include "gms/driver/random_ids.h"
#include "gms/gms1/member.h"
#include "gms/net/running_group.h"
#include "http/server.h"
#include "kvstore/rocksdb_storage.h"
#include "kvstore/service.h"

namespace groupy::cli {

namespace {

// The database, the links and a few clients; with less, nothing that fails would be told apart.
constexpr rlim_t kDescriptorsMin = 64;
// How long a stopping replica lets requests under way come to their answers.
constexpr std::chrono::milliseconds kStopLimit{5000};
// How long it may take to notice that a second signal is not waited for any more.
constexpr std::chrono::milliseconds kSignalSlice{20};

gms::ViewMember self_of(const ServeOptions& options) {
  gms::ViewMember self;
  self.id = options.id;
  self.directory = gms::draw_directory_id();
  self.peer_address = options.addresses.advertised_peer.to_string();
  self.http_address = options.addresses.advertised_http.to_string();
  return self;
}

// The founder of the list leads from the start; all others join through it, or through the member
// that --join names.
gms::DriverOptions driver_options(const ServeOptions& options) {
  gms::DriverOptions driver;
  driver.self = self_of(options);
  driver.listen_address = options.addresses.peer.to_string();
  driver.generation = options.generation;
  if (const auto* founders = std::get_if<Founders>(&options.entry.by)) {
    if (founders->front().id == options.id) {
      driver.group = gms::draw_group_id();
    } else {
      driver.contact = founders->front().peer.to_string();
    }
  } else {
    driver.contact = std::get<Address>(options.entry.by).to_string();
    driver.join_timeout = options.entry.limit;
  }
  return driver;
}

// Whom the first founder asks before it founds: nobody if this replica is to join.
std::vector<std::string> other_founders(const ServeOptions& options) {
  std::vector<std::string> others;
  const auto* founders = std::get_if<Founders>(&options.entry.by);
  if (founders == nullptr || founders->front().id != options.id) return others;
  for (const Founder& founder : *founders) {
    if (founder.id != options.id) others.push_back(founder.peer.to_string());
  }
  return others;
}

std::unique_ptr<gms::Member> member_of(const gms::DriverOptions& options) {
  gms1::MemberOptions member;
  member.self = options.self;
  member.founds = options.contact.empty();
  member.group = options.group;
  return std::make_unique<gms1::Member>(std::move(member));
}

kvstore::ServiceOptions service_options(const gms::DriverOptions& driver) {
  kvstore::ServiceOptions service;
  service.node = driver.self.id;
  service.generation = driver.generation;
  service.replica.directory = driver.self.directory;
  return service;
}

ExitCode exit_code_of(kvstore::Stopped::Reason reason) {
  switch (reason) {
    case kvstore::Stopped::Reason::join_failed:
      return ExitCode::unavailable;
    case kvstore::Stopped::Reason::dismissed:
      return ExitCode::error;
    case kvstore::Stopped::Reason::disk_failed:
      return ExitCode::disk_failed;
    case kvstore::Stopped::Reason::cannot_apply:
      return ExitCode::error;
  }
  return ExitCode::error;
}

// Each connection takes a descriptor, and the usual soft limit of 1,024 is there for programs that
// still use select(). Where it cannot be raised, fewer clients are served at once. Gives the limit.
rlim_t raise_descriptor_limit() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return RLIM_INFINITY;
  const rlim_t before = limit.rlim_cur;
  limit.rlim_cur = limit.rlim_max;
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 ? limit.rlim_max : before;
}

// The boxes of one replica, in the order in which they need each other.
class Replica {
 public:
  // `folder` is removed when the process ends without destructors.
  Replica(const ServeOptions& options, const std::string& folder, Log& log,
          kvstore::Storage& storage)
      : options_(options),
        folder_(folder),
        log_(log),
        driver_options_(driver_options(options)),
        service_(service_options(driver_options_), storage,
                 [this](const kvstore::Stopped& stopped) { on_stopped(stopped); }),
        driver_(group_io_, driver_options_, member_of(driver_options_), service_,
                [this](gms::LogLevel level, const std::string& line) { log_.line(level, line); }) {}

  // Serves until a signal, or a join that failed, says stop; the exit code.
  ExitCode run(HeldSignals& signals) {
    // Before it listens: nobody is to be taken in while it is open whether there is a group.
    if (const auto error = refusal_to_found()) return refuse(*error);
    if (const auto error = driver_.listen()) return refuse(*error);
    service_.start(driver_);
    auto server = http::Server::start(server_options(), service_);
    if (const auto* error = std::get_if<std::string>(&server)) {
      service_.end();
      return refuse(*error);
    }
    server_ = std::move(std::get<std::unique_ptr<http::Server>>(server));
    log_.line(gms::LogLevel::info, "serves http://" + options_.addresses.http.to_string() +
                                       ", peers at " + options_.addresses.peer.to_string() +
                                       ", gms" + std::to_string(options_.generation));
    std::thread group_thread([this] {
      driver_.start();
      group_io_.run();
    });
    while (!signals.wait(std::chrono::hours(1))) {
    }
    const std::jthread impatience([this, &signals](const std::stop_token& all_done) {
      end_at_second_signal(signals, all_done);
    });
    log_.line(gms::LogLevel::info, "stops: finishes what is under way");
    const bool all_answered = server_->stop(kStopLimit);
    if (!all_answered) {
      log_.line(gms::LogLevel::warning, "some requests were cut off: their outcome is unknown");
    }
    driver_.post([this] {
      driver_.stop();
      group_io_.stop();
    });
    group_thread.join();
    service_.end();
    return exit_code_;
  }

 private:
  // Why no group may be founded: one runs already. In generation 1 a process that was started again
  // knows nothing of the group it was in.
  std::optional<std::string> refusal_to_found() {
    gms::wire::Hello hello;
    hello.generation = static_cast<std::uint32_t>(options_.generation);
    hello.self = driver_options_.self;
    const auto running = gms::net::find_running_group(group_io_, other_founders(options_), hello);
    if (!running) return std::nullopt;
    return "founds no second group beside the one of " + running->address + " (" + running->why +
           "): a restarted replica is a new member, start it with --join " + running->address +
           "; if it was the leader, that group is over, end the others first";
  }

  http::ServerOptions server_options() {
    http::ServerOptions server;
    server.address = options_.addresses.http.to_string();
    server.allowed_hosts = options_.allowed_hosts;
    return server;
  }

  static ExitCode refuse(const std::string& error) {
    std::cerr << "groupy: " << error << '\n';
    return ExitCode::error;
  }

  // On the group thread.
  void on_stopped(const kvstore::Stopped& stopped) {
    if (stopped.reason != kvstore::Stopped::Reason::join_failed) end_at_once(stopped);
    log_.line(gms::LogLevel::error, stopped.why);
    exit_code_ = exit_code_of(stopped.reason);
    ::kill(::getpid(), SIGTERM);  // the main thread waits for a signal and stops as for any other
  }

  // A thread waits for it, as a handler could not remove the folder. Once all is done, what is left
  // takes no time, and the signal is dropped.
  void end_at_second_signal(HeldSignals& signals, const std::stop_token& all_done) {
    while (!all_done.stop_requested()) {
      if (signals.wait(kSignalSlice)) end_at_once(exit_code_);
    }
  }

  // What cannot go on must not answer anything more.
  [[noreturn]] void end_at_once(const kvstore::Stopped& stopped) {
    log_.last_line(gms::LogLevel::error, stopped.why);
    end_at_once(exit_code_of(stopped.reason));
  }

  // No destructors, no draining. The database may make one more file while its folder goes.
  [[noreturn]] void end_at_once(ExitCode code) {
    constexpr int kAttempts = 10;
    std::error_code failed;  // after the last attempt nothing is left to be done about it
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      std::filesystem::remove_all(folder_, failed);
      if (!failed) break;
    }
    std::_Exit(static_cast<int>(code));
  }

  const ServeOptions& options_;
  const std::string& folder_;
  Log& log_;
  std::atomic<ExitCode> exit_code_ = ExitCode::ok;
  boost::asio::io_context group_io_{1};
  const gms::DriverOptions driver_options_;
  kvstore::Service service_;
  gms::Driver driver_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

int serve(const ServeOptions& options) {
  // Held before any thread starts, RocksDB's too: a signal meanwhile is heard when all is up.
  HeldSignals signals{SIGTERM, SIGINT, SIGHUP};
  const rlim_t descriptors = raise_descriptor_limit();
  if (descriptors < kDescriptorsMin) {
    std::cerr << "groupy: only " << descriptors << " open files are allowed (see ulimit -n), "
              << kDescriptorsMin << " are needed\n";
    return static_cast<int>(ExitCode::error);
  }
  std::signal(SIGPIPE, SIG_IGN);  // a peer that is gone is an error code, not the end
  const char* parent = std::getenv("TMPDIR");
  const TemporaryFolder folder("groupy-replica", parent == nullptr ? "" : parent);
  if (folder.path().empty()) {
    std::cerr << "groupy: cannot make a folder like " << folder.tried() << '\n';
    return static_cast<int>(ExitCode::error);
  }
  auto storage = kvstore::RocksDbStorage::open(folder.path() + "/db");
  if (const auto* error = std::get_if<std::string>(&storage)) {
    std::cerr << "groupy: " << *error << '\n';
    return static_cast<int>(ExitCode::error);
  }
  Log log(options.id, options.log_format);
  Replica replica(options, folder.path(), log,
                  *std::get<std::unique_ptr<kvstore::RocksDbStorage>>(storage));
  return static_cast<int>(replica.run(signals));
}

}  // namespace groupy::cli
