// The row of a live key: its numbers, its term of the state hash, its value.
//
// The term is stored with the record so that replacing a key needs no look at the old value. The
// format is on disk: it changes only together with its version byte. Thread: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kvstore/read_view.h"

namespace groupy::kvstore {

// All that applying a command needs to know of a live key.
struct KeyMetadata {
  Revision create_revision;
  Revision mod_revision;
  std::uint64_t version = 0;
  std::uint64_t lease = 0;
  std::uint64_t hash_term = 0;
  bool operator==(const KeyMetadata&) const = default;
};

// A record as it stands in its row; the value points into the row.
struct StoredRecord {
  KeyMetadata metadata;
  std::string_view value;
  bool operator==(const StoredRecord&) const = default;
};

std::string encode_record(const StoredRecord& record);

// Nothing if the bytes are no record of a known format.
std::optional<StoredRecord> decode_record(std::string_view bytes);

// What readers get of it; with an empty value if `keys_only`.
Record to_record(const StoredRecord& stored, bool keys_only = false);

}  // namespace groupy::kvstore
