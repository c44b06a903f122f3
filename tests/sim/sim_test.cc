// A few hundred seeds of the small simulator, and whether it would notice.
#include <gtest/gtest.h>

#include "tests/sim/random_run.h"

namespace groupy::sim {
namespace {

constexpr std::uint64_t kBatches = 4;
constexpr std::uint64_t kSeedsInABatch = 100;

// In batches, so that they run beside each other.
class Seeds : public ::testing::TestWithParam<std::uint64_t> {};

TEST_P(Seeds, BreakNoPromise) {
  std::size_t acknowledged = 0, reads = 0, faults = 0, leaders = 0;
  const std::uint64_t first = GetParam() * kSeedsInABatch + 1;
  for (std::uint64_t seed = first; seed < first + kSeedsInABatch; ++seed) {
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
  EXPECT_GT(acknowledged, 100 * kSeedsInABatch);
  EXPECT_GT(reads, 25 * kSeedsInABatch);
  EXPECT_GT(faults, 5 * kSeedsInABatch / 2);
  EXPECT_GT(leaders, 5 * kSeedsInABatch / 2);
}

INSTANTIATE_TEST_SUITE_P(Many, Seeds, ::testing::Range<std::uint64_t>(0, kBatches));

TEST(Simulator, TheSameSeedIsTheSameRun) {
  for (const std::uint64_t seed : {3, 14, 159}) {
    EXPECT_EQ(run_seed(seed).trace_hash, run_seed(seed).trace_hash);
  }
}

}  // namespace
}  // namespace groupy::sim
