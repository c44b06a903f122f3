// Runs every file in tests/gms/scenarios.
#include "tests/sim/scenario.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "tests/sim/history.h"

namespace groupy::sim {
namespace {

std::vector<std::string> scenario_files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(GROUPY_SCENARIOS)) {
    if (entry.path().extension() == ".txt") files.push_back(entry.path().stem());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ScenarioFile : public testing::TestWithParam<std::string> {};

TEST_P(ScenarioFile, Holds) {
  std::ifstream file(std::string(GROUPY_SCENARIOS) + "/" + GetParam() + ".txt");
  const std::string text(std::istreambuf_iterator<char>(file), {});
  std::string trace;
  try {
    run_scenario(text, [&](const std::string& line) { trace += line + "\n"; });
  } catch (const std::exception& error) {
    FAIL() << error.what() << "\n" << trace;
  }
}

INSTANTIATE_TEST_SUITE_P(All, ScenarioFile, testing::ValuesIn(scenario_files()),
                         [](const auto& file) {
                           std::string name = file.param;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

TEST(Scenario, SaysWhichLineDoesNotHold) {
  try {
    run_scenario("members 1\nuntil leader A\nexpect leader none\n");
    FAIL() << "it held";
  } catch (const BrokenPromise& broken) {
    EXPECT_EQ(std::string(broken.what()), "line 3, expect leader none: it is not so");
  }
}

TEST(Scenario, RefusesWhatItDoesNotKnow) {
  EXPECT_THROW(run_scenario("dance A\n"), std::invalid_argument);
  EXPECT_THROW(run_scenario("kill Z\n"), std::invalid_argument);
}

}  // namespace
}  // namespace groupy::sim
