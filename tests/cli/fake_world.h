// A command's surroundings made of strings, with replicas that answer from a script.
//
// Thread: run commands from one; the replicas may be asked by many.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <sstream>
#include <string>
#include <vector>

#include "cli/program.h"
#include "cli/serve_options.h"
#include "cli/surroundings.h"

namespace groupy::cli::test {

struct Asked {
  std::string endpoint;
  http::ClientRequest request;
};

inline http::ClientAnswer answer(unsigned status, const std::string& body) {
  return {status, {}, body};
}
inline http::ClientError unreachable() {
  return {http::ClientError::Kind::unreachable, "Connection refused"};
}
inline http::ClientError broken() {
  return {http::ClientError::Kind::unknown, "End of stream"};
}

class FakeWorld {
 public:
  using Replica = std::function<CallResult(const http::ClientRequest&)>;

  // What the replica at "http://host:port" answers; others cannot be reached.
  void set_replica(const std::string& endpoint, Replica replica) {
    replicas_[endpoint] = std::move(replica);
  }
  void set_answer(const std::string& endpoint, CallResult result) {
    replicas_[endpoint] = [result](const http::ClientRequest&) { return result; };
  }

  // Runs `groupy args…`.
  int run(const Args& args) {
    std::istringstream in(input);
    std::ostringstream out;
    std::ostringstream err;
    Surroundings surroundings{in, out, err};
    surroundings.out_is_terminal = is_terminal;
    surroundings.environment = environment;
    surroundings.program = "/nowhere/groupy";
    surroundings.call = [this](const std::string& endpoint, const http::ClientRequest& request,
                               std::chrono::milliseconds) { return call(endpoint, request); };
    surroundings.serve = [this](const ServeOptions& options) {
      served = options;
      return 7;
    };
    const ExitCode code = run_program(args, surroundings);
    output = out.str();
    errors = err.str();
    return static_cast<int>(code);
  }

  std::string input;
  bool is_terminal = false;
  Environment environment;

  std::string output;
  std::string errors;
  std::vector<Asked> asked;
  std::optional<ServeOptions> served;

 private:
  CallResult call(const std::string& endpoint, const http::ClientRequest& request) {
    const std::lock_guard lock(mutex_);
    asked.push_back({endpoint, request});
    const auto replica = replicas_.find(endpoint);
    if (replica == replicas_.end()) return unreachable();
    return replica->second(request);
  }

  std::mutex mutex_;
  std::map<std::string, Replica> replicas_;
};

}  // namespace groupy::cli::test
