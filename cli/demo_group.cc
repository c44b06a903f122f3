#include "cli/demo_group.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <deque>
#include <fstream>
#include <system_error>

#include "cli/address.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr char kHost[] = "127.0.0.1";
constexpr milliseconds kReadyLimit{30'000};
constexpr milliseconds kReadyCallLimit{1'000};
constexpr milliseconds kReadyPause{50};
constexpr milliseconds kStopLimit{5'000};
constexpr milliseconds kStopPause{100};
constexpr std::size_t kLogLines = 10;
constexpr std::streamoff kLogBytes = 8192;

Address http_address(const DemoPlan& plan, std::size_t number) {
  return {kHost, static_cast<std::uint16_t>(plan.http_base + number - 1)};
}

Address peer_address(const DemoPlan& plan, std::size_t number) {
  return {kHost, static_cast<std::uint16_t>(plan.http_base + kPeerPortDistance + number - 1)};
}

// 0, or the errno of listening there.
int try_to_listen(std::uint16_t port) {
  const int listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (listener < 0) return errno;
  const int yes = 1;
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  // As replicas do: connections of a former demo that are still fading away do not matter.
  const bool free =
      ::setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
      ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 &&
      ::listen(listener, 1) == 0;
  const int number = free ? 0 : errno;
  ::close(listener);
  return number;
}

bool is_ready(const CallResult& result) {
  const auto* answer = std::get_if<http::ClientAnswer>(&result);
  return answer != nullptr && answer->status == 200;
}

}  // namespace

Args replica_arguments(const DemoPlan& plan, std::size_t number) {
  std::string group;
  for (std::size_t i = 1; i <= plan.replicas; ++i) {
    group += (i == 1 ? "" : ",") + std::to_string(i) + "=" + peer_address(plan, i).to_string();
  }
  Args arguments = {"serve",
                    "--gms",
                    std::to_string(plan.generation),
                    "--id",
                    std::to_string(number),
                    "--http",
                    http_address(plan, number).to_string(),
                    "--peer",
                    peer_address(plan, number).to_string(),
                    "--group",
                    group};
  if (plan.generation == 3) {
    const std::string& data = plan.data.empty() ? plan.folder : plan.data;
    arguments.insert(arguments.end(), {"--data", data + "/replica-" + std::to_string(number)});
  }
  return arguments;
}

Environment replica_environment(const DemoPlan& plan) {
  Environment environment = plan.environment;
  std::erase_if(environment,
                [](const auto& variable) { return variable.first.starts_with("GROUPY_"); });
  // So that what a killed replica leaves behind goes together with the demo's folder.
  environment["TMPDIR"] = plan.folder;
  return environment;
}

std::string replica_endpoint(const DemoPlan& plan, std::size_t number) {
  return "http://" + http_address(plan, number).to_string();
}

std::vector<std::string> ports_not_free(const DemoPlan& plan) {
  std::vector<std::string> taken;
  for (std::size_t i = 1; i <= plan.replicas; ++i) {
    for (const Address& address : {http_address(plan, i), peer_address(plan, i)}) {
      const int number = try_to_listen(address.port);
      if (number == 0) continue;
      taken.push_back(address.to_string() + ": " + std::generic_category().message(number));
    }
  }
  return taken;
}

std::string last_lines(const std::string& path, std::size_t count) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  const std::streamoff size = file ? static_cast<std::streamoff>(file.tellg()) : 0;
  file.seekg(std::max<std::streamoff>(0, size - kLogBytes));
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(std::move(line));
    if (lines.size() > count) lines.pop_front();
  }
  std::string text;
  for (const std::string& line : lines) text += "\n  " + printable(line);
  return text;
}

bool DemoGroup::start_process(std::size_t number) {
  ChildCommand command;
  command.program = plan_.program;
  command.arguments = replica_arguments(plan_, number);
  command.environment = replica_environment(plan_);
  command.log_file = plan_.folder + "/replica-" + std::to_string(number) + ".log";
  auto process = ChildProcess::start(command);
  if (const auto* not_started = std::get_if<ChildProcess::NotStarted>(&process)) {
    failure_ = "replica " + std::to_string(number) + " cannot be started: " + not_started->why;
    return false;
  }
  replicas_.push_back({number, replica_endpoint(plan_, number), command.log_file,
                       std::move(std::get<ChildProcess>(process))});
  return true;
}

DemoGroup::Started DemoGroup::start() {
  for (std::size_t number = 1; number <= plan_.replicas; ++number) {
    if (!start_process(number)) return Started::failed;
    if (plan_.generation != 1) continue;
    const Started started = wait_until_ready(replicas_.back());
    if (started != Started::all_ready) return started;
  }
  for (Replica& replica : replicas_) {
    const Started started = wait_until_ready(replica);
    if (started != Started::all_ready) return started;
  }
  return Started::all_ready;
}

DemoGroup::Started DemoGroup::wait_until_ready(Replica& replica) {
  const auto deadline = Clock::now() + kReadyLimit;
  http::ClientRequest question;
  question.target = "/readyz";
  while (!is_ready(call_(replica.endpoint, question, kReadyCallLimit))) {
    const ChildState state = replica.process.state();
    if (state.has_ended()) return fail(replica, "ended before it was ready: " + state.to_string());
    if (Clock::now() >= deadline) return fail(replica, "was not ready in time");
    const std::optional<int> signal = signals_.wait(kReadyPause);
    if (signal && *signal != SIGCHLD) return Started::interrupted;
  }
  return Started::all_ready;
}

DemoGroup::Started DemoGroup::fail(const Replica& replica, const std::string& why) {
  const std::string log = last_lines(replica.log_file, kLogLines);
  failure_ = "replica " + std::to_string(replica.number) + " " + why +
             (log.empty() ? "; its log is empty" : "; the end of its log:" + log);
  return Started::failed;
}

std::vector<std::string> DemoGroup::news() {
  std::vector<std::string> lines;
  for (Replica& replica : replicas_) {
    const ChildState state = replica.process.state();
    if (replica.end_told || !state.has_ended()) continue;
    replica.end_told = true;
    std::string line =
        "replica " + std::to_string(replica.number) + " has ended: " + state.to_string();
    const bool failed = state.kind == ChildState::Kind::exited && state.number != 0;
    if (failed) line += last_lines(replica.log_file, kLogLines);
    lines.push_back(std::move(line));
  }
  return lines;
}

bool DemoGroup::has_living() {
  return std::ranges::any_of(replicas_,
                             [](Replica& replica) { return !replica.process.state().has_ended(); });
}

void DemoGroup::stop() {
  for (Replica& replica : replicas_) {
    replica.process.signal(SIGTERM);
    replica.process.signal(SIGCONT);  // a stopped one could not obey
  }
  const auto deadline = Clock::now() + kStopLimit;
  while (has_living() && Clock::now() < deadline) {
    const std::optional<int> signal = signals_.wait(kStopPause);
    if (signal && *signal != SIGCHLD) break;
  }
  for (Replica& replica : replicas_) replica.process.kill();
}

}  // namespace groupy::cli
