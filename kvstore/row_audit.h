// Goes through all rows of a state and computes its hash anew, trusting none of them.
//
// What the state machine keeps up incrementally must come out again; what does not was changed
// behind the database's back, or by a bug. Also the check of a state that came from elsewhere.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "kvstore/meta_rows.h"
#include "kvstore/state_hash.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// Why rows are no sound state; for people.
struct Damage {
  std::string why;
};

class RowAudit {
 public:
  // The rows one by one, in any order, each once.
  void add(Family family, std::string_view key, std::string_view value);

  // After the last row: the state's digest with the hash computed from the rows, or what was found
  // wrong first. A sum that is not the one that the state row tells is damage too.
  std::variant<StateDigest, Damage> finish() const;

 private:
  void add_meta(std::string_view key, std::string_view value);
  void add_latest(std::string_view key, std::string_view value);
  void add_history(std::string_view key, std::string_view value);
  void add_record(std::string_view key, const StoredRecord& record);
  void find_damage(std::string why);

  HashSum sum_;
  std::optional<StateRow> state_;
  bool has_settings_ = false;
  Revision highest_;  // of any record or change
  std::optional<gms::Sequence> oldest_request_;
  gms::Sequence newest_request_;
  std::optional<Damage> damage_;
};

// The audit of everything in the snapshot. Throws StorageFailed if it cannot be read.
std::variant<StateDigest, Damage> audit(const StorageSnapshot& rows);

}  // namespace groupy::kvstore
