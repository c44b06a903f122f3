// Decides whether one store that does one thing after the other could have given a history's
// answers: the witness checker.
//
// The order of the sequences that the server told is the witness; it must be legal and agree with
// real time (docs/history_format.md). So acceptance is a proof, whoever made the sequences up.
// Takes O(n log n) but for the writes of unknown outcome, for which places are searched.
// Thread: pure.
#pragma once

#include <cstddef>
#include <string>

#include "cli/history.h"

namespace groupy::cli {

struct HistoryVerdict {
  enum class Kind { accepted, rejected, invalid };
  Kind kind = Kind::invalid;
  std::string what;  // for people, one line: what contradicts what, or why nothing was decided
  std::size_t answers = 0;   // operations that have their place in the order
  std::size_t unknown = 0;   // writes of unknown outcome
  std::size_t happened = 0;  // of these, how many the accepted order needs
};

struct HistoryLimits {
  std::size_t answers_min = 100;      // fewer prove nothing
  std::size_t succeeded_min = 100;    // before each fault, and after it
  std::size_t tries_max = 1'000'000;  // while looking for places
};

HistoryVerdict check_history(const History& history, const HistoryLimits& limits = {});
// Invalid, too, where too little was done around one of the faults.
HistoryVerdict check_history(const RecordedHistory& recorded, const HistoryLimits& limits = {});

}  // namespace groupy::cli
