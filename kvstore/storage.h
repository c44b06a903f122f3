// Rows on a disk or in memory: what the state machine writes through and readers read from.
//
// Ordered byte keys in three families; a batch is written whole or not at all. Two implementations:
// RocksDB (rocksdb_storage.h) for replicas and memory (memory_storage.h) for tests and simulation.
// Thread: write() and flush() from one thread at a time; everything else from any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::kvstore {

enum class Family : std::uint8_t {
  meta = 0,     // applied sequence, hash, colour; origins; request rows; settings
  latest = 1,   // key -> record
  history = 2,  // (revision, sub-number) -> key, record or tombstone
};
constexpr std::size_t kFamilies = 3;

struct RowWrite {
  Family family = Family::meta;
  std::string key;
  std::optional<std::string> value;  // nothing: the row goes
};
using RowWrites = std::vector<RowWrite>;

// The rows at one moment. Thread: any number at once.
class StorageSnapshot {
 public:
  StorageSnapshot() = default;
  StorageSnapshot(const StorageSnapshot&) = delete;
  StorageSnapshot& operator=(const StorageSnapshot&) = delete;
  virtual ~StorageSnapshot() = default;

  virtual std::optional<std::string> get(Family family, std::string_view key) const = 0;

  // Calls `visit` for the rows from `first` on, in key order (bytes, unsigned), until it says
  // false.
  using Visit = std::function<bool(std::string_view key, std::string_view value)>;
  virtual void scan(Family family, std::string_view first, const Visit& visit) const = 0;
};

class Storage {
 public:
  Storage() = default;
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;
  virtual ~Storage() = default;

  virtual std::optional<std::string> get(Family family, std::string_view key) const = 0;
  // Writes all rows, later ones over earlier ones. What fails here ends the process
  // (StorageFailed): a replica that skips a write differs from the others.
  virtual void write(const RowWrites& rows) = 0;
  virtual std::shared_ptr<const StorageSnapshot> snapshot() const = 0;
  // Returns when everything written before is where it outlives the process, if anything does.
  virtual void flush() = 0;
};

// The disk or the database under it failed; the process must end with exit code 7. The one
// exception of this folder: thrown by Storage and its snapshots, caught by who runs the state
// machine and by ReadView, nowhere else.
struct StorageFailed {
  std::string what;  // file and reason
};

}  // namespace groupy::kvstore
