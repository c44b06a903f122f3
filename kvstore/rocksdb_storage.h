// Rows on disk, in RocksDB.
//
// No write-ahead log: the multicast log is one already, and all rows of a batch carry the sequence
// to go on from. Flushes are atomic over the families, so a crash leaves the state as it was after
// some batch, and takes no more than two write buffers of a family. Flushes and compactions run
// slowly and on low priority, since on one disk they would hold up the log's syncs.
// Thread: as storage.h says.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <variant>

#include "kvstore/storage.h"

namespace groupy::kvstore {

struct RocksDbOptions {
  std::size_t block_cache_bytes = 128u << 20;  // blocks, indexes and filters together
  std::size_t write_buffer_bytes = 32u << 20;  // of a family; full, all families are flushed
  std::size_t background_bytes_per_second = 64u << 20;
};

class RocksDbStorage final : public Storage {
 public:
  // Opens the directory, or makes it in its parent, for good; otherwise says what is wrong, with
  // the path.
  static std::variant<std::unique_ptr<RocksDbStorage>, std::string> open(
      const std::filesystem::path& directory, const RocksDbOptions& options = {});

  // The database is closed here, or with the last snapshot if one is still held: until then the
  // directory cannot be opened again.
  ~RocksDbStorage() override;

  std::optional<std::string> get(Family family, std::string_view key) const override;
  // Also throws for whatever went wrong in the background since the last call.
  void write(const RowWrites& rows) override;
  std::shared_ptr<const StorageSnapshot> snapshot() const override;

  void flush() override;

 private:
  class Database;
  class Snapshot;

  explicit RocksDbStorage(std::shared_ptr<Database> database);

  std::shared_ptr<Database> database_;
};

}  // namespace groupy::kvstore
