#include "cli/program.h"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/cli/fake_world.h"

namespace groupy::cli {
namespace {

using test::answer;
using test::FakeWorld;

constexpr char kHere[] = "http://127.0.0.1:8081";
const std::vector<std::string> kCommands = {"serve", "demo",   "put",   "get", "del",    "ls",
                                            "view",  "status", "check", "log", "version"};

TEST(Program, WithoutACommandItExplainsItselfOnStderr) {
  FakeWorld world;
  EXPECT_EQ(world.run({}), 2);
  EXPECT_EQ(world.output, "");
  for (const std::string& command : kCommands) {
    EXPECT_NE(world.errors.find("\n  " + command + " "), std::string::npos) << command;
  }
}

TEST(Program, HelpIsNoError) {
  for (const char* flag : {"help", "--help", "-h"}) {
    FakeWorld world;
    EXPECT_EQ(world.run({flag}), 0);
    EXPECT_NE(world.output.find("Usage: groupy COMMAND"), std::string::npos);
    EXPECT_EQ(world.errors, "");
  }
}

TEST(Program, EveryCommandsHelpFitsAScreenAndHasAnExample) {
  for (const std::string& command : kCommands) {
    FakeWorld world;
    EXPECT_EQ(world.run({command, "--help"}), 0) << command;
    EXPECT_NE(world.output.find("Example: groupy " + command), std::string::npos) << world.output;
    std::istringstream lines(world.output);
    std::size_t count = 0;
    for (std::string line; std::getline(lines, line); ++count) {
      EXPECT_LE(line.size(), 80u) << command << ": " << line;
    }
    EXPECT_LE(count, 24u) << world.output;
  }
}

TEST(Program, AnUnknownCommandIsAUsageErrorWithAHint) {
  FakeWorld world;
  EXPECT_EQ(world.run({"gett", "k"}), 2);
  EXPECT_EQ(world.errors,
            "groupy: unknown command 'gett'; did you mean 'get'? (see 'groupy help')\n");
  EXPECT_EQ(world.run({"frobnicate"}), 2);
  EXPECT_EQ(world.errors, "groupy: unknown command 'frobnicate' (see 'groupy help')\n");
  EXPECT_EQ(world.run({"--frobnicate"}), 2);
  EXPECT_EQ(world.errors, "groupy: unknown flag '--frobnicate' (see 'groupy help')\n");
  EXPECT_EQ(world.run({""}), 2);
  EXPECT_EQ(world.run({"\x1b[2J"}), 2);
  EXPECT_EQ(world.errors.find('\x1b'), std::string::npos);
}

TEST(Program, WhatIsNotBuiltYetSaysSo) {
  for (const char* command : {"watch", "txn", "lease", "views", "members", "leader", "settings",
                              "bench", "snapshot", "completion"}) {
    FakeWorld world;
    const std::string line =
        "groupy: " + std::string(command) + " is not built yet (see 'groupy help')\n";
    EXPECT_EQ(world.run({command}), 2);
    EXPECT_EQ(world.errors, line);
    EXPECT_EQ(world.run({"--endpoints", "a:1", command, "k"}), 2);
    EXPECT_EQ(world.errors, line);
  }
}

TEST(Program, ClientFlagsMayStandInFrontOfTheCommand) {
  FakeWorld world;
  world.set_answer("http://a:1", answer(200, "v"));
  EXPECT_EQ(world.run({"--endpoints", "a:1", "--timeout=1s", "get", "k"}), 0);
  EXPECT_EQ(world.output, "v\n");
  world.set_answer("http://a:1", answer(503, ""));
  EXPECT_EQ(world.run({"--endpoints=a:1", "-o", "json", "check", "consistency"}), 5);
}

TEST(Program, EndpointsComeFromFlagEnvironmentOrDefault) {
  FakeWorld world;
  EXPECT_EQ(world.run({"get", "k"}), 5);
  EXPECT_EQ(world.asked.back().endpoint, kHere);
  world.environment["GROUPY_ENDPOINTS"] = "http://b:1";
  EXPECT_EQ(world.run({"get", "k"}), 5);
  EXPECT_EQ(world.asked.back().endpoint, "http://b:1");
  world.environment["GROUPY_ENDPOINTS"] = "";
  EXPECT_EQ(world.run({"get", "k"}), 5);
  EXPECT_EQ(world.asked.back().endpoint, kHere) << "an empty variable counts as none";
  world.asked.clear();
  EXPECT_EQ(world.run({"get", "k", "--endpoints", "c:1,http://d:1/,c:1"}), 5);
  ASSERT_EQ(world.asked.size(), 2u) << "the same one is not asked twice";
  EXPECT_EQ(world.asked.back().endpoint, "http://d:1");
}

TEST(Program, WrongClientFlagsAreUsageErrors) {
  const std::vector<Args> wrong = {
      {"get"},
      {"get", "k", "k2"},
      {"get", "k", "--frobnicate"},
      {"get", "k", "--endpoints", ""},
      {"get", "k", "--endpoints", "https://a:1"},
      {"get", "k", "--endpoints", "a:1,,b:1"},
      {"get", "k", "--endpoints", "a"},
      {"get", "k", "--timeout", "5"},
      {"get", "k", "--timeout", "49ms"},
      {"get", "k", "--timeout", "61s"},
      {"get", "k", "-o", "xml"},
      {"put", "k"},
      {"del"},
      {"ls", "a", "--limit", "0"},
      {"ls", "a", "--limit", "-1"},
      {"ls", "a", "--limit", "x"},
      {"view", "x"},
      {"status", "x"},
      {"check"},
      {"check", "history"},
      {"check", "consistency", "--deep"},
      {"version", "-o", "xml"},
      {"demo", "--replicas", "0"},
      {"demo", "--replicas", "8"},
      {"demo", "--http-base", "0"},
      {"demo", "--http-base", "64534"},
      {"demo", "--gms", "2"},
      {"demo", "--gms", "x"},
      {"demo", "--gms", "1", "--dir", "d"},
      {"demo", "--crash-one-in", "5"},
      {"serve", "--id", "1"},
  };
  for (const Args& args : wrong) {
    FakeWorld world;
    EXPECT_EQ(world.run(args), 2) << args.front() << " " << args.back();
    EXPECT_TRUE(world.errors.starts_with("groupy: " + args.front())) << world.errors;
    EXPECT_EQ(world.errors.find('\n'), world.errors.size() - 1) << "one line: " << world.errors;
    EXPECT_EQ(world.output, "");
    EXPECT_TRUE(world.asked.empty());
  }
}

TEST(Program, ServeRunsWhatItWasToldAndGivesItsExitCode) {
  FakeWorld world;
  EXPECT_EQ(world.run({"serve", "--gms", "1", "--id", "1", "--group", "1=127.0.0.1:9081"}), 7);
  ASSERT_TRUE(world.served);
  EXPECT_EQ(world.served->id, gms::NodeId(1));
}

TEST(Program, ServeRefusesAConfigurationItCannotRead) {
  FakeWorld world;
  EXPECT_EQ(world.run({"serve", "--config", "/nowhere/groupy.toml"}), 2);
  EXPECT_NE(world.errors.find("cannot read /nowhere/groupy.toml"), std::string::npos);
  EXPECT_EQ(world.run({"serve", "--config", "/"}), 2) << "a directory";
  EXPECT_FALSE(world.served);
}

TEST(Program, AnOutputThatCannotBeWrittenIsAnError) {
  std::istringstream in;
  std::ostringstream out;
  std::ostringstream err;
  out.setstate(std::ios::badbit);
  Surroundings surroundings{in, out, err};
  EXPECT_EQ(run_program({"version"}, surroundings), ExitCode::error);
  EXPECT_EQ(err.str(), "groupy: the output could not be written\n");
}

TEST(Program, VersionTellsTheBuild) {
  FakeWorld world;
  EXPECT_EQ(world.run({"version"}), 0);
  EXPECT_TRUE(world.output.starts_with("groupy 0.")) << world.output;
  EXPECT_EQ(world.run({"--version", "-o", "json"}), 0);
  EXPECT_NE(world.output.find("\"version\":\"0."), std::string::npos) << world.output;
}

}  // namespace
}  // namespace groupy::cli
