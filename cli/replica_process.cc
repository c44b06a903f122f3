#include "cli/replica_process.h"

#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <iostream>
#include <stop_token>
#include <thread>
#include <utility>
#include <vector>

#include "cli/serve_members.h"
#include "gms/net/running_group.h"
#include "gms/wire/record_format.h"
#include "kvstore/storage_failure.h"

namespace groupy::cli {

namespace {

// How long a stopping replica lets requests under way come to their answers.
constexpr std::chrono::milliseconds kStopLimit{5000};
// How long it may take to notice that a second signal is not waited for any more.
constexpr std::chrono::milliseconds kSignalSlice{20};
// How long a leader that stops waits until another one leads.
constexpr std::chrono::milliseconds kHandoverLimit{1000};
constexpr std::chrono::milliseconds kHandoverSlice{2};

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

kvstore::ServiceOptions service_options(const ServeOptions& options, const gms::ViewMember& self) {
  kvstore::ServiceOptions service;
  service.node = self.id;
  service.generation = options.generation;
  service.replica.directory = self.directory;
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

ExitCode refuse(const std::string& error) {
  std::cerr << "groupy: " << error << '\n';
  return ExitCode::error;
}

}  // namespace

StartFailure start_failure_of(const gms::log::IoError& error) {
  using gms::log::IoCode;
  const bool is_disk = error.code == IoCode::failed || error.code == IoCode::unreadable ||
                       error.code == IoCode::no_space;
  return {is_disk ? ExitCode::disk_failed : ExitCode::error, error.what};
}

ReplicaProcess::ReplicaProcess(const ServeOptions& options, const gms::ViewMember& self,
                               std::string folder, Log& log, kvstore::Storage& storage)
    : options_(options),
      self_(self),
      folder_(std::move(folder)),
      log_(log),
      service_(service_options(options, self), storage,
               [this](const kvstore::Stopped& stopped) { on_stopped(stopped); }) {
  kvstore::set_last_words([this](const kvstore::StorageFailed& failure) {
    end_at_once({kvstore::Stopped::Reason::disk_failed, failure.what});
  });
}

ReplicaProcess::~ReplicaProcess() {
  server_.reset();  // its threads are the readers
  kvstore::set_last_words(nullptr);
}

gms::LogLine ReplicaProcess::log_line() {
  return [this](gms::LogLevel level, const std::string& line) { log_.line(level, line); };
}

std::optional<StartFailure> ReplicaProcess::prepare_in_memory() {
  // Before it listens: nobody is to be taken in while it is open whether there is a group.
  if (auto refusal = refusal_to_found()) return StartFailure{ExitCode::error, *refusal};
  MemberParts parts = member_in_memory(options_, self_);
  driver_ = std::make_unique<gms::Driver>(group_io_, std::move(parts.driver),
                                          std::move(parts.member), service_, log_line());
  return std::nullopt;
}

// What is wrong with the data directory.
void ReplicaProcess::tell_condition(const gms::Recovered& recovered) {
  const auto warn = [this](const std::string& line) { log_.line(gms::LogLevel::warning, line); };
  if (recovered.has_loss && options_.accepts_tail_loss) {
    warn("the end of the log may be missing, which --accept-tail-loss accepts");
  } else if (recovered.has_loss) {
    warn(
        "the end of the log may be missing: no votes until a leader's log is here again, or all "
        "others have said how far theirs come");
  }
  if (recovered.base.sequence < recovered.applied) {
    warn("only a log that comes as far as record " + std::to_string(recovered.applied.value()) +
         ", which the store has applied, is followed");
  }
  if (!recovered.damages.empty()) {
    warn("the log has " + std::to_string(recovered.damages.size()) +
         " damaged places, the first at sequence " +
         std::to_string(recovered.damages.front().first.value()) +
         ": asks the other replicas for what stood there");
  }
  if (recovered.has_amnesia) {
    log_.line(gms::LogLevel::error,
              "what this member promised cannot be read: it follows, and neither votes nor counts");
  }
}

std::optional<StartFailure> ReplicaProcess::prepare(std::unique_ptr<gms::MemberDisk> disk) {
  auto loaded = service_.load();
  if (const auto* error = std::get_if<std::string>(&loaded)) {
    return StartFailure{ExitCode::disk_failed, *error};
  }
  auto recovered = disk->recover(std::get<gms::AppliedState>(loaded), gms::wire::WireRecordFormat(),
                                 options_.accepts_tail_loss);
  if (!recovered.ok()) return start_failure_of(recovered.error());
  if (options_.accepts_tail_loss && recovered->base.sequence < recovered->applied) {
    return StartFailure{ExitCode::error,
                        "the store has applied record " +
                            std::to_string(recovered->applied.value()) +
                            " and the log ends before it, which --accept-tail-loss cannot mend: "
                            "start without it, so that another replica's log is followed"};
  }
  tell_condition(*recovered);
  MemberParts parts = durable_member(options_, self_, std::move(*recovered));
  driver_ =
      std::make_unique<gms::Driver>(group_io_, std::move(parts.driver), std::move(parts.member),
                                    service_, log_line(), std::move(disk));
  return std::nullopt;
}

// Why no group may be founded: one runs already. In generation 1 a process that was started again
// knows nothing of the group it was in.
std::optional<std::string> ReplicaProcess::refusal_to_found() {
  gms::wire::Hello hello;
  hello.generation = static_cast<std::uint32_t>(options_.generation);
  hello.self = self_;
  const auto running = gms::net::find_running_group(group_io_, other_founders(options_), hello);
  if (!running) return std::nullopt;
  return "founds no second group beside the one of " + running->address + " (" + running->why +
         "): a restarted replica is a new member, start it with --join " + running->address +
         "; if it was the leader, that group is over, end the others first";
}

http::ServerOptions ReplicaProcess::server_options() {
  http::ServerOptions server;
  server.address = options_.addresses.http.to_string();
  server.allowed_hosts = options_.allowed_hosts;
  return server;
}

ExitCode ReplicaProcess::run(HeldSignals& signals) {
  if (const auto error = driver_->listen()) return refuse(*error);
  service_.start(*driver_);
  auto server = http::Server::start(server_options(), service_);
  if (const auto* error = std::get_if<std::string>(&server)) {
    service_.end();
    return refuse(*error);
  }
  server_ = std::move(std::get<std::unique_ptr<http::Server>>(server));
  log_.line(gms::LogLevel::info, "serves http://" + options_.addresses.http.to_string() +
                                     ", peers at " + options_.addresses.peer.to_string() + ", gms" +
                                     std::to_string(options_.generation));
  std::thread group_thread([this] {
    driver_->start();
    group_io_.run();
  });
  while (!signals.wait(std::chrono::hours(1))) {
  }
  // A thread waits for the second one, as a handler could not remove the folder. Once all is done,
  // what is left takes no time, and the signal is dropped.
  const std::jthread impatience([this, &signals](const std::stop_token& all_done) {
    while (!all_done.stop_requested()) {
      if (signals.wait(kSignalSlice)) end_at_once(exit_code_);
    }
  });
  stop();
  group_thread.join();
  service_.end();
  if (options_.generation == 3) {
    if (const auto failure = service_.flush()) {
      log_.line(gms::LogLevel::error, *failure);
      return ExitCode::disk_failed;
    }
  }
  return exit_code_;
}

void ReplicaProcess::stop() {
  log_.line(gms::LogLevel::info, "stops: finishes what is under way");
  hand_over_lead();
  const bool all_answered = server_->stop(kStopLimit);
  if (!all_answered) {
    log_.line(gms::LogLevel::warning, "some requests were cut off: their outcome is unknown");
  }
  driver_->post([this] {
    driver_->stop();
    group_io_.stop();
  });
}

// So that nobody has to find out that this leader is gone. Members that do not lead have nothing to
// hand over.
void ReplicaProcess::hand_over_lead() {
  const auto ask = [this](auto question) {
    std::promise<bool> answer;
    driver_->post([&] { answer.set_value(question()); });
    return answer.get_future().get();
  };
  const bool has_started = ask([this] {
    const bool started = driver_->hand_over_lead(std::nullopt);
    driver_->end_turn();
    return started;
  });
  if (!has_started) return;
  const auto deadline = std::chrono::steady_clock::now() + kHandoverLimit;
  while (ask([this] { return driver_->status().is_leading; })) {
    if (std::chrono::steady_clock::now() >= deadline) return;
    std::this_thread::sleep_for(kHandoverSlice);
  }
}

// On the group thread.
void ReplicaProcess::on_stopped(const kvstore::Stopped& stopped) {
  if (stopped.reason != kvstore::Stopped::Reason::join_failed) end_at_once(stopped);
  log_.line(gms::LogLevel::error, stopped.why);
  exit_code_ = exit_code_of(stopped.reason);
  ::kill(::getpid(), SIGTERM);  // the main thread waits for a signal and stops as for any other
}

// What cannot go on must not answer anything more.
void ReplicaProcess::end_at_once(const kvstore::Stopped& stopped) {
  log_.last_line(gms::LogLevel::error, stopped.why);
  end_at_once(exit_code_of(stopped.reason));
}

// No destructors, no draining. The database may make one more file while its folder goes.
void ReplicaProcess::end_at_once(ExitCode code) {
  constexpr int kAttempts = 10;
  std::error_code failed;  // after the last attempt nothing is left to be done about it
  for (int attempt = 0; attempt < kAttempts && !folder_.empty(); ++attempt) {
    std::filesystem::remove_all(folder_, failed);
    if (!failed) break;
  }
  std::_Exit(static_cast<int>(code));
}

}  // namespace groupy::cli
