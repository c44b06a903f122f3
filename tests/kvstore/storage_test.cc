// What every Storage promises, tried on each kind; then what only RocksDB has.
#include "kvstore/storage.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "kvstore/memory_storage.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

struct InMemory {
  MemoryStorage storage;
  Storage& get() { return storage; }
};

struct OnDisk {
  TemporaryDirectory directory;
  std::unique_ptr<RocksDbStorage> storage = open_rocksdb(directory.path());
  Storage& get() { return *storage; }
};

template <typename Kind>
class AnyStorage : public testing::Test {
 protected:
  Storage& storage() { return kind_.get(); }

 private:
  Kind kind_;
};

using Kinds = testing::Types<InMemory, OnDisk>;
TYPED_TEST_SUITE(AnyStorage, Kinds);

TYPED_TEST(AnyStorage, GivesBackWhatWasWrittenAndKeepsFamiliesApart) {
  this->storage().write({{Family::meta, "k", "meta"}, {Family::latest, "k", "latest"}});
  EXPECT_EQ(this->storage().get(Family::meta, "k"), "meta");
  EXPECT_EQ(this->storage().get(Family::latest, "k"), "latest");
  EXPECT_EQ(this->storage().get(Family::history, "k"), std::nullopt);
}

TYPED_TEST(AnyStorage, WritesLaterRowsOverEarlierOnes) {
  this->storage().write({{Family::latest, "a", "1"},
                         {Family::latest, "a", "2"},
                         {Family::latest, "b", "1"},
                         {Family::latest, "b", std::nullopt}});
  EXPECT_EQ(this->storage().get(Family::latest, "a"), "2");
  EXPECT_EQ(this->storage().get(Family::latest, "b"), std::nullopt);
}

TYPED_TEST(AnyStorage, TakesKeysAndValuesOfAnyBytes) {
  const std::string key("\0\xff/../", 6);
  const std::string value("\xff\0", 2);
  this->storage().write({{Family::latest, key, value}, {Family::latest, "", ""}});
  EXPECT_EQ(this->storage().get(Family::latest, key), value);
  EXPECT_EQ(this->storage().get(Family::latest, ""), "");
}

TYPED_TEST(AnyStorage, ScansInTheOrderOfUnsignedBytesFromTheFirstKeyUntilToldToStop) {
  this->storage().write({{Family::latest, "\xff", "4"},
                         {Family::latest, "a", "1"},
                         {Family::latest, "b", "2"},
                         {Family::latest, "c", "3"}});
  std::string seen;
  const auto snapshot = this->storage().snapshot();
  snapshot->scan(Family::latest, "aa", [&](std::string_view, std::string_view value) {
    seen += value;
    return true;
  });
  EXPECT_EQ(seen, "234");
  seen.clear();
  snapshot->scan(Family::latest, "", [&](std::string_view, std::string_view value) {
    seen += value;
    return value != "2";
  });
  EXPECT_EQ(seen, "12");
}

TYPED_TEST(AnyStorage, SnapshotsStayAsTheyWere) {
  this->storage().write({{Family::latest, "k", "old"}, {Family::latest, "gone", "soon"}});
  const auto snapshot = this->storage().snapshot();
  this->storage().write({{Family::latest, "k", "new"},
                         {Family::latest, "gone", std::nullopt},
                         {Family::latest, "more", ""}});
  EXPECT_EQ(snapshot->get(Family::latest, "k"), "old");
  const RowDump before = {{Family::latest, "gone", "soon"}, {Family::latest, "k", "old"}};
  EXPECT_EQ(dump(*snapshot), before);
  const RowDump after = {{Family::latest, "k", "new"}, {Family::latest, "more", ""}};
  EXPECT_EQ(dump(*this->storage().snapshot()), after);
}

TEST(RocksDbStorage, HasItsRowsAfterAReopen) {
  const TemporaryDirectory directory;
  const RowWrites rows = {
      {Family::meta, "a", "1"}, {Family::latest, "b", "2"}, {Family::history, "c", "3"}};
  open_rocksdb(directory.path())->write(rows);
  const RowDump all = {
      {Family::meta, "a", "1"}, {Family::latest, "b", "2"}, {Family::history, "c", "3"}};
  EXPECT_EQ(dump(*open_rocksdb(directory.path())->snapshot()), all);
}

