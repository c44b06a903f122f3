// Remembers the numbers of keys, so that most writes need not ask the storage for them.
//
// Reading a million keys' metadata from RocksDB costs more than all the rest of a put. The table
// answers exactly as the storage would, absence included: entries only save the way there, and when
// the bound is reached, those not asked for lately go. Thread: one at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kvstore/record.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

class MetadataTable {
 public:
  // `storage` must outlive the table, and change only by what remember() is told.
  MetadataTable(const Storage& storage, std::size_t bytes_max)
      : storage_(storage), bytes_max_(bytes_max) {}

  // The key's numbers, nothing if it is absent. Throws StorageFailed if its row cannot be read.
  std::optional<KeyMetadata> find(std::string_view key);

  // The storage now holds this for the key. Only after it was written: what the table forgets again
  // is read from there.
  void remember(std::string_view key, const std::optional<KeyMetadata>& metadata);

  std::size_t bytes() const { return bytes_; }

 private:
  struct Slot {
    std::string key;
    std::optional<KeyMetadata> metadata;  // nothing: the key is absent
    bool is_used = false;
    bool was_asked = false;  // since the hand came by
  };

  static std::size_t bytes_of(std::string_view key);
  std::optional<KeyMetadata> read(std::string_view key) const;
  void forget_one();

  const Storage& storage_;
  std::size_t bytes_max_;
  std::size_t bytes_ = 0;
  std::deque<Slot> slots_;  // never moved: the keys in the index point into them
  std::vector<std::size_t> free_slots_;
  std::unordered_map<std::string_view, std::size_t> slots_by_key_;
  std::size_t hand_ = 0;  // where forgetting goes on, round the slots
};

}  // namespace groupy::kvstore
