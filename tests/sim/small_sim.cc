// Runs many seeds of the small simulator, or one with all that happens in it.
//
// usage: small_sim sweep FIRST COUNT    progress on stderr; the first failing seed, exit 1
//        small_sim run SEED             every frame and event
//        small_sim scenario FILE        the same for a scenario
#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "tests/sim/random_run.h"
#include "tests/sim/scenario.h"

namespace {

using namespace groupy::sim;

int sweep(std::uint64_t first, std::uint64_t count) {
  const auto began = std::chrono::steady_clock::now();
  RunResult sum;
  for (std::uint64_t seed = first; seed < first + count; ++seed) {
    try {
      const RunResult result = run_seed(seed);
      sum.acknowledged += result.acknowledged;
      sum.reads += result.reads;
      sum.faults += result.faults;
      sum.leaders += result.leaders;
    } catch (const BrokenPromise& broken) {
      std::cout << "seed " << seed << ": " << broken.what() << '\n';
      return 1;
    }
    if ((seed - first) % 1000 == 999) std::cerr << seed - first + 1 << " seeds\n";
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::cout << count << " seeds from " << first << " hold: " << sum.acknowledged
            << " messages acknowledged, " << sum.reads << " reads confirmed, " << sum.faults
            << " faults, " << sum.leaders << " ballots led; " << took.count() << " s\n";
  return 0;
}

int run_one(const auto& run) {
  try {
    run([](const std::string& line) { std::cout << line << '\n'; });
  } catch (const std::exception& broken) {
    std::cout << broken.what() << '\n';
    return 1;
  }
  std::cout << "holds\n";
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  if (command == "sweep" && argc == 4) return sweep(std::stoull(argv[2]), std::stoull(argv[3]));
  if (command == "run" && argc == 3) {
    return run_one([&](const auto& trace) { run_seed(std::stoull(argv[2]), trace); });
  }
  if (command == "scenario" && argc == 3) {
    std::ifstream file(argv[2]);
    const std::string text(std::istreambuf_iterator<char>(file), {});
    return run_one([&](const auto& trace) { run_scenario(text, trace); });
  }
  std::cerr << "usage: small_sim sweep FIRST COUNT | run SEED | scenario FILE\n";
  return 2;
}
