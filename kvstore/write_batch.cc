#include "kvstore/write_batch.h"

#include <utility>

#include "kvstore/history_row.h"

namespace groupy::kvstore {

std::optional<KeyMetadata> WriteBatch::find(std::string_view key) {
  const auto at = changed_.find(std::string(key));
  return at == changed_.end() ? table_.find(key) : at->second;
}

void WriteBatch::put(std::string_view key, const StoredRecord& record) {
  std::string encoded = encode_record(record);
  rows_.push_back({Family::history, encode_history_place({record.metadata.mod_revision, 0}),
                   encode_history_row(key, encoded)});
  rows_.push_back({Family::latest, std::string(key), std::move(encoded)});
  changed_.insert_or_assign(std::string(key), record.metadata);
}

void WriteBatch::erase(std::string_view key, Revision revision) {
  rows_.push_back({Family::history, encode_history_place({revision, 0}),
                   encode_history_row(key, std::nullopt)});
  rows_.push_back({Family::latest, std::string(key), std::nullopt});
  changed_.insert_or_assign(std::string(key), std::nullopt);
}

void WriteBatch::write_to(Storage& storage) {
  storage.write(rows_);
  for (const auto& [key, metadata] : changed_) table_.remember(key, metadata);
}

}  // namespace groupy::kvstore
