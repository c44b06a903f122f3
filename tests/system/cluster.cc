#include "tests/system/cluster.h"

#include <stdlib.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/answer.h"

namespace groupy::system_tests {

namespace {

constexpr unsigned kFounders = 3;  // how many the founders' list names
constexpr auto kLookEvery = 20ms;

std::map<std::string, std::string> environment(const std::string& folder) {
  const char* path = ::getenv("PATH");
  return {{"PATH", path == nullptr ? "/usr/bin:/bin" : path}, {"TMPDIR", folder}};
}

}  // namespace

http::ClientRequest get(const std::string& target) {
  http::ClientRequest request;
  request.target = target;
  return request;
}

http::ClientRequest put(const std::string& key, const std::string& value,
                        const std::string& query) {
  http::ClientRequest request;
  request.method = "PUT";
  request.target = "/kv/" + key + query;
  request.body = value;
  return request;
}

Cluster::Cluster(std::string program, std::string folder)
    : program_(std::move(program)), folder_(std::move(folder)), host_(own_loopback_address()) {}

std::string Cluster::http_address(unsigned node) const {
  return host_ + ":" + std::to_string(8080 + node);
}

std::string Cluster::peer_address(unsigned node) const {
  return host_ + ":" + std::to_string(9080 + node);
}

std::string Cluster::log_file(unsigned node) const {
  return folder_ + "/replica-" + std::to_string(node) + ".log";
}

std::string Cluster::said_in_last_life(unsigned node) const {
  const auto before = said_before_.find(node);
  return read_file(log_file(node)).substr(before == said_before_.end() ? 0 : before->second);
}

std::string Cluster::data_directory(unsigned node) const {
  return folder_ + "/data/" + std::to_string(node);
}

std::string Cluster::group_of(unsigned founders) const {
  std::string group;
  for (unsigned node = 1; node <= founders; ++node) {
    group += (node == 1 ? "" : ",") + std::to_string(node) + "=" + peer_address(node);
  }
  return group;
}

void Cluster::start_durable(unsigned node, unsigned founders) {
  std::filesystem::create_directories(folder_ + "/data");
  start(node, {"serve", "--gms", "3", "--id", std::to_string(node), "--data", data_directory(node),
               "--http", http_address(node), "--peer", peer_address(node), "--group",
               group_of(founders), "--suspect-after", suspect_after_});
}

void Cluster::found_durable(unsigned founders) {
  for (unsigned node = 1; node <= founders; ++node) start_durable(node, founders);
  for (unsigned node = 1; node <= founders; ++node) wait_until_ready(node);
}

void Cluster::preload(const std::string& library, std::map<std::string, std::string> environment) {
  more_environment_ = std::move(environment);
  more_environment_["LD_PRELOAD"] = library;
}

void Cluster::forget_what_is_not_synced(const std::string& library,
                                        std::map<std::string, std::string> more) {
  std::filesystem::create_directories(folder_ + "/data");
  more["FORGETFUL_DIR"] = folder_ + "/data";
  preload(library, std::move(more));
}

void Cluster::pause(unsigned node) {
  process(node).signal(SIGSTOP);
  wait_until("replica " + std::to_string(node) + " does not stop",
             [&] { return process(node).state().kind == cli::ChildState::Kind::stopped; });
}

void Cluster::resume(unsigned node) {
  process(node).signal(SIGCONT);
}

std::optional<unsigned> Cluster::leader_seen_by(unsigned node) const {
  const auto result = call(node, get("/view"), 1s);
  const auto* answer = std::get_if<http::ClientAnswer>(&result);
  const auto view = answer == nullptr ? std::nullopt : cli::parse_object(answer->body);
  const auto leader = view ? cli::number_field(*view, "leader") : std::nullopt;
  if (!leader) return std::nullopt;
  return static_cast<unsigned>(*leader);
}

std::vector<std::string> Cluster::serve_arguments(unsigned node) const {
  return {
      "serve",  "--gms",           "1", "--id", std::to_string(node), "--http", http_address(node),
      "--peer", peer_address(node)};
}

void Cluster::start_founders(unsigned count) {
  for (unsigned node = 1; node <= count; ++node) {
    auto arguments = serve_arguments(node);
    arguments.insert(arguments.end(), {"--group", group_of(kFounders)});
    start(node, std::move(arguments));
    wait_until_ready(node);
  }
}

void Cluster::start_joiner(unsigned node, unsigned contact, std::vector<std::string> more) {
  auto arguments = serve_arguments(node);
  arguments.insert(arguments.end(), {"--join", peer_address(contact)});
  arguments.insert(arguments.end(), more.begin(), more.end());
  start(node, std::move(arguments));
}

void Cluster::start(unsigned node, std::vector<std::string> arguments) {
  processes_.erase(node);
  said_before_[node] = read_file(log_file(node)).size();
  processes_.emplace(node, start_program(arguments, log_file(node)));
}

cli::ChildProcess Cluster::start_program(const std::vector<std::string>& arguments,
                                         const std::string& log_file) const {
  cli::ChildCommand command;
  command.program = program_;
  command.arguments = arguments;
  command.environment = environment(folder_);
  command.environment.insert(more_environment_.begin(), more_environment_.end());
  command.log_file = log_file;
  auto started = cli::ChildProcess::start(command);
  if (const auto* error = std::get_if<cli::ChildProcess::NotStarted>(&started)) {
    throw Failed{error->why};
  }
  return std::move(std::get<cli::ChildProcess>(started));
}

std::pair<int, std::string> Cluster::run_program(const std::vector<std::string>& arguments) const {
  const std::string output = folder_ + "/output-of-" + arguments.front();
  std::filesystem::remove(output);
  auto process = start_program(arguments, output);
  const cli::ChildState state = process.wait(60s);
  if (state.kind != cli::ChildState::Kind::exited) {
    throw Failed{"groupy " + arguments.front() + " did not end by itself: " + state.to_string()};
  }
  return {state.number, read_file(output)};
}

bool Cluster::answers_well(unsigned node, const std::string& target) const {
  const auto answer = call(node, get(target), 1s);
  const auto* got = std::get_if<http::ClientAnswer>(&answer);
  return got != nullptr && got->status == 200;
}

bool Cluster::is_ready(unsigned node) const {
  return answers_well(node, "/readyz");
}

void Cluster::wait_until_well(unsigned node, const std::string& target, const std::string& what) {
  wait_until("replica " + std::to_string(node) + " is not " + what, [&] {
    const cli::ChildState state = process(node).state();
    if (state.has_ended()) {
      throw Failed{"replica " + std::to_string(node) + " ended: " + state.to_string() + "\n" +
                   said_in_last_life(node)};
    }
    return answers_well(node, target);
  });
}

void Cluster::wait_until_ready(unsigned node) {
  wait_until_well(node, "/readyz", "ready");
}

void Cluster::wait_until_up(unsigned node) {
  wait_until_well(node, "/livez", "up");
}

void Cluster::kill(unsigned node) {
  process(node).kill();
}

std::variant<http::ClientAnswer, http::ClientError> Cluster::call(
    unsigned node, const http::ClientRequest& request, std::chrono::milliseconds limit) const {
  return http::Client("http://" + http_address(node)).call(request, limit);
}

http::ClientAnswer Cluster::demand(unsigned node, const http::ClientRequest& request,
                                   unsigned status) const {
  auto answer = call(node, request);
  const std::string asked =
      request.method + " " + request.target + " at replica " + std::to_string(node);
  if (const auto* error = std::get_if<http::ClientError>(&answer)) {
    throw Failed{asked + ": " + error->what};
  }
  auto& got = std::get<http::ClientAnswer>(answer);
  if (got.status != status) {
    throw Failed{asked + ": status " + std::to_string(got.status) + " instead of " +
                 std::to_string(status) + ": " + got.body};
  }
  return std::move(got);
}

void wait_until(const std::string& what, const std::function<bool()>& done,
                std::chrono::milliseconds limit) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!done()) {
    if (std::chrono::steady_clock::now() >= deadline) {
      throw TimedOut{what + " after " + std::to_string(limit.count()) + " ms"};
    }
    std::this_thread::sleep_for(kLookEvery);
  }
}

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::string loopback_address_of(unsigned process_id) {
  // 254 hosts a network, without the first and the last of its 256: 127.64.0.1 to 127.128.128.x.
  constexpr unsigned kHosts = 254;
  const unsigned network = process_id % kProcessIds / kHosts;
  return "127." + std::to_string(64 + network / 256) + "." + std::to_string(network % 256) + "." +
         std::to_string(1 + process_id % kProcessIds % kHosts);
}

std::string own_loopback_address() {
  return loopback_address_of(static_cast<unsigned>(::getpid()));
}

ScratchFolder::ScratchFolder() : folder_("groupy-test", std::filesystem::temp_directory_path()) {
  if (path().empty()) throw Failed{"cannot make a folder like " + folder_.tried()};
}

}  // namespace groupy::system_tests
