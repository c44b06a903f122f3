// `groupy serve` and `groupy demo` as processes: what they say when something is wrong, and how
// they end. GROUPY_BINARY is the path of groupy.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/system/cluster.h"

namespace groupy::system_tests {
namespace {

std::size_t lines(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count(text, '\n'));
}

class Serve : public testing::Test {
 protected:
  // Exactly one line on stderr, with this in it, and this exit code.
  void expect_one_line(const std::vector<std::string>& arguments, int code,
                       const std::string& part) {
    const auto [got, output] = cluster_.run_program(arguments);
    EXPECT_EQ(got, code) << output;
    EXPECT_EQ(lines(output), 1u) << output;
    EXPECT_NE(output.find(part), std::string::npos) << output;
  }
  std::string group_of_three() const {
    return "1=" + cluster_.peer_address(1) + ",2=" + cluster_.peer_address(2) +
           ",3=" + cluster_.peer_address(3);
  }

  std::vector<std::string> founder_arguments(unsigned node) const {
    return {"serve",
            "--gms",
            "1",
            "--id",
            std::to_string(node),
            "--http",
            cluster_.http_address(node),
            "--peer",
            cluster_.peer_address(node),
            "--group",
            group_of_three()};
  }
  void TearDown() override {
    if (!HasFailure()) return;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
      if (entry.path().extension() != ".log") continue;
      std::cout << "--- " << entry.path().filename() << "\n" << read_file(entry.path());
    }
  }
  bool has_folder() const {
    const std::filesystem::directory_iterator entries(folder_.path());
    return std::any_of(begin(entries), end(entries),
                       [](const auto& entry) { return entry.is_directory(); });
  }

  ScratchFolder folder_;
  Cluster cluster_{GROUPY_BINARY, folder_.path()};
};

TEST_F(Serve, WrongFlagsAreOneClearLineAndExitCode2) {
  expect_one_line({"serve", "--gms", "1", "--id", "7", "--group", group_of_three()}, 2, "7");
  expect_one_line({"serve", "--gms", "1", "--id", "0", "--group", group_of_three()}, 2, "--id");
  expect_one_line({"serve", "--gms", "1", "--id", "1"}, 2, "--group");
  expect_one_line({"serve", "--gms", "1", "--id", "1", "--group", group_of_three(), "--data", "/x"},
                  2, "--data");
  expect_one_line(
      {"serve", "--gms", "1", "--id", "1", "--group", group_of_three(), "--suspect-after", "200ms"},
      2, "--suspect-after");
  expect_one_line(
      {"serve", "--gms", "1", "--id", "1", "--group", group_of_three(), "--join-timeout", "5s"}, 2,
      "--join-timeout");
  expect_one_line({"serve", "--no-such-flag"}, 2, "--no-such-flag");
  expect_one_line({"no-such-command"}, 2, "no-such-command");
}

TEST_F(Serve, ATakenPortIsOneClearLineAndExitCode1) {
  cluster_.start_founders(1);
  const std::vector<std::string> same_peer{"serve",
                                           "--gms",
                                           "1",
                                           "--id",
                                           "1",
                                           "--http",
                                           cluster_.http_address(5),
                                           "--peer",
                                           cluster_.peer_address(1),
                                           "--group",
                                           group_of_three()};
  expect_one_line(same_peer, 1, "cannot listen on " + cluster_.peer_address(1));
  const std::vector<std::string> same_http{"serve",
                                           "--gms",
                                           "1",
                                           "--id",
                                           "2",
                                           "--http",
                                           cluster_.http_address(1),
                                           "--peer",
                                           cluster_.peer_address(2),
                                           "--group",
                                           group_of_three()};
  expect_one_line(same_http, 1, cluster_.http_address(1));
}

TEST_F(Serve, WithALogTheSameMistakesAreTheSameLines) {
  const auto with = [&](std::vector<std::string> more) {
    const std::string data = folder_.path() + "/data-of-" + more[1];
    more.insert(more.begin(), {"serve", "--data", data, "--group", group_of_three()});
    return more;
  };
  expect_one_line(with({"--id", "7"}), 2, "7");
  expect_one_line(with({"--id", "1", "--join-timeout", "5s"}), 2, "--join-timeout");
  expect_one_line({"serve", "--id", "1", "--group", group_of_three()}, 2, "--data");
  EXPECT_FALSE(has_folder()) << "a directory is made only when all flags are right";
  cluster_.start_durable(1);
  wait_until("it does not listen", [&] {
    return std::holds_alternative<http::ClientAnswer>(cluster_.call(1, get("/livez"), 1s));
  });
  expect_one_line(
      with({"--id", "1", "--http", cluster_.http_address(5), "--peer", cluster_.peer_address(1)}),
      1, "cannot listen on " + cluster_.peer_address(1));
  expect_one_line(
      with({"--id", "2", "--http", cluster_.http_address(1), "--peer", cluster_.peer_address(2)}),
      1, cluster_.http_address(1));
}

