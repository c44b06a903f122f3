// Rows in memory, for tests and simulation: the same promises as on disk, without the disk.
//
// Each family is a tree whose nodes never change (persistent_map.h), so a snapshot is three
// pointers, costs nothing to take, and stays as it was. Thread: as storage.h says.
#pragma once

#include <array>
#include <mutex>

#include "kvstore/persistent_map.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

class MemoryStorage final : public Storage {
 public:
  using Families = std::array<PersistentMap, kFamilies>;

  std::optional<std::string> get(Family family, std::string_view key) const override;
  void write(const RowWrites& rows) override;
  std::shared_ptr<const StorageSnapshot> snapshot() const override;
  void flush() override {}

 private:
  Families families() const;

  mutable std::mutex mutex_;  // held only to copy or replace the roots
  Families families_;
};

}  // namespace groupy::kvstore
