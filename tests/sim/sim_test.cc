// A few hundred seeds of the small simulator, and whether it would notice.
#include <gtest/gtest.h>

#include "tests/sim/random_run.h"

namespace groupy::sim {
namespace {

TEST(Simulator, ManySeedsBreakNoPromise) {
  std::size_t acknowledged = 0, reads = 0, faults = 0, leaders = 0;
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    try {
      const RunResult result = run_seed(seed);
      acknowledged += result.acknowledged;
      reads += result.reads;
      faults += result.faults;
      leaders += result.leaders;
    } catch (const BrokenPromise& broken) {
      FAIL() << "seed " << seed << ": " << broken.what();
    }
  }
  // Too little of anything, and the seeds prove nothing.
  EXPECT_GT(acknowledged, 40'000u);
  EXPECT_GT(reads, 10'000u);
  EXPECT_GT(faults, 1'000u);
  EXPECT_GT(leaders, 1'000u);
}

TEST(Simulator, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {3, 14, 159}) {
    EXPECT_EQ(run_seed(seed).trace_hash, run_seed(seed).trace_hash);
  }
}

}  // namespace
}  // namespace groupy::sim