TEST_F(Serve, AJoinerSaysEachSecondThatItWaitsAndGivesUpWithExitCode5) {
  cluster_.start_joiner(4, 1, {"--join-timeout", "2500ms"});
  const cli::ChildState state = cluster_.process(4).wait(20s);
  EXPECT_EQ(state.to_string(), "exit code 5");
  const std::string log = read_file(cluster_.log_file(4));
  std::size_t said = 0;
  for (std::size_t at = log.find("waiting to be taken in"); at != std::string::npos;
       at = log.find("waiting to be taken in", at + 1)) {
    ++said;
  }
  // At 1 s, at 2 s, and when it gives up at 2.5 s; on a busy machine a second may be missed, or one
  // more be said before the end is noticed.
  EXPECT_GE(said, 2u) << log;
  EXPECT_LE(said, 4u) << log;
  EXPECT_NE(log.find("gave up joining after 2500 ms"), std::string::npos) << log;
}

TEST_F(Serve, SigtermEndsItWithExitCode0AndLeavesNothingBehind) {
  cluster_.start_founders(1);
  cluster_.demand(1, put("a", "1"), 201);
  cluster_.process(1).signal(SIGTERM);
  EXPECT_EQ(cluster_.process(1).wait(10s).to_string(), "exit code 0");
  EXPECT_FALSE(has_folder());
}

TEST_F(Serve, SigtermDuringTheStartEndsItToo) {
  const std::string log = folder_.path() + "/early.log";
  auto process = cluster_.start_program(founder_arguments(1), log);
  // From here on signals are held; its database is not open yet, or just so.
  wait_until("there is no folder", [&] { return has_folder() || process.state().has_ended(); });
  process.signal(SIGTERM);
  EXPECT_EQ(process.wait(20s).to_string(), "exit code 0") << read_file(log);
  EXPECT_FALSE(has_folder());
}

TEST_F(Serve, TheSecondSigtermEndsItAtOnceAndLeavesNothingBehind) {
  cluster_.start_founders(2);
  // A write that waits for a leader who does nothing keeps replica 2 from ending by itself.
  cluster_.process(1).signal(SIGSTOP);
  std::jthread writer(
      [&] { static_cast<void>(cluster_.call(2, put("a", "1", "?timeout=60s"), 60s)); });
  wait_until("no write waits", [&] {
    const auto status = nlohmann::json::parse(cluster_.demand(2, get("/status"), 200).body);
    return status["waiting_writes"] == 1;
  });
  cluster_.process(2).signal(SIGTERM);
  wait_until("it does not stop", [&] {
    return read_file(cluster_.log_file(2)).find("finishes what is under way") != std::string::npos;
  });
  const auto before = std::chrono::steady_clock::now();
  cluster_.process(2).signal(SIGTERM);
  EXPECT_EQ(cluster_.process(2).wait(20s).to_string(), "exit code 0");
  EXPECT_LT(std::chrono::steady_clock::now() - before, 4s) << "it waited for the write";
  cluster_.process(1).signal(SIGCONT);
  cluster_.process(1).signal(SIGTERM);
  EXPECT_EQ(cluster_.process(1).wait(20s).to_string(), "exit code 0");
  EXPECT_FALSE(has_folder());
}

TEST_F(Serve, AFailedJoinLeavesNothingBehind) {
  cluster_.start_joiner(4, 1, {"--join-timeout", "100ms"});
  EXPECT_EQ(cluster_.process(4).wait(20s).to_string(), "exit code 5");
  EXPECT_FALSE(has_folder());
}

TEST_F(Serve, ARestartedFirstFounderFoundsNoSecondGroup) {
  cluster_.start_founders(2);
  cluster_.kill(1);
  expect_one_line(founder_arguments(1), 1, "start it with --join " + cluster_.peer_address(2));
  cluster_.demand(2, get("/view"), 200);
}

TEST_F(Serve, TooFewOpenFilesAreOneClearLineAndExitCode1) {
  cli::ChildCommand command;
  command.program = "/bin/sh";
  command.arguments = founder_arguments(1);
  command.arguments.insert(command.arguments.begin(),
                           {"-c", "ulimit -n 16; exec \"$0\" \"$@\"", GROUPY_BINARY});
  command.environment = {{"TMPDIR", folder_.path()}};
  command.log_file = folder_.path() + "/few.log";
  auto started = cli::ChildProcess::start(command);
  auto* const process = std::get_if<cli::ChildProcess>(&started);
  ASSERT_NE(process, nullptr);
  EXPECT_EQ(process->wait(20s).to_string(), "exit code 1");
  EXPECT_EQ(read_file(command.log_file),
            "groupy: only 16 open files are allowed (see ulimit -n), 64 are needed\n");
}

