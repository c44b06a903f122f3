// The tour of generation 3 does not pass where nothing was shown. DURABLE_TOUR is its path.
#include <gtest/gtest.h>

#include "tests/system/cluster.h"

namespace groupy::system_tests {
namespace {

TEST(DurableTour, TooLittleTrafficIsInvalidAndExitCode1) {
  const ScratchFolder folder;
  cli::ChildCommand command;
  command.program = DURABLE_TOUR;
  command.arguments = {GROUPY_BINARY, "0"};  // no time for its writes
  command.environment = {{"TMPDIR", folder.path()}};
  command.log_file = folder.path() + "/output";
  auto started = cli::ChildProcess::start(command);
  auto* const tour = std::get_if<cli::ChildProcess>(&started);
  ASSERT_NE(tour, nullptr);
  EXPECT_EQ(tour->wait(60s).to_string(), "exit code 1");
  const std::string output = read_file(command.log_file);
  EXPECT_NE(output.find("\nINVALID: only "), std::string::npos) << output;
  EXPECT_EQ(output.find("held"), std::string::npos) << output;
}

}  // namespace
}  // namespace groupy::system_tests
