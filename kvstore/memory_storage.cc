#include "kvstore/memory_storage.h"

#include <utility>

namespace groupy::kvstore {

namespace {

std::size_t index_of(Family family) {
  return static_cast<std::size_t>(family);
}

class MemorySnapshot final : public StorageSnapshot {
 public:
  explicit MemorySnapshot(MemoryStorage::Families families) : families_(std::move(families)) {}

  std::optional<std::string> get(Family family, std::string_view key) const override {
    return families_[index_of(family)].find(key);
  }
  void scan(Family family, std::string_view first, const Visit& visit) const override {
    families_[index_of(family)].scan(first, visit);
  }

 private:
  MemoryStorage::Families families_;
};

}  // namespace

MemoryStorage::Families MemoryStorage::families() const {
  const std::lock_guard lock(mutex_);
  return families_;
}

std::optional<std::string> MemoryStorage::get(Family family, std::string_view key) const {
  return families()[index_of(family)].find(key);
}

void MemoryStorage::write(const RowWrites& rows) {
  Families next = families();
  for (const RowWrite& row : rows) {
    PersistentMap& family = next[index_of(row.family)];
    family = row.value ? family.with(row.key, *row.value) : family.without(row.key);
  }
  const std::lock_guard lock(mutex_);
  families_.swap(next);
}

std::shared_ptr<const StorageSnapshot> MemoryStorage::snapshot() const {
  return std::make_shared<MemorySnapshot>(families());
}

}  // namespace groupy::kvstore
