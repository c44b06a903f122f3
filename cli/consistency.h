// Judges whether replicas are equal, from what each of them said.
//
// All are compared at one sequence: the highest that any had applied. Unequal hashes there prove
// that they differ. Silence proves nothing, except in generations 1 and 2: there a replica that
// does not reach the sequence in a quiet group has lost a message for good. Thread: pure.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/exit_code.h"

namespace groupy::cli {

struct ReplicaMark {
  enum class State {
    marked,        // said its hash and colour at the sequence
    not_reached,   // had not applied the sequence when its time was up
    not_answered,  // `why`
  };
  std::string endpoint;
  std::string node;   // node id, empty if it did not say
  std::string group;  // group id
  std::uint64_t generation = 3;
  State state = State::not_answered;
  std::uint64_t applied = 0;
  std::string hash;
  std::string colour;
  std::string why;
};

struct Verdict {
  ExitCode code = ExitCode::ok;  // ok: equal; error: they differ; unavailable: cannot be told
  std::string what;              // for people: one line that names who
};

Verdict judge(const std::vector<ReplicaMark>& replicas, std::uint64_t sequence);

}  // namespace groupy::cli
