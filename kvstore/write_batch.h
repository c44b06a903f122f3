// The rows that the deliveries of one turn write, and the keys as the turn's next command sees
// them.
//
// The storage gets all rows of a turn at once, so until then a command must find its predecessors'
// changes here. Thread: one at a time.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "kvstore/metadata_table.h"
#include "kvstore/record.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

class WriteBatch {
 public:
  explicit WriteBatch(MetadataTable& table) : table_(table) {}

  // The key's numbers after all changes made so far; nothing if it is absent.
  std::optional<KeyMetadata> find(std::string_view key);

  // The key gets this record, at the revision of the record.
  void put(std::string_view key, const StoredRecord& record);
  // The key goes, at this revision.
  void erase(std::string_view key, Revision revision);

  // For rows that are no keys.
  RowWrites& rows() { return rows_; }

  // Writes everything, then tells the table.
  void write_to(Storage& storage);

 private:
  MetadataTable& table_;
  RowWrites rows_;
  std::unordered_map<std::string, std::optional<KeyMetadata>> changed_;
};

}  // namespace groupy::kvstore
