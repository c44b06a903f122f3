// `groupy demo` with real processes; demo_program.cc tells what is behind them.
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <thread>

#include "cli/child_process.h"
#include "cli/demo_group.h"
#include "cli/serve_options.h"
#include "cli/temporary_folder.h"
#include "tests/cli/scripted_server.h"

namespace groupy::cli {
namespace {

using test::ScriptedAnswer;
using test::ScriptedServer;
using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLong{60};

// Tests run beside each other: each process has a block of its own, and the ports for peers, 1,000
// above, are in no other's block.
DemoPlan plan_with_free_ports() {
  constexpr int kBlocks = 80;
  constexpr int kPortsOfABlock = 12;
  DemoPlan plan;
  for (int block = ::getpid() % kBlocks;; block = (block + 1) % kBlocks) {
    plan.http_base = static_cast<std::uint16_t>(12'000 + block * kPortsOfABlock);
    if (ports_not_free(plan).empty()) return plan;
  }
}

TEST(DemoGroup, StartsReplicasThatServeUnderstands) {
  DemoPlan plan;
  const auto parsed = parse_serve_options(
      [&] {
        Args args = replica_arguments(plan, 2);
        args.erase(args.begin());  // "serve"
        return args;
      }(),
      {}, [](const std::string&) { return std::nullopt; });
  ASSERT_TRUE(std::holds_alternative<ServeOptions>(parsed));
  const auto& options = std::get<ServeOptions>(parsed);
  EXPECT_EQ(options.id, gms::NodeId(2));
  EXPECT_EQ(options.addresses.http.to_string(), "127.0.0.1:8082");
  EXPECT_EQ(options.addresses.peer.to_string(), "127.0.0.1:9082");
  EXPECT_EQ(std::get<Founders>(options.entry.by).size(), 3u);
}

TEST(DemoGroup, KeepsTheCallersSettingsFromItsReplicas) {
  DemoPlan plan;
  plan.environment = {{"GROUPY_JOIN", "x:1"}, {"PATH", "/bin"}, {"TMPDIR", "/elsewhere"}};
  plan.folder = "/tmp/demo";
  EXPECT_EQ(replica_environment(plan), (Environment{{"PATH", "/bin"}, {"TMPDIR", "/tmp/demo"}}));
}

// Gone, or only waiting for whoever inherited it to take notice.
bool is_dead(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string stat;
  if (!std::getline(file, stat)) return true;
  const char state = stat.at(stat.rfind(')') + 2);
  return state == 'Z' || state == 'X';
}

class DemoTest : public testing::Test {
 protected:
  DemoTest() : plan_(plan_with_free_ports()) {
    EXPECT_FALSE(folder_.empty());
    std::filesystem::create_directory(folder_ / "tmp");
  }

  ChildProcess start(const std::string& misbehaviour = "") const {
    ChildCommand command;
    command.program =
        std::filesystem::read_symlink("/proc/self/exe").parent_path() / "demo_program";
    command.arguments = {"demo", "--http-base", std::to_string(plan_.http_base)};
    command.environment = {
        {"TMPDIR", folder_ / "tmp"}, {"MISBEHAVE", misbehaviour}, {"GROUPY_JOIN", "127.0.0.1:1"}};
    command.log_file = folder_ / "log";
    auto started = ChildProcess::start(command);
    return std::move(std::get<ChildProcess>(started));
  }
  std::string log() const {
    std::ifstream file(folder_ / "log");
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Waits until the demo has said `text`, or has ended.
  bool says(ChildProcess& demo, const std::string& text) const {
    const auto deadline = Clock::now() + kLong;
    while (log().find(text) == std::string::npos) {
      if (demo.wait(std::chrono::milliseconds(20)).has_ended() || Clock::now() > deadline) {
        return log().find(text) != std::string::npos;
      }
    }
    return true;
  }
  std::vector<pid_t> pids() const {
    std::vector<pid_t> found;
    const std::string text = log();
    const std::string mark = "  pid ";
    for (std::size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + 1)) {
      found.push_back(std::stoi(text.substr(at + mark.size())));
    }
    return found;
  }
  bool all_gone() const {
    const auto deadline = Clock::now() + kLong;
    for (const pid_t pid : pids()) {
      while (!is_dead(pid)) {
        if (Clock::now() > deadline) return false;
        std::this_thread::yield();
      }
    }
    return true;
  }
  bool leaves_nothing() const { return std::filesystem::is_empty(folder_ / "tmp"); }

  DemoPlan plan_;
  const TemporaryFolder temporary_{"groupy-demo-test", std::filesystem::temp_directory_path()};
  const std::filesystem::path folder_{temporary_.path()};
};

TEST_F(DemoTest, RunsAllReplicasUntilItIsToldToStop) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    ChildProcess demo = start();
    ASSERT_TRUE(says(demo, "/view\n")) << log();
    EXPECT_EQ(pids().size(), 3u);
    EXPECT_NE(log().find("curl -X PUT http://127.0.0.1:" + std::to_string(plan_.http_base)),
              std::string::npos);
    EXPECT_FALSE(leaves_nothing()) << "not while it runs";
    demo.signal(signal);
    EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 0") << log();
    EXPECT_TRUE(all_gone());
    EXPECT_TRUE(leaves_nothing());
    std::filesystem::remove(folder_ / "log");
  }
}

TEST_F(DemoTest, GoesOnWhenAReplicaDiesAndSaysSo) {
  ChildProcess demo = start();
  ASSERT_TRUE(says(demo, "/view\n")) << log();
  ASSERT_EQ(pids().size(), 3u);
  ASSERT_EQ(::kill(pids()[1], SIGKILL), 0);
  EXPECT_TRUE(says(demo, "replica 2 has ended: killed by SIGKILL\n")) << log();
  EXPECT_EQ(demo.state().to_string(), "running");
  EXPECT_EQ(::kill(pids()[0], 0), 0);
  demo.signal(SIGINT);
  EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 0");
}

TEST_F(DemoTest, EndsWithAnErrorWhenNoReplicaIsLeft) {
  ChildProcess demo = start();
  ASSERT_TRUE(says(demo, "/view\n")) << log();
  for (const pid_t pid : pids()) ASSERT_EQ(::kill(pid, SIGKILL), 0);
  EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 1");
  EXPECT_NE(log().find("no replica is left"), std::string::npos);
  EXPECT_TRUE(leaves_nothing());
}

TEST_F(DemoTest, ItsReplicasDieWithIt) {
  ChildProcess demo = start();
  ASSERT_TRUE(says(demo, "/view\n")) << log();
  EXPECT_EQ(demo.kill().to_string(), "killed by SIGKILL");
  EXPECT_TRUE(all_gone());
}

TEST_F(DemoTest, SaysWhichReplicaFailedToStartAndWhy) {
  ChildProcess demo = start("2:fail");
  EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 1");
  EXPECT_NE(log().find("replica 2 ended before it was ready: exit code 3; the end of its log:\n"
                       "  replica 2 cannot open its database\n"),
            std::string::npos)
      << log();
  EXPECT_TRUE(leaves_nothing());
}

TEST_F(DemoTest, ASecondSignalEndsAReplicaThatDoesNotObey) {
  ChildProcess demo = start("3:deaf");
  ASSERT_TRUE(says(demo, "/view\n")) << log();
  const auto began = Clock::now();
  demo.signal(SIGINT);
  demo.signal(SIGTERM);  // another one: two of the same may arrive as one
  EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 0");
  EXPECT_LT(Clock::now() - began, std::chrono::seconds(5));
  EXPECT_TRUE(all_gone());
}

TEST_F(DemoTest, NamesTakenPortsAndStartsNothing) {
  const auto second_http = static_cast<std::uint16_t>(plan_.http_base + 1);
  const auto third_peer = static_cast<std::uint16_t>(plan_.http_base + 2 + kPeerPortDistance);
  const auto silent = [](auto&&...) { return std::optional<ScriptedAnswer>(); };
  const ScriptedServer one(silent, second_http);
  const ScriptedServer two(silent, third_peer);
  ChildProcess demo = start();
  EXPECT_EQ(demo.wait(kLong).to_string(), "exit code 1");
  for (const std::uint16_t port : {second_http, third_peer}) {
    EXPECT_NE(log().find("127.0.0.1:" + std::to_string(port) + ": Address already in use"),
              std::string::npos)
        << log();
  }
  EXPECT_NE(log().find("nothing was started"), std::string::npos);
  EXPECT_TRUE(leaves_nothing());
}

}  // namespace
}  // namespace groupy::cli
