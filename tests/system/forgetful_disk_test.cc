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

  cli::ChildProcess start(const std::string& mode, const std::string& lies = "") {
    cli::ChildCommand command;
    command.program = FORGETFUL_WRITER;
    command.arguments = {file(), mode};
    command.environment = {{"LD_PRELOAD", FORGETFUL_DISK},
                           {"FORGETFUL_DIR", folder_.path() + "/data"},
                           {"FORGETFUL_LIES", lies}};
    command.log_file = folder_.path() + "/output";
    auto started = cli::ChildProcess::start(command);
    if (const auto* error = std::get_if<cli::ChildProcess::NotStarted>(&started)) {
      throw Failed{error->why};
    }
    return std::move(std::get<cli::ChildProcess>(started));
  }
  void write_and_be_killed(const std::string& lies = "") {
    auto writer = start("wait", lies);
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
  write_and_be_killed("data/file");
  EXPECT_EQ(output(), "reads: synced, not synced\n");
  EXPECT_EQ(read_file(file()), "");
}

}  // namespace
}  // namespace groupy::system_tests
