#include "kvstore/metadata_table.h"

#include "gms/check.h"

namespace groupy::kvstore {

std::size_t MetadataTable::bytes_of(std::string_view key) {
  // A node of the index, its bucket and the allocator's headers, as measured with libstdc++.
  constexpr std::size_t kIndexBytes = 64;
  return sizeof(Slot) + kIndexBytes + key.size();
}

std::optional<KeyMetadata> MetadataTable::read(std::string_view key) const {
  const auto row = storage_.get(Family::latest, key);
  if (!row) return std::nullopt;
  const auto stored = decode_record(*row);
  if (!stored) throw StorageFailed{"a row of family latest is damaged or of a newer format"};
  return stored->metadata;
}

std::optional<KeyMetadata> MetadataTable::find(std::string_view key) {
  if (const auto at = slots_by_key_.find(key); at != slots_by_key_.end()) {
    Slot& slot = slots_[at->second];
    slot.was_asked = true;
    return slot.metadata;
  }
  const auto metadata = read(key);
  remember(key, metadata);
  return metadata;
}

void MetadataTable::remember(std::string_view key, const std::optional<KeyMetadata>& metadata) {
  if (const auto at = slots_by_key_.find(key); at != slots_by_key_.end()) {
    slots_[at->second].metadata = metadata;
    return;
  }
  const std::size_t needed = bytes_of(key);
  if (needed > bytes_max_) return;
  while (bytes_ + needed > bytes_max_) forget_one();
  std::size_t place = slots_.size();
  if (free_slots_.empty()) {
    slots_.emplace_back();
  } else {
    place = free_slots_.back();
    free_slots_.pop_back();
  }
  slots_[place] = Slot{std::string(key), metadata, true, false};
  slots_by_key_.emplace(slots_[place].key, place);
  bytes_ += needed;
}

// The clock: whoever was asked for since the hand last came by gets one more round.
void MetadataTable::forget_one() {
  GROUPY_CHECK(!slots_by_key_.empty(), "only a table with entries is over its bound");
  while (true) {
    const std::size_t place = hand_;
    Slot& slot = slots_[place];
    hand_ = (hand_ + 1) % slots_.size();
    if (!slot.is_used) continue;
    if (slot.was_asked) {
      slot.was_asked = false;
      continue;
    }
    bytes_ -= bytes_of(slot.key);
    slots_by_key_.erase(slot.key);
    slot = Slot();
    free_slots_.push_back(place);
    return;
  }
}

}  // namespace groupy::kvstore
