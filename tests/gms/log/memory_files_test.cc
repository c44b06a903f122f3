// The disk of the tests is as bad as it says: a test on a kind disk proves nothing.
#include "tests/gms/log/memory_files.h"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace groupy::gms::log {
namespace {

Failure write(File& file, std::uint64_t offset, const std::string& bytes) {
  return file.write_at(offset, std::array{std::string_view(bytes)});
}

// A file of four sectors of 'a', on disk.
std::unique_ptr<File> synced_file(MemoryDirectory& files) {
  auto file = files.create("f");
  EXPECT_TRUE(file.ok());
  EXPECT_EQ(write(**file, 0, std::string(2048, 'a')), std::nullopt);
  EXPECT_EQ((*file)->sync(), std::nullopt);
  EXPECT_EQ(files.sync(""), std::nullopt);
  return std::move(*file);
}

TEST(MemoryDisk, WhatWasSyncedStays) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    MemoryDisk disk(seed);
    MemoryDirectory files(disk);
    synced_file(files);
    disk.power_off();
    EXPECT_EQ(disk.contents("f"), std::string(2048, 'a'));
  }
}

TEST(MemoryDisk, WhatWasNotSyncedIsLostTornOrReordered) {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    MemoryDisk disk(seed);
    MemoryDirectory files(disk);
    auto file = synced_file(files);
    ASSERT_EQ(write(*file, 0, std::string(2048, 'b')), std::nullopt);
    disk.power_off();
    std::string outcome;
    for (std::size_t sector = 0; sector < 4; ++sector) {
      const std::string bytes = disk.contents("f").substr(sector * 512, 512);
      outcome += bytes == std::string(512, 'a') ? 'a' : bytes == std::string(512, 'b') ? 'b' : '?';
    }
    outcomes.insert(outcome);
  }
  EXPECT_TRUE(outcomes.contains("abab"));
  EXPECT_TRUE(outcomes.contains("bbbb"));
  EXPECT_TRUE(outcomes.contains("aaab"));
  EXPECT_TRUE(outcomes.contains("b?bb"));
}

TEST(MemoryDisk, AFailedSyncDropsItsPagesAndCallsThemClean) {
  bool has_lost = false;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    MemoryDisk disk(seed);
    MemoryDirectory files(disk);
    auto file = synced_file(files);
    ASSERT_EQ(write(*file, 0, std::string(2048, 'b')), std::nullopt);
    disk.fail_at(1, DiskFault::error);
    ASSERT_TRUE(file->sync());
    EXPECT_EQ(file->sync(), std::nullopt) << "the next one succeeds";
    EXPECT_EQ(disk.contents("f"), std::string(2048, 'b')) << "and the pages read fine";
    disk.power_off();
    has_lost |= disk.contents("f") != std::string(2048, 'b');
  }
  EXPECT_TRUE(has_lost);
}

TEST(MemoryDisk, ANameCountsOnlyWhenItsDirectoryWasSynced) {
  std::set<std::string> outcomes;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    MemoryDisk disk(seed);
    MemoryDirectory files(disk);
    synced_file(files);
    ASSERT_EQ(files.rename("f", "g"), std::nullopt);
    disk.power_off();
    outcomes.insert(disk.names_in("").at(0));
    MemoryDirectory again(disk);
    const std::string name = disk.names_in("").at(0);
    ASSERT_EQ(again.rename(name, "h"), std::nullopt);
    ASSERT_EQ(again.sync(""), std::nullopt);
    disk.power_off();
    EXPECT_EQ(disk.names_in(""), std::vector<std::string>{"h"});
  }
  EXPECT_EQ(outcomes, (std::set<std::string>{"f", "g"}));
}

TEST(MemoryDisk, AKilledProcessLosesItsFilesAndNothingElse) {
  MemoryDisk disk(1);
  MemoryDirectory files(disk);
  auto file = synced_file(files);
  auto lock = files.lock("LOCK");
  ASSERT_EQ(write(*file, 0, "bb"), std::nullopt);
  disk.kill();
  EXPECT_EQ(disk.contents("f").substr(0, 3), "bba");
  EXPECT_TRUE(write(*file, 0, "cc"));
  EXPECT_FALSE(files.open("f").ok());
  EXPECT_TRUE(MemoryDirectory(disk).lock("LOCK").ok());
}

TEST(MemoryDisk, AfterACrashNothingHappensAnyMore) {
  MemoryDisk disk(1);
  MemoryDirectory files(disk);
  auto file = synced_file(files);
  disk.fail_at(2, DiskFault::crash);
  EXPECT_EQ(write(*file, 0, "b"), std::nullopt);
  EXPECT_TRUE(file->sync());
  EXPECT_TRUE(disk.is_crashed());
  EXPECT_TRUE(write(*file, 0, "c"));
  EXPECT_EQ(disk.contents("f").substr(0, 1), "b");
}

TEST(MemoryDisk, FullIsFull) {
  MemoryDisk disk(1, 3000);
  MemoryDirectory files(disk);
  auto file = synced_file(files);
  EXPECT_EQ(*files.free_bytes(), 952u);
  EXPECT_EQ(write(*file, 2048, std::string(953, 'x'))->code, IoCode::no_space);
  EXPECT_EQ(write(*file, 2048, std::string(952, 'x')), std::nullopt);
  EXPECT_EQ(write(*file, 0, "overwriting needs none"), std::nullopt);
}

}  // namespace
}  // namespace groupy::gms::log
