// What the tests of generation 3 as processes share: three replicas whose data outlive them.
//
// GROUPY_BINARY is the path of groupy, FORGETFUL_DISK that of the library. Thread: the main thread,
// and the writers.
#pragma once

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/history_check.h"
#include "tests/system/recorder.h"
#include "tests/system/recording_client.h"

namespace groupy::system_tests {

inline const std::vector<unsigned> kAll{1, 2, 3};

class Durable : public testing::Test {
 protected:
  explicit Durable(const char* program = GROUPY_BINARY);

  // That all three name.
  unsigned leader();
  static unsigned another_than(unsigned node) { return node % 3 + 1; }
  static unsigned third(unsigned one, unsigned other) { return 6 - one - other; }

  cli::HistoryVerdict verdict_on(const Recorder& recorder);
  // The read shows this value, or was refused with 503.
  static testing::AssertionResult is_new_or_refused(
      const std::optional<cli::HistoryOperation>& read, const std::string& value,
      const RecordingClient& reader);

  // Runs the body; what does not hold is a failure and not the end of the program.
  template <typename Body>
  void expect_to_hold(Body body) {
    try {
      body();
    } catch (const Failed& failed) {
      ADD_FAILURE() << failed.what();
    }
  }
  void TearDown() override;

  ScratchFolder folder_;
  Cluster cluster_;
};

}  // namespace groupy::system_tests
