#include "cli/child_process.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

// This header of glibc 2.36 forgets to say that it is C.
extern "C" {
#include <sys/pidfd.h>
}

namespace groupy::cli {
namespace {

using Clock = std::chrono::steady_clock;
using Kind = ChildState::Kind;

std::string error_text(int number) {
  std::array<char, 128> buffer{};
  return ::strerror_r(number, buffer.data(), buffer.size());
}

// Closes a descriptor at the end of its scope.
class Descriptor {
 public:
  explicit Descriptor(int number = -1) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  int get() const { return number_; }
  int release() { return std::exchange(number_, -1); }
  void reset(int number = -1) {
    if (number_ >= 0) ::close(number_);
    number_ = number;
  }

 private:
  int number_;
};

std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> pointers;
  for (std::string& text : texts) pointers.push_back(text.data());
  pointers.push_back(nullptr);
  return pointers;
}

// All that the child needs between fork and exec, made before: there it may not allocate.
struct Prepared {
  const char* program;
  char* const* arguments;
  char* const* environment;
  int input;
  int output;  // -1: ours
  int errors;  // where the child writes errno if it cannot become the program
  pid_t parent;
};

// Only calls that are safe in the child of a process with threads.
[[noreturn]] void become(const Prepared& prepared) {
  sigset_t none;
  ::sigemptyset(&none);
  const bool is_ready = ::prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && ::setpgid(0, 0) == 0 &&
                        ::sigprocmask(SIG_SETMASK, &none, nullptr) == 0 &&
                        ::close_range(STDERR_FILENO + 1, ~0u, CLOSE_RANGE_CLOEXEC) == 0 &&
                        ::dup2(prepared.input, STDIN_FILENO) >= 0 &&
                        (prepared.output < 0 || (::dup2(prepared.output, STDOUT_FILENO) >= 0 &&
                                                 ::dup2(prepared.output, STDERR_FILENO) >= 0));
  // A parent that died before prctl() sends no signal any more.
  if (::getppid() != prepared.parent) ::_exit(1);
  if (is_ready) ::execve(prepared.program, prepared.arguments, prepared.environment);
  const int number = errno;
  // If even this fails, the parent sees a child that ended at once.
  const ssize_t written = ::write(prepared.errors, &number, sizeof number);
  ::_exit(written == sizeof number ? 127 : 126);
}

// What the child wrote before it gave up; nothing if it became the program.
std::optional<int> read_errno(int pipe) {
  int number = 0;
  while (true) {
    const ssize_t count = ::read(pipe, &number, sizeof number);
    if (count < 0 && errno == EINTR) continue;
    if (count == sizeof number) return number;
    return std::nullopt;
  }
}

std::string signal_name(int number) {
  const char* const name = ::sigabbrev_np(number);
  return name ? std::string("SIG") + name : "signal " + std::to_string(number);
}

ChildState decode(int status) {
  if (WIFEXITED(status)) return {Kind::exited, WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return {Kind::killed, WTERMSIG(status)};
  if (WIFSTOPPED(status)) return {Kind::stopped, WSTOPSIG(status)};
  return {Kind::running, 0};
}

}  // namespace

std::string ChildState::to_string() const {
  switch (kind) {
    case Kind::stopped:
      return "stopped by " + signal_name(number);
    case Kind::exited:
      return "exit code " + std::to_string(number);
    case Kind::killed:
      return "killed by " + signal_name(number);
    case Kind::running:
      break;
  }
  return "running";
}

std::variant<ChildProcess, ChildProcess::NotStarted> ChildProcess::start(
    const ChildCommand& command) {
  std::vector<std::string> arguments{command.program};
  arguments.insert(arguments.end(), command.arguments.begin(), command.arguments.end());
  std::vector<std::string> environment;
  for (const auto& [name, value] : command.environment) environment.push_back(name + "=" + value);
  const std::vector<char*> argument_pointers = pointers_to(arguments);
  const std::vector<char*> environment_pointers = pointers_to(environment);

  const Descriptor input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  if (input.get() < 0) return NotStarted{"/dev/null: " + error_text(errno)};
  Descriptor output;
  if (!command.log_file.empty()) {
    constexpr mode_t kOnlyOwner = 0600;
    output.reset(
        ::open(command.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, kOnlyOwner));
    if (output.get() < 0) return NotStarted{command.log_file + ": " + error_text(errno)};
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return NotStarted{"pipe: " + error_text(errno)};
  const Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);

  const Prepared prepared{command.program.c_str(),
                          argument_pointers.data(),
                          environment_pointers.data(),
                          input.get(),
                          output.get(),
                          write_end.get(),
                          ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) return NotStarted{"fork: " + error_text(errno)};
  if (pid == 0) become(prepared);

  write_end.reset();
  const std::optional<int> failed = read_errno(read_end.get());
  const int descriptor = failed ? -1 : ::pidfd_open(pid, 0);
  if (failed || descriptor < 0) {
    const int number = failed ? *failed : errno;
    ::kill(pid, SIGKILL);
    while (::waitpid(pid, nullptr, 0) < 0 && errno == EINTR) {
    }
    return NotStarted{command.program + ": " + error_text(number)};
  }
  return ChildProcess(pid, descriptor);
}

ChildProcess::ChildProcess(ChildProcess&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pid_descriptor_(std::exchange(other.pid_descriptor_, -1)),
      state_(other.state_) {}

ChildProcess& ChildProcess::operator=(ChildProcess&& other) noexcept {
  std::swap(pid_, other.pid_);
  std::swap(pid_descriptor_, other.pid_descriptor_);
  std::swap(state_, other.state_);
  return *this;
}

ChildProcess::~ChildProcess() {
  if (pid_ < 0) return;
  kill();
  ::close(pid_descriptor_);
}

void ChildProcess::collect(int options) {
  while (!state_.has_ended()) {
    int status = 0;
    const pid_t changed = ::waitpid(pid_, &status, options);
    if (changed < 0 && errno == EINTR) continue;
    if (changed <= 0) return;
    state_ = decode(status);
  }
}

ChildState ChildProcess::state() {
  collect(WNOHANG | WUNTRACED | WCONTINUED);
  return state_;
}

// Not collected yet, so the number is still this child's, even if it has ended by now.
void ChildProcess::signal(int number) {
  if (!state().has_ended()) ::kill(pid_, number);
}

ChildState ChildProcess::wait(std::chrono::milliseconds limit) {
  const auto deadline = Clock::now() + limit;
  while (!state().has_ended()) {
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    if (left.count() <= 0) break;
    const auto capped = std::min<std::int64_t>(left.count(), std::numeric_limits<int>::max());
    pollfd readable_when_ended{pid_descriptor_, POLLIN, 0};
    ::poll(&readable_when_ended, 1, static_cast<int>(capped));
  }
  return state_;
}

ChildState ChildProcess::kill() {
  signal(SIGKILL);
  collect(0);
  return state_;
}

}  // namespace groupy::cli
