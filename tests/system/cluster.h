// A group of real `groupy serve` processes, for the tour and the system tests.
//
// Each cluster lives on a loopback address of its own, drawn from the process id, so that several
// test programs run side by side. Nothing here sleeps for a while and hopes: it waits for
// conditions, with deadlines. The processes die with the cluster. Thread: one at a time, but for
// call().
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "cli/child_process.h"
#include "cli/temporary_folder.h"
#include "http/client.h"

namespace groupy::system_tests {

using namespace std::chrono_literals;

// What did not hold, in one line; thrown by whatever waits for or demands something.
struct Failed : std::runtime_error {
  using std::runtime_error::runtime_error;
};
// A condition that was waited for did not come in time.
struct TimedOut : Failed {
  using Failed::Failed;
};
// Nothing was shown, neither that it holds nor that it does not: what was to happen has not.
struct Invalid : Failed {
  explicit Invalid(const std::string& why) : Failed("INVALID: " + why) {}
};

http::ClientRequest get(const std::string& target);
// `query` with its question mark, or empty.
http::ClientRequest put(const std::string& key, const std::string& value,
                        const std::string& query = "");

class Cluster {
 public:
  // `program` is the path of groupy. Logs go to `folder`, which must exist.
  Cluster(std::string program, std::string folder);

  std::string http_address(unsigned node) const;
  std::string peer_address(unsigned node) const;
  std::string log_file(unsigned node) const;
  // What a node has said since it was started the last time.
  std::string said_in_last_life(unsigned node) const;

  // Starts nodes 1 to `count` as founders, one after the other, and waits until all are ready.
  void start_founders(unsigned count);
  // Starts a node that joins through `contact`; does not wait.
  void start_joiner(unsigned node, unsigned contact, std::vector<std::string> more = {});

  // --- generation 3: each node has a directory that outlives it ---

  std::string data_directory(unsigned node) const;
  // Starts one of `founders` nodes, for the first time or again; does not wait.
  void start_durable(unsigned node, unsigned founders = 3);
  // Starts nodes 1 to `founders`, which found the group, and waits until all are ready.
  void found_durable(unsigned founders = 3);
  // How long the leader may be silent; for nodes started from here on.
  void set_suspect_after(const std::string& duration) { suspect_after_ = duration; }
  // Preloads a library into what is started from here on.
  void preload(const std::string& library, std::map<std::string, std::string> environment);
  // Has nodes that are started from here on forget what was not synced when they are killed.
  // `library`: forgetful_disk, which tells what can be said in `more`.
  void forget_what_is_not_synced(const std::string& library,
                                 std::map<std::string, std::string> more = {});

  // SIGSTOP, and waits until it stands still; SIGCONT.
  void pause(unsigned node);
  void resume(unsigned node);
  // The leader that this node sees; nothing if it sees none or does not answer.
  std::optional<unsigned> leader_seen_by(unsigned node) const;

  // Starts any `groupy` command with its output in `log_file`.
  cli::ChildProcess start_program(const std::vector<std::string>& arguments,
                                  const std::string& log_file) const;
  // Runs one to its end, within 60 s: the exit code and all it said.
  std::pair<int, std::string> run_program(const std::vector<std::string>& arguments) const;

  void wait_until_ready(unsigned node);
  // It has recovered and listens; without a majority it gets no further.
  void wait_until_up(unsigned node);
  bool is_ready(unsigned node) const;
  cli::ChildProcess& process(unsigned node) { return processes_.at(node); }
  void kill(unsigned node);

  // One request to one node. Thread: any.
  std::variant<http::ClientAnswer, http::ClientError> call(
      unsigned node, const http::ClientRequest& request,
      std::chrono::milliseconds limit = 10s) const;
  // The same, for an answer that must come: Failed if there is none, or another status.
  http::ClientAnswer demand(unsigned node, const http::ClientRequest& request,
                            unsigned status) const;

 private:
  std::vector<std::string> serve_arguments(unsigned node) const;
  std::string group_of(unsigned founders) const;
  void start(unsigned node, std::vector<std::string> arguments);
  bool answers_well(unsigned node, const std::string& target) const;
  void wait_until_well(unsigned node, const std::string& target, const std::string& what);

  const std::string program_;
  const std::string folder_;
  const std::string host_;
  std::string suspect_after_ = "2s";
  std::map<std::string, std::string> more_environment_;  // of what is started
  std::map<unsigned, cli::ChildProcess> processes_;
  std::map<unsigned, std::size_t> said_before_;  // how long its log was when it was started
};

// Waits until `done` holds, 30 s at most; TimedOut with `what` otherwise.
void wait_until(const std::string& what, const std::function<bool()>& done,
                std::chrono::milliseconds limit = 30s);

// All of a file; empty if there is none.
std::string read_file(const std::string& path);

// "127.A.B.C": another one for each process id that Linux gives, and 127.0.0.1 for none.
constexpr unsigned kProcessIds = 1u << 22;
std::string loopback_address_of(unsigned process_id);

// That of this process. No other one that does the same has it at the same time, unless it lives
// in another process id namespace on the same network: that one may have the same id.
std::string own_loopback_address();

// A folder for this test program, gone with the object; Failed if it cannot be made.
class ScratchFolder {
 public:
  ScratchFolder();
  const std::string& path() const { return folder_.path(); }

 private:
  const cli::TemporaryFolder folder_;
};

}  // namespace groupy::system_tests
