// The replicas of `groupy demo`: real processes on loopback, started in order and ended together.
//
// Replica 1 listens for clients on the base port, the next ones on the ports behind it; for peers
// each listens 1,000 higher. Nothing of the caller's GROUPY_… environment reaches them.
// Thread: the main thread; the processes die with it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/child_process.h"
#include "cli/signals.h"
#include "cli/surroundings.h"

namespace groupy::cli {

struct DemoPlan {
  std::size_t replicas = 3;
  std::uint16_t http_base = 8081;
  int generation = 3;
  std::string data;     // where the replicas of generation 3 keep theirs; empty: in `folder`
  std::string program;  // `groupy`
  Environment environment;
  std::string folder;  // exists; for logs and what replicas keep while they run
};

constexpr std::uint16_t kPeerPortDistance = 1000;

// Arguments of the `number`th replica, from 1.
Args replica_arguments(const DemoPlan& plan, std::size_t number);
Environment replica_environment(const DemoPlan& plan);
std::string replica_endpoint(const DemoPlan& plan, std::size_t number);

// "127.0.0.1:8081: Address already in use" for each port that cannot be listened on.
std::vector<std::string> ports_not_free(const DemoPlan& plan);

// The last lines of a file, made printable, each behind two spaces; empty if there are none.
std::string last_lines(const std::string& path, std::size_t count);

class DemoGroup {
 public:
  struct Replica {
    std::size_t number;
    std::string endpoint;
    std::string log_file;
    ChildProcess process;
    bool end_told = false;
  };
  enum class Started { all_ready, failed, interrupted };

  DemoGroup(DemoPlan plan, HttpCall call, HeldSignals& signals)
      : plan_(std::move(plan)), call_(std::move(call)), signals_(signals) {}

  // Generation 1: one replica after the other, each when the one before is ready, so that they join
  // in order. Generation 3: all at once, since they found their group together.
  Started start();
  // Why start() failed, with the end of the log.
  const std::string& failure() const { return failure_; }

  const std::vector<Replica>& replicas() const { return replicas_; }
  // A line for each replica that has ended by itself since the last call.
  std::vector<std::string> news();
  bool has_living();
  // Ends all; a signal meanwhile, or one that does not end in time, and they are killed.
  void stop();

 private:
  bool start_process(std::size_t number);
  Started wait_until_ready(Replica& replica);
  Started fail(const Replica& replica, const std::string& why);

  DemoPlan plan_;
  HttpCall call_;
  HeldSignals& signals_;
  std::vector<Replica> replicas_;
  std::string failure_;
};

}  // namespace groupy::cli
