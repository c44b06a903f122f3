// Remembers the first answer to each request that came with an id, so that a repeat does nothing.
//
// Part of the state: rows are written in the batch of the command they answer and counted in the
// state hash. The window is bounded in rows and in sequences, both judged by what is delivered
// alone, so that every replica forgets the same rows at the same sequence, oldest first.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "kvstore/meta_rows.h"
#include "kvstore/state_hash.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// What a request id that has no first answer here means.
enum class RequestStanding : std::uint8_t {
  fresh = 1,          // as far as anyone may know, the first try
  mismatch = 2,       // the id belongs to another command
  window_passed = 3,  // it may be the repeat of one that was forgotten, and the client asked
};

class RequestTable {
 public:
  RequestTable() = default;

  // From the rows of a storage, in any order.
  struct Loaded {
    std::string id;
    RequestRow row;
  };
  RequestTable(std::vector<Loaded> rows, gms::Sequence floor);

  // The first outcome if this is a repeat, otherwise what it is instead.
  using Lookup = std::variant<Outcome, RequestStanding>;
  Lookup look_up(const RequestId& request, std::uint64_t fingerprint) const;

  // Where the changes of the table go.
  struct Sink {
    RowWrites& rows;
    HashSum& sum;
  };

  // Forgets what is more than `window` sequences older than `now`. To be called for each delivery
  // before anything else, whether it has a request id or not.
  void forget_older(gms::Sequence now, std::uint64_t window, Sink sink);

  // Adds the first answer to a fresh id, then forgets the oldest above `keys_max`. The sequences of
  // the outcomes rise from call to call.
  void remember(std::string_view id, const RequestRow& row, std::uint64_t keys_max, Sink sink);

  // The highest sequence whose request was forgotten; 0: none was.
  gms::Sequence floor() const { return floor_; }

 private:
  using Rows = std::unordered_map<std::string, RequestRow>;

  void forget_oldest(Sink sink);

  Rows rows_;
  std::deque<const Rows::value_type*> oldest_first_;  // elements of rows_, which stay in place
  gms::Sequence floor_;
};

}  // namespace groupy::kvstore
