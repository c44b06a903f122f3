#include "kvstore/metadata_table.h"

#include <gtest/gtest.h>

#include "kvstore/memory_storage.h"

namespace groupy::kvstore {
namespace {

// Counts how often it is asked.
class CountingStorage final : public Storage {
 public:
  std::optional<std::string> get(Family family, std::string_view key) const override {
    ++asked;
    return rows.get(family, key);
  }
  void write(const RowWrites& writes) override { rows.write(writes); }
  std::shared_ptr<const StorageSnapshot> snapshot() const override { return rows.snapshot(); }
  void flush() override { rows.flush(); }

  MemoryStorage rows;
  mutable int asked = 0;
};

KeyMetadata metadata(std::uint64_t number) {
  return {Revision{number}, Revision{number + 1}, number + 2, number + 3, number + 4};
}

void store(CountingStorage& storage, const std::string& key, std::uint64_t number) {
  storage.write({{Family::latest, key, encode_record({metadata(number), "value"})}});
}

constexpr std::size_t kPlenty = 1u << 20;

TEST(MetadataTable, AsksTheStorageOnceForAKey) {
  CountingStorage storage;
  store(storage, "k", 1);
  MetadataTable table(storage, kPlenty);
  EXPECT_EQ(table.find("k"), metadata(1));
  EXPECT_EQ(table.find("k"), metadata(1));
  EXPECT_EQ(storage.asked, 1);
}

TEST(MetadataTable, RemembersAbsenceToo) {
  CountingStorage storage;
  MetadataTable table(storage, kPlenty);
  EXPECT_EQ(table.find("k"), std::nullopt);
  EXPECT_EQ(table.find("k"), std::nullopt);
  EXPECT_EQ(storage.asked, 1);
}

TEST(MetadataTable, TakesOverWhatWasWritten) {
  CountingStorage storage;
  MetadataTable table(storage, kPlenty);
  EXPECT_EQ(table.find("k"), std::nullopt);
  table.remember("k", metadata(5));
  EXPECT_EQ(table.find("k"), metadata(5));
  table.remember("k", std::nullopt);
  EXPECT_EQ(table.find("k"), std::nullopt);
  EXPECT_EQ(storage.asked, 1);
}

TEST(MetadataTable, NeverHoldsMoreBytesThanItsBoundAndStillKnowsAll) {
  CountingStorage storage;
  constexpr std::size_t kBytes = 2000;
  MetadataTable table(storage, kBytes);
  for (int round = 0; round < 3; ++round) {
    for (std::uint64_t i = 0; i < 100; ++i) {
      const std::string key(1 + i % 50, static_cast<char>('a' + i / 50));
      if (round == 0) store(storage, key, i);
      EXPECT_EQ(table.find(key), metadata(i));
      ASSERT_LE(table.bytes(), kBytes);
    }
  }
  EXPECT_GT(table.bytes(), 0u);
}

TEST(MetadataTable, KeepsWhatIsAskedForAgainAndAgain) {
  CountingStorage storage;
  MetadataTable table(storage, 2000);
  store(storage, "hot", 7);
  for (std::uint64_t i = 0; i < 200; ++i) {
    EXPECT_EQ(table.find("hot"), metadata(7));
    EXPECT_EQ(table.find("cold" + std::to_string(i)), std::nullopt);
  }
  EXPECT_EQ(storage.asked, 201);
}

TEST(MetadataTable, WithoutRoomForAKeyPassesOnTheStorage) {
  CountingStorage storage;
  store(storage, "k", 1);
  MetadataTable table(storage, 0);
  EXPECT_EQ(table.find("k"), metadata(1));
  table.remember("k", metadata(1));
  EXPECT_EQ(table.find("k"), metadata(1));
  EXPECT_EQ(storage.asked, 2);
  EXPECT_EQ(table.bytes(), 0u);
}

TEST(MetadataTable, StopsAtARowThatItCannotRead) {
  CountingStorage storage;
  storage.write({{Family::latest, "k", "no record"}});
  MetadataTable table(storage, kPlenty);
  EXPECT_THROW(table.find("k"), StorageFailed);
}

}  // namespace
}  // namespace groupy::kvstore