TEST_F(Serve, ASecondProcessUnderAnIdInUseIsNotTakenIn) {
  cluster_.start_founders(2);
  const auto before = cluster_.demand(1, get("/view"), 200).body;
  const std::vector<std::string> copy{"serve",
                                      "--gms",
                                      "1",
                                      "--id",
                                      "2",
                                      "--http",
                                      cluster_.http_address(6),
                                      "--peer",
                                      cluster_.peer_address(6),
                                      "--join",
                                      cluster_.peer_address(1),
                                      "--join-timeout",
                                      "1500ms"};
  const auto [code, output] = cluster_.run_program(copy);
  EXPECT_EQ(code, 5);
  EXPECT_NE(output.find("is linked already from"), std::string::npos) << output;
  EXPECT_EQ(cluster_.demand(1, get("/view"), 200).body, before);
}

TEST_F(Serve, ARestartedReplicaIsANewMemberWithTheSameState) {
  cluster_.start_founders(3);
  for (int number = 0; number < 50; ++number) {
    cluster_.demand(2, put("k" + std::to_string(number), "v"), 201);
  }
  cluster_.kill(3);
  cluster_.start_joiner(3, 2);
  cluster_.wait_until_ready(3);
  const auto view = nlohmann::json::parse(cluster_.demand(1, get("/view"), 200).body);
  EXPECT_EQ(view["members"].size(), 3u);
  EXPECT_EQ(view["members"][2]["incarnation"], 2);
  const auto applied =
      nlohmann::json::parse(cluster_.demand(3, get("/status"), 200).body)["applied"];
  const std::string target = "/hash?sequence=" + applied.dump();
  EXPECT_EQ(cluster_.demand(3, get(target), 200).body, cluster_.demand(1, get(target), 200).body);
}

TEST_F(Serve, WhereTheLeaderIsGoneTheConsistencyCheckSaysWhoDidNotAnswer) {
  cluster_.start_founders(3);
  const std::string endpoint = "http://" + cluster_.http_address(2);
  EXPECT_EQ(cluster_.run_program({"check", "consistency", "--endpoints", endpoint}).first, 0);
  cluster_.kill(1);
  const auto [code, output] =
      cluster_.run_program({"check", "consistency", "--endpoints", endpoint});
  EXPECT_EQ(code, 5) << output;
  EXPECT_NE(output.find(cluster_.http_address(1)), std::string::npos) << output;
}

// The demo listens on 127.0.0.1, which all test programs share, at two blocks of ports 1000 apart.
// So each process has blocks of its own, from 10000 to 29999: below where Linux draws the ports of
// connections from. Two processes share them only if their ids are a multiple of 2500 apart.
unsigned own_demo_base() {
  constexpr unsigned kFirst = 10'000;
  constexpr unsigned kBlocks = 10 * 250;
  constexpr unsigned kBlockPorts = 4;
  const unsigned block = static_cast<unsigned>(::getpid()) % kBlocks;
  return kFirst + block / 250 * 2'000 + block % 250 * kBlockPorts;
}

TEST_F(Serve, TheDemoRunsUntilItIsInterruptedAndItsReplicasEndWithIt) {
  const unsigned base = own_demo_base();
  const std::string log = folder_.path() + "/demo.log";
  auto demo = cluster_.start_program({"demo", "--http-base", std::to_string(base)}, log);
  wait_until("the demo does not say that it runs", [&] {
    return read_file(log).find("curl") != std::string::npos || demo.state().has_ended();
  });
  ASSERT_FALSE(demo.state().has_ended()) << read_file(log);
  for (unsigned node = 0; node < 3; ++node) {
    http::Client client("http://127.0.0.1:" + std::to_string(base + node));
    const auto answer = client.call(get("/readyz"), 5s);
    ASSERT_TRUE(std::holds_alternative<http::ClientAnswer>(answer));
    EXPECT_EQ(std::get<http::ClientAnswer>(answer).status, 200u);
  }
  demo.signal(SIGINT);
  EXPECT_EQ(demo.wait(20s).to_string(), "exit code 0");
  for (unsigned node = 0; node < 3; ++node) {
    http::Client gone("http://127.0.0.1:" + std::to_string(base + node));
    EXPECT_TRUE(std::holds_alternative<http::ClientError>(gone.call(get("/readyz"), 2s)))
        << "replica " << node + 1;
  }
}

TEST_F(Serve, TheReplicasOfAKilledDemoDieWithItAndItsPortsAreRefusedWhileInUse) {
  const std::string base = std::to_string(own_demo_base());
  const std::string log = folder_.path() + "/demo.log";
  auto demo = cluster_.start_program({"demo", "--replicas", "1", "--http-base", base}, log);
  wait_until("the demo does not run",
             [&] { return read_file(log).find("curl") != std::string::npos; });
  const auto [code, output] =
      cluster_.run_program({"demo", "--replicas", "1", "--http-base", base});
  EXPECT_EQ(code, 1);
  EXPECT_NE(output.find(base), std::string::npos) << output;
  demo.kill();
  wait_until("a replica outlives its demo", [&] {
    http::Client client("http://127.0.0.1:" + base);
    return std::holds_alternative<http::ClientError>(client.call(get("/readyz"), 1s));
  });
}

}  // namespace
}  // namespace groupy::system_tests
