// What several tests of the store need: directories, hex, rows to compare, deliveries.
//
// Thread: the test's.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "gms/message.h"
#include "kvstore/command.h"
#include "kvstore/rocksdb_storage.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// A new, empty directory that goes with everything in it.
class TemporaryDirectory {
 public:
  TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  ~TemporaryDirectory();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Opens or throws std::runtime_error with the reason, which fails the test.
std::unique_ptr<RocksDbStorage> open_rocksdb(const std::filesystem::path& directory);

std::string to_hex(std::string_view bytes);

// All rows, family by family, to be compared byte for byte.
using RowDump = std::vector<std::tuple<Family, std::string, std::string>>;
RowDump dump(const StorageSnapshot& rows);

// Every directory's id is its number, in all 16 bytes.
gms::DirectoryId directory(std::uint8_t number);

// Deliveries in order: each has the next sequence and the next counter of its directory.
class Deliveries {
 public:
  gms::Delivery next(const Command& command, std::uint8_t from = 1);
  gms::Delivery next_bytes(std::string bytes, std::uint8_t from = 1);
  // A place that holds nothing for the store, as a view's.
  gms::Delivery empty_place();
  // Sequences that are not delivered at all, as those of views before generation 3.
  void skip(std::uint64_t sequences) { sequence_ += sequences; }

 private:
  std::uint64_t sequence_ = 0;
  std::uint64_t counter_ = 0;
};

Command put(std::string_view key, std::string_view value, Condition condition = {});
Command erase(std::string_view key, Condition condition = {});
Command with_id(Command command, std::string_view id,
                std::optional<std::uint64_t> since = std::nullopt);

}  // namespace groupy::kvstore
