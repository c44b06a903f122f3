// One run of a group under faults, all of it decided by one seed.
//
// Which faults there are, how narrow the windows are, and how slow links and disks, is drawn from
// the seed too: a run with few kinds of faults goes deeper into each. At the end all faults cease,
// and everything submitted must get through. Thread: one.
#pragma once

#include <cstdint>
#include <string>

#include "tests/sim/world.h"

namespace groupy::sim {

struct RunResult {
  std::uint64_t trace_hash = 0;
  std::size_t acknowledged = 0;  // messages
  std::size_t reads = 0;         // confirmed
  std::size_t faults = 0;
  std::size_t leaders = 0;  // ballots that were led
  gms::Time simulated{};
};

// Throws BrokenPromise.
RunResult run_seed(std::uint64_t seed, const std::function<void(const std::string&)>& trace = {});

}  // namespace groupy::sim
