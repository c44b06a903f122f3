// The preloaded library that forgets what was not synced.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/system/cluster.h"

namespace groupy::system_tests {
namespace {

class ForgetfulDisk : public testing::Test {
 protected:
  ForgetfulDisk() { std::filesystem::create_directory(folder_.path() + "/data"); }

  std::string file() const { return folder_.path() + "/data/file"; }
  std::string output() const { return read_file(folder_.path() + "/output"); }

  using Environment = std::map<std::string, std::string>;

  cli::ChildProcess start(const std::string& mode, const Environment& more = {}) {
    cli::ChildCommand command;
    command.program = FORGETFUL_WRITER;
    command.arguments = {file(), mode};
    command.environment = {{"LD_PRELOAD", FORGETFUL_DISK},
                           {"FORGETFUL_DIR", folder_.path() + "/data"}};
    command.environment.insert(more.begin(), more.end());
    command.log_file = folder_.path() + "/output";
    auto started = cli::ChildProcess::start(command);
    if (const auto* error = std::get_if<cli::ChildProcess::NotStarted>(&started)) {
      throw Failed{error->why};
    }
    return std::move(std::get<cli::ChildProcess>(started));
  }
  void write_and_be_killed(const Environment& more = {}) {
    auto writer = start("wait", more);
    wait_until("the writer has not read its file", [&] { return output().ends_with('\n'); });
    writer.kill();
  }

  ScratchFolder folder_;
};

TEST_F(ForgetfulDisk, KeepsOnlyWhatWasSyncedWhenKilled) {
  write_and_be_killed();
  EXPECT_EQ(read_file(file()), "synced, ");
}

TEST_F(ForgetfulDisk, ShowsAProcessItsOwnUnsyncedWrites) {
  write_and_be_killed();
  EXPECT_EQ(output(), "reads: synced, not synced\n");
}

TEST_F(ForgetfulDisk, KeepsAllWhenTheProcessEndsInPeace) {
  auto writer = start("end");
  EXPECT_EQ(writer.wait(20s).to_string(), "exit code 0");
  EXPECT_EQ(read_file(file()), "synced, not synced");
}

TEST_F(ForgetfulDisk, KeepsNothingWhereSyncsAreLies) {
  write_and_be_killed({{"FORGETFUL_LIES", "data/file"}});
  EXPECT_EQ(output(), "reads: synced, not synced\n");
  EXPECT_EQ(read_file(file()), "");
}

TEST_F(ForgetfulDisk, FailsTheSyncThatIsToFailAndNoOther) {
  const auto end_of = [&](const char* sync, const char* part) {
    auto writer = start("end", {{"FORGETFUL_FAILS", part}, {"FORGETFUL_FAILS_AT", sync}});
    return writer.wait(20s).to_string();
  };
  EXPECT_EQ(end_of("1", "data/file"), "exit code 1");
  EXPECT_EQ(end_of("2", "data/file"), "exit code 0");
  EXPECT_EQ(end_of("1", "data/other"), "exit code 0");
}

TEST_F(ForgetfulDisk, FailsTheWriteThatIsToFailAndNoOther) {
  const auto end_of = [&](const char* write) {
    auto writer = start("end", {{"FORGETFUL_FAILS", "data/file"},
                                {"FORGETFUL_FAILS_AT", write},
                                {"FORGETFUL_FAILS_WRITES", "1"}});
    return writer.wait(20s).to_string();
  };
  EXPECT_EQ(end_of("1"), "exit code 1");
  EXPECT_EQ(end_of("2"), "exit code 1");
  EXPECT_EQ(end_of("3"), "exit code 1");
  EXPECT_EQ(end_of("4"), "exit code 0");
}

TEST_F(ForgetfulDisk, TakesAsLongForASyncAsItIsTold) {
  const auto before = std::chrono::steady_clock::now();
  auto writer = start("end", {{"FORGETFUL_SYNC_MS", "300"}});
  EXPECT_EQ(writer.wait(20s).to_string(), "exit code 0");
  EXPECT_GE(std::chrono::steady_clock::now() - before, 300ms);
}

}  // namespace
}  // namespace groupy::system_tests
