#include "kvstore/rocksdb_storage.h"

#include <rocksdb/cache.h>
#include <rocksdb/convenience.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/listener.h>
#include <rocksdb/rate_limiter.h>
#include <rocksdb/snapshot.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <mutex>
#include <utility>
#include <vector>

#include "gms/check.h"

namespace groupy::kvstore {

namespace {

rocksdb::Slice as_slice(std::string_view bytes) {
  return {bytes.data(), bytes.size()};
}
std::string_view as_view(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// Keeps the first error of RocksDB's own threads. Without a write-ahead log a failed flush may mean
// that a part of the state will never be on disk, so none of them is retried.
class BackgroundErrors final : public rocksdb::EventListener {
 public:
  void OnBackgroundError(rocksdb::BackgroundErrorReason, rocksdb::Status* error) override {
    const std::lock_guard lock(mutex_);
    if (first_.empty()) first_ = error->ToString();
  }

  std::string first() const {
    const std::lock_guard lock(mutex_);
    return first_;
  }

 private:
  mutable std::mutex mutex_;
  std::string first_;
};

rocksdb::DBOptions database_options(const RocksDbOptions& options,
                                    std::shared_ptr<BackgroundErrors> errors) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.atomic_flush = true;
  // One thread for flushes, one for compactions.
  db.max_background_jobs = 2;
  db.bytes_per_sync = 1u << 20;
  db.rate_limiter.reset(rocksdb::NewGenericRateLimiter(
      static_cast<std::int64_t>(options.background_bytes_per_second)));
  db.max_bgerror_resume_count = 0;
  db.listeners.push_back(std::move(errors));
  db.max_open_files = 512;
  db.keep_log_file_num = 4;
  db.max_log_file_size = 8u << 20;
  db.max_manifest_file_size = 64u << 20;
  return db;
}

rocksdb::ColumnFamilyOptions family_options(Family family, const RocksDbOptions& options,
                                            const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.cache_index_and_filter_blocks = true;
  // Only here are single keys looked up that may not be there.
  if (family == Family::latest) table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));

  rocksdb::ColumnFamilyOptions rows;
  rows.write_buffer_size = options.write_buffer_bytes;
  rows.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // The first two levels are rewritten most often and hold least: compressing them costs
  // processor time and saves little.
  const auto supported = rocksdb::GetSupportedCompressions();
  const bool has_zstd = std::ranges::find(supported, rocksdb::kZSTD) != supported.end();
  const auto levels = static_cast<std::size_t>(rows.num_levels);
  rows.compression_per_level.assign(levels, has_zstd ? rocksdb::kZSTD : rocksdb::kNoCompression);
  std::fill_n(rows.compression_per_level.begin(), 2, rocksdb::kNoCompression);
  return rows;
}

// In the order of Family.
std::vector<rocksdb::ColumnFamilyDescriptor> families(const RocksDbOptions& options) {
  const auto cache = rocksdb::NewLRUCache(options.block_cache_bytes);
  return {{rocksdb::kDefaultColumnFamilyName, family_options(Family::meta, options, cache)},
          {"latest", family_options(Family::latest, options, cache)},
          {"history", family_options(Family::history, options, cache)}};
}

// Background threads belong to the process, not to one database.
rocksdb::Status lower_background_priorities() {
  rocksdb::Env* env = rocksdb::Env::Default();
  for (const auto pool : {rocksdb::Env::Priority::LOW, rocksdb::Env::Priority::HIGH}) {
    env->LowerThreadPoolIOPriority(pool);
    auto status = env->LowerThreadPoolCPUPriority(pool, rocksdb::CpuPriority::kLow);
    if (!status.ok()) return status;
  }
  return rocksdb::Status::OK();
}

// A directory that was just made may be gone after a power cut, with all that was synced in it.
rocksdb::Status sync_parent(const std::filesystem::path& directory) {
  const std::string parent = std::filesystem::absolute(directory).parent_path().string();
  std::unique_ptr<rocksdb::Directory> opened;
  const auto status = rocksdb::Env::Default()->NewDirectory(parent, &opened);
  return status.ok() ? opened->Fsync() : status;
}

}  // namespace

// The open database; lives until storage and snapshots are gone.
class RocksDbStorage::Database {
 public:
  Database(std::string path, std::shared_ptr<BackgroundErrors> errors)
      : path_(std::move(path)), errors_(std::move(errors)) {}
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;