// What a crash leaves is what the files say while the database is still open.
TEST(RocksDbStorage, HasAfterACrashWhatWasFlushedInAllFamiliesAlike) {
  const TemporaryDirectory directory;
  const TemporaryDirectory crashed;
  const auto storage = open_rocksdb(directory.path());
  storage->write({{Family::meta, "m", "1"}, {Family::latest, "l", "1"}});
  storage->flush();
  storage->write({{Family::meta, "m", "2"}, {Family::latest, "l", "2"}});
  std::filesystem::copy(directory.path(), crashed.path(), std::filesystem::copy_options::recursive);
  const RowDump flushed = {{Family::meta, "m", "1"}, {Family::latest, "l", "1"}};
  EXPECT_EQ(dump(*open_rocksdb(crashed.path())->snapshot()), flushed);
}

constexpr int kWrites = 2'000;

// Writes much more than it keeps in memory, and dies without closing anything.
[[noreturn]] void write_and_die(const char* path) {
  RocksDbOptions small;
  small.write_buffer_bytes = 64u << 10;
  auto opened = RocksDbStorage::open(path, small);
  const auto& storage = std::get<std::unique_ptr<RocksDbStorage>>(opened);
  for (int number = 1; number <= kWrites; ++number) {
    storage->write({{Family::latest, "k", std::string(4'096, 'v')},
                    {Family::meta, "applied", std::to_string(number)}});
  }
  std::_Exit(0);
}

TEST(RocksDbStorageDeathTest, ACrashTakesNoMoreThanItsWriteBuffersHold) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  // The one who dies runs all of this again up to its death, and must find the same place.
  constexpr const char* kPlace = "GROUPY_TEST_CRASH_IN";
  std::optional<TemporaryDirectory> directory;
  if (std::getenv(kPlace) == nullptr) {
    directory.emplace();
    ::setenv(kPlace, directory->path().c_str(), 1);
  }
  EXPECT_EXIT(write_and_die(std::getenv(kPlace)), testing::ExitedWithCode(0), "");
  ::unsetenv(kPlace);
  const auto left = open_rocksdb(directory->path())->get(Family::meta, "applied");
  ASSERT_TRUE(left);
  EXPECT_GE(std::stoi(*left), kWrites - 100);
}

TEST(RocksDbStorage, SaysWhyItCannotBeOpenedAndWhere) {
  const TemporaryDirectory directory;
  const auto holder = open_rocksdb(directory.path());
  const auto second = RocksDbStorage::open(directory.path());
  ASSERT_TRUE(std::holds_alternative<std::string>(second));
  EXPECT_NE(std::get<std::string>(second).find(directory.path().string()), std::string::npos);
  const auto nowhere = directory.path() / "gone" / "db";
  const auto third = RocksDbStorage::open(nowhere);
  ASSERT_TRUE(std::holds_alternative<std::string>(third));
  EXPECT_NE(std::get<std::string>(third).find(nowhere.string()), std::string::npos);
}

TEST(RocksDbStorage, StaysOpenForItsLastSnapshot) {
  const TemporaryDirectory directory;
  std::shared_ptr<const StorageSnapshot> snapshot;
  {
    const auto storage = open_rocksdb(directory.path());
    storage->write({{Family::latest, "k", "v"}});
    snapshot = storage->snapshot();
  }
  EXPECT_EQ(snapshot->get(Family::latest, "k"), "v");
  snapshot.reset();
  EXPECT_EQ(open_rocksdb(directory.path())->get(Family::latest, "k"), "v");
}

TEST(RocksDbStorage, FailsForGoodWhenItsDiskFailed) {
  const TemporaryDirectory directory;
  const auto storage = open_rocksdb(directory.path());
  storage->write({{Family::latest, "k", "v"}});
  std::filesystem::remove_all(directory.path());
  try {
    storage->flush();
    FAIL() << "a flush into a directory that is gone";
  } catch (const StorageFailed& failure) {
    EXPECT_NE(failure.what.find(directory.path().string()), std::string::npos);
  }
  std::filesystem::create_directory(directory.path());
  EXPECT_THROW(storage->write({{Family::latest, "k", "w"}}), StorageFailed);
}

}  // namespace
}  // namespace groupy::kvstore
