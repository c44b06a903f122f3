// The store in its simplest form, written from the promises and without a look at the other one.
//
// No batches, tables, windows kept up or hashes: everything is found by looking through all that
// ever happened. What it says about a command is what the state machine must say.
// Thread: the test's.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "kvstore/outcome.h"
#include "kvstore/read_view.h"
#include "kvstore/settings.h"

namespace groupy::kvstore {

// A command that owns its bytes, and the sequences that pass before it without one.
struct Step {
  Operation operation = Operation::put;
  std::string key;
  std::string value;
  Condition condition;
  std::optional<std::string> id;
  std::optional<std::uint64_t> since;
  std::uint64_t skipped = 0;

  Command command() const;
  // Everything but the request id: what makes a repeat the same request.
  bool is_same_request(const Step& other) const;
};

class ReferenceModel {
 public:
  explicit ReferenceModel(const GroupSettings& settings) : settings_(settings) {}

  Outcome apply(const Step& step);

  const std::map<std::string, Record>& keys() const { return keys_; }

 private:
  struct Remembered {
    Step step;
    Outcome outcome;
  };

  void forget(std::size_t keys_max);
  Outcome judge(const Step& step);
  Outcome change(const Step& step);
  Outcome unchanged(Verdict verdict, const std::string& key) const;

  GroupSettings settings_;
  std::map<std::string, Record> keys_;
  std::vector<Remembered> remembered_;  // oldest first
  std::uint64_t floor_ = 0;
  std::uint64_t sequence_ = 0;
  std::uint64_t revision_ = 0;
};

}  // namespace groupy::kvstore