  ~Database() {
    if (!db_) return;
    for (auto* handle : handles_) check(db_->DestroyColumnFamilyHandle(handle));
  }

  rocksdb::Status open(const RocksDbOptions& options) {
    rocksdb::DB* db = nullptr;
    auto status = rocksdb::DB::Open(database_options(options, errors_), path_, families(options),
                                    &handles_, &db);
    db_.reset(db);
    return status;
  }

  rocksdb::DB& db() const { return *db_; }
  const std::vector<rocksdb::ColumnFamilyHandle*>& handles() const { return handles_; }
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles_[static_cast<std::size_t>(family)];
  }

  void throw_unless(const rocksdb::Status& status) const {
    if (!status.ok()) throw StorageFailed{path_ + ": " + status.ToString()};
  }
  void throw_background_error() const {
    if (std::string first = errors_->first(); !first.empty()) {
      throw StorageFailed{path_ + ": in the background: " + first};
    }
  }

  std::optional<std::string> get(const rocksdb::ReadOptions& options, Family family,
                                 std::string_view key) const {
    std::string value;
    const auto status = db_->Get(options, handle(family), as_slice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    throw_unless(status);
    return value;
  }

 private:
  static void check(const rocksdb::Status& status) {
    GROUPY_CHECK(status.ok(), "a column family handle is given back once");
  }

  const std::string path_;
  std::shared_ptr<BackgroundErrors> errors_;
  std::unique_ptr<rocksdb::DB> db_;
  std::vector<rocksdb::ColumnFamilyHandle*> handles_;
};

class RocksDbStorage::Snapshot final : public StorageSnapshot {
 public:
  explicit Snapshot(std::shared_ptr<const Database> database)
      : database_(std::move(database)), pinned_(&database_->db()) {
    options_.snapshot = pinned_.snapshot();
  }

  std::optional<std::string> get(Family family, std::string_view key) const override {
    return database_->get(options_, family, key);
  }

  void scan(Family family, std::string_view first, const Visit& visit) const override {
    const std::unique_ptr<rocksdb::Iterator> at(
        database_->db().NewIterator(options_, database_->handle(family)));
    for (at->Seek(as_slice(first)); at->Valid(); at->Next()) {
      if (!visit(as_view(at->key()), as_view(at->value()))) break;
    }
    database_->throw_unless(at->status());
  }

 private:
  std::shared_ptr<const Database> database_;  // before pinned_, which needs it to the end
  rocksdb::ManagedSnapshot pinned_;
  rocksdb::ReadOptions options_;
};

RocksDbStorage::RocksDbStorage(std::shared_ptr<Database> database)
    : database_(std::move(database)) {}

RocksDbStorage::~RocksDbStorage() = default;

std::variant<std::unique_ptr<RocksDbStorage>, std::string> RocksDbStorage::open(
    const std::filesystem::path& directory, const RocksDbOptions& options) {
  auto database =
      std::make_shared<Database>(directory.string(), std::make_shared<BackgroundErrors>());
  auto status = lower_background_priorities();
  if (status.ok()) status = database->open(options);
  if (status.ok()) status = sync_parent(directory);
  if (!status.ok()) return directory.string() + ": " + status.ToString();
  return std::unique_ptr<RocksDbStorage>(new RocksDbStorage(std::move(database)));
}

std::optional<std::string> RocksDbStorage::get(Family family, std::string_view key) const {
  return database_->get(rocksdb::ReadOptions(), family, key);
}

void RocksDbStorage::write(const RowWrites& rows) {
  database_->throw_background_error();
  rocksdb::WriteBatch batch;
  for (const RowWrite& row : rows) {
    rocksdb::ColumnFamilyHandle* family = database_->handle(row.family);
    const auto status = row.value ? batch.Put(family, as_slice(row.key), as_slice(*row.value))
                                  : batch.Delete(family, as_slice(row.key));
    database_->throw_unless(status);
  }
  rocksdb::WriteOptions options;
  options.disableWAL = true;
  database_->throw_unless(database_->db().Write(options, &batch));
}

std::shared_ptr<const StorageSnapshot> RocksDbStorage::snapshot() const {
  return std::make_shared<Snapshot>(database_);
}

void RocksDbStorage::flush() {
  database_->throw_background_error();
  database_->throw_unless(database_->db().Flush(rocksdb::FlushOptions(), database_->handles()));
}

}  // namespace groupy::kvstore
