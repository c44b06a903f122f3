// A program that runs as our child and never outlives us.
//
// `groupy demo` and the system tests run replicas with it, stop them, kill them, and tell how they
// ended. The kernel kills the child when the thread that started it ends, however that happens, so
// start children from a thread that lives as long as they shall. The child has a process group of
// its own, so Ctrl-C reaches only us, and none of our descriptors. Thread: one at a time.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace groupy::cli {

struct ChildCommand {
  std::string program;                             // a path; not searched for
  std::vector<std::string> arguments;              // behind the program's name
  std::map<std::string, std::string> environment;  // all of it
  std::string log_file;  // stdout and stderr are appended; if empty, they are ours. stdin: nothing
};

struct ChildState {
  enum class Kind { running, stopped, exited, killed };
  Kind kind = Kind::running;
  int number = 0;  // stopped, killed: the signal; exited: the exit code

  bool has_ended() const { return kind == Kind::exited || kind == Kind::killed; }
  std::string to_string() const;  // "running", "exit code 3", "killed by SIGKILL", …
  bool operator==(const ChildState&) const = default;
};

class ChildProcess {
 public:
  struct NotStarted {
    std::string why;  // names the program or the file
  };
  // Runs from here on, or says why it could not be started.
  static std::variant<ChildProcess, NotStarted> start(const ChildCommand& command);

  ChildProcess(ChildProcess&& other) noexcept;
  ChildProcess& operator=(ChildProcess&& other) noexcept;
  // Kills it if it still runs, and waits until it is gone.
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  // How it is now.
  ChildState state();
  // SIGTERM, SIGKILL, SIGSTOP, …; nothing happens if it has ended.
  void signal(int number);
  // Waits until it has ended, `limit` at most, and says how it is then.
  ChildState wait(std::chrono::milliseconds limit);
  // SIGKILL, and waits until it is gone.
  ChildState kill();

 private:
  ChildProcess(pid_t pid, int pid_descriptor) : pid_(pid), pid_descriptor_(pid_descriptor) {}
  void collect(int options);

  pid_t pid_ = -1;  // -1: moved away
  int pid_descriptor_ = -1;
  ChildState state_;
};

}  // namespace groupy::cli
