// Histories of a store that is right, ways to spoil them, and a slow judge to compare with.
//
// Thread: one.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "cli/history.h"

namespace groupy::cli::test {

struct HistoryShape {
  std::size_t operations = 7;  // lines: each attempt is one
  unsigned keys = 2;
  unsigned unknown_percent = 30;  // of the operations never return, half of them happened
  unsigned overlap = 3;           // how many operations are under way at the same time, about
  unsigned named_percent = 0;     // of the writes have a request id, and are tried again
};

// What a store that does one thing after the other answers to clients at the same time. Every value
// is written once; sequences have gaps, as messages that are no writes leave them.
History recorded_history(std::mt19937_64& random, const HistoryShape& shape);

// Changes one thing in one operation, so that the history may be wrong now.
void spoil(std::mt19937_64& random, History& history);

// Tries all orders of at most 7 operations, with and without each write of unknown outcome: whether
// one of them is legal, agrees with real time and with the sequences.
bool has_an_order(const History& history);

// The store, one operation after the other.
class ModelStore {
 public:
  // Fills in what it answers, result included, but for the sequence.
  void carry_out(HistoryOperation& operation);

 private:
  struct Value {
    std::string bytes;
    kvstore::Revision created;
    kvstore::Revision changed;
    std::uint64_t version = 0;
  };
  bool holds(const HistoryOperation& operation) const;

  std::map<std::string, Value> values_;
  kvstore::Revision revision_;
};

}  // namespace groupy::cli::test
