#include "cli/child_process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "cli/temporary_folder.h"

namespace groupy::cli {
namespace {

using std::chrono::seconds;
using Kind = ChildState::Kind;

constexpr seconds kLong{30};

class ChildProcessTest : public testing::Test {
 protected:
  ChildProcessTest() { EXPECT_FALSE(folder_.empty()); }

  std::string log() const {
    std::ifstream file(folder_ / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  ChildCommand command(const std::string& program, std::vector<std::string> arguments = {}) const {
    return {program, std::move(arguments), {{"GREETING", "hello"}}, folder_ / "log"};
  }
  ChildProcess start(const ChildCommand& command) const {
    auto started = ChildProcess::start(command);
    const auto* failed = std::get_if<ChildProcess::NotStarted>(&started);
    EXPECT_EQ(failed, nullptr) << (failed ? failed->why : "");
    return std::move(std::get<ChildProcess>(started));
  }
  ChildProcess start_shell(const std::string& script) const {
    return start(command("/bin/sh", {"-c", script}));
  }

  const TemporaryFolder temporary_{"groupy-child", std::filesystem::temp_directory_path()};
  const std::filesystem::path folder_{temporary_.path()};
};

bool is_gone(pid_t pid) {
  return ::kill(pid, 0) != 0 && errno == ESRCH;
}

TEST_F(ChildProcessTest, TellsTheExitCode) {
  EXPECT_EQ(start(command("/bin/true")).wait(kLong), (ChildState{Kind::exited, 0}));
  EXPECT_EQ(start(command("/bin/false")).wait(kLong), (ChildState{Kind::exited, 1}));
  ChildProcess child = start_shell("exit 86");
  EXPECT_EQ(child.wait(kLong).to_string(), "exit code 86");
  EXPECT_TRUE(child.state().has_ended()) << "and keeps it";
}

TEST_F(ChildProcessTest, TellsTheSignalThatKilledIt) {
  ChildProcess child = start(command("/bin/sleep", {"1000"}));
  EXPECT_EQ(child.state(), (ChildState{Kind::running, 0}));
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(kLong).to_string(), "killed by SIGTERM");
  child.signal(SIGTERM);
  EXPECT_EQ(child.kill().to_string(), "killed by SIGTERM") << "it was dead already";
}

TEST_F(ChildProcessTest, WaitsNoLongerThanItIsTold) {
  ChildProcess child = start(command("/bin/sleep", {"1000"}));
  EXPECT_EQ(child.wait(std::chrono::milliseconds(20)).to_string(), "running");
  EXPECT_EQ(child.kill().to_string(), "killed by SIGKILL");
}

TEST_F(ChildProcessTest, CanBeStoppedAndGoOn) {
  ChildProcess child = start(command("/bin/sleep", {"1000"}));
  child.signal(SIGSTOP);
  while (child.state().kind == Kind::running) std::this_thread::yield();
  EXPECT_EQ(child.state().to_string(), "stopped by SIGSTOP");
  child.signal(SIGCONT);
  while (child.state().kind == Kind::stopped) std::this_thread::yield();
  EXPECT_EQ(child.state().to_string(), "running");
}

TEST_F(ChildProcessTest, AStoppedOneCanBeKilled) {
  ChildProcess child = start(command("/bin/sleep", {"1000"}));
  child.signal(SIGSTOP);
  EXPECT_EQ(child.kill().to_string(), "killed by SIGKILL");
}

TEST_F(ChildProcessTest, LogsBothOutputsBehindWhatWasThere) {
  std::ofstream(folder_ / "log") << "before\n";
  start_shell("echo out; echo err >&2").wait(kLong);
  EXPECT_EQ(log(), "before\nout\nerr\n");
}

TEST_F(ChildProcessTest, GetsExactlyTheGivenEnvironmentAndNoInput) {
  ::setenv("GROUPY_CHILD_TEST", "leaked", 1);
  start_shell("echo $GREETING:$GROUPY_CHILD_TEST; cat").wait(kLong);
  EXPECT_EQ(log(), "hello:\n");
}

TEST_F(ChildProcessTest, InheritsNoDescriptorsAndNoBlockedSignals) {
  sigset_t term;
  sigset_t before;
  ::sigemptyset(&term);
  ::sigaddset(&term, SIGTERM);
  ASSERT_EQ(::pthread_sigmask(SIG_BLOCK, &term, &before), 0);
  ChildProcess child = start(command("/bin/sleep", {"1000"}));
  ASSERT_EQ(::pthread_sigmask(SIG_SETMASK, &before, nullptr), 0);
  child.signal(SIGTERM);
  EXPECT_EQ(child.wait(kLong).to_string(), "killed by SIGTERM");
  start_shell("ls /proc/self/fd | wc -l").wait(kLong);
  EXPECT_EQ(log(), "4\n") << "0, 1, 2, and the folder that ls reads";
}

TEST_F(ChildProcessTest, SaysWhyItCouldNotStart) {
  auto missing = ChildProcess::start(command("/nowhere/program"));
  ASSERT_TRUE(std::holds_alternative<ChildProcess::NotStarted>(missing));
  EXPECT_EQ(std::get<ChildProcess::NotStarted>(missing).why,
            "/nowhere/program: No such file or directory");
  ChildCommand no_log = command("/bin/true");
  no_log.log_file = "/nowhere/log";
  auto unlogged = ChildProcess::start(no_log);
  ASSERT_TRUE(std::holds_alternative<ChildProcess::NotStarted>(unlogged));
  EXPECT_EQ(std::get<ChildProcess::NotStarted>(unlogged).why,
            "/nowhere/log: No such file or directory");
}

TEST_F(ChildProcessTest, IsGoneWhenItsOwnerIs) {
  pid_t pid = 0;
  {
    const ChildProcess child = start(command("/bin/sleep", {"1000"}));
    pid = child.pid();
    EXPECT_FALSE(is_gone(pid));
  }
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(ChildProcessTest, BelongsToWhoeverItWasMovedTo) {
  ChildProcess first = start(command("/bin/sleep", {"1000"}));
  const pid_t pid = first.pid();
  ChildProcess second = std::move(first);
  EXPECT_EQ(second.pid(), pid);
  EXPECT_EQ(second.state().to_string(), "running");
  std::vector<ChildProcess> several;
  several.push_back(std::move(second));
  several.push_back(start(command("/bin/sleep", {"1000"})));
  EXPECT_EQ(several[0].pid(), pid);
  several.clear();
  EXPECT_TRUE(is_gone(pid));
}

TEST_F(ChildProcessTest, DiesWithTheThreadThatStartedIt) {
  std::optional<ChildProcess> child;
  std::thread([&] { child.emplace(start(command("/bin/sleep", {"1000"}))); }).join();
  EXPECT_EQ(child->wait(kLong).to_string(), "killed by SIGKILL");
}

}  // namespace
}  // namespace groupy::cli
