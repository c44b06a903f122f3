// Judges whether replicas are equal, from what each of them said.
//
// Replicas of different groups differ, whatever they hold. Those of one group are compared at one
// sequence: the highest that any had applied. Unequal hashes there prove that they differ. Silence
// proves nothing, except in generations 1 and 2: there a replica that does not reach the sequence
// in a quiet group has lost a message for good. Thread: pure.
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
    not_compared,  // told how it is doing, and was asked no more
    not_answered,  // `why`
  };
  std::string endpoint;
  std::string node;   // node id, empty if it did not say
  std::string group;  // group id, empty if it did not say
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

// Whether those that named their group are of one: of no two groups is a sequence the same.
bool are_of_one_group(const std::vector<ReplicaMark>& replicas);

Verdict judge(const std::vector<ReplicaMark>& replicas, std::uint64_t sequence);

}  // namespace groupy::cli
