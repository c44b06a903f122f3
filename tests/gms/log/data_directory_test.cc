// A data directory knows whose it is, and lets in nobody else.
#include "gms/log/data_directory.h"

#include <gtest/gtest.h>

#include <array>

#include "gms/log/ballot_file.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

const DirectoryId kOther({9, 9, 9});

struct Opened {
  explicit Opened(MemoryDisk& disk, NodeId node = NodeId{1}, DirectoryId fresh = test_directory())
      : files(disk), directory(DataDirectory::open(files, node, fresh)) {}

  // Why not; empty if it is open.
  std::string why() const { return directory.ok() ? std::string() : directory.error().what; }

  MemoryDirectory files;
  Result<std::unique_ptr<DataDirectory>> directory;
};

void put_file(MemoryDisk& disk, const std::string& name, const std::string& bytes) {
  MemoryDirectory files(disk);
  if (disk.find(name)) {
    ASSERT_EQ(files.remove(name), std::nullopt);
  }
  auto file = files.create(name);
  ASSERT_TRUE(file.ok());
  ASSERT_EQ((*file)->write_at(0, std::array{std::string_view(bytes)}), std::nullopt);
}

TEST(DataDirectory, ANewOneIsInitialised) {
  MemoryDisk disk(1);
  Opened opened(disk);
  ASSERT_EQ(opened.why(), "");
  DataDirectory& directory = **opened.directory;
  EXPECT_TRUE(directory.is_new());
  EXPECT_EQ(directory.identity(),
            (Identity{test_directory(), GroupId(), NodeId{1}, StartCount{1}, StartCount{}}));
  EXPECT_EQ(disk.names_in(""), (std::vector<std::string>{"VERSION", "ballot", "db", "identity",
                                                         "log", "peers", "snapshots", "tmp"}));
  EXPECT_EQ(disk.contents("VERSION"), "format 1\noldest_reader 1\n");
}

TEST(DataDirectory, EachOpenCountsAStartOnDisk) {
  MemoryDisk disk(1);
  for (std::uint64_t start = 1; start <= 5; ++start) {
    const Opened opened(disk, NodeId{1}, start == 1 ? test_directory() : kOther);
    ASSERT_EQ(opened.why(), "");
    disk.power_off();
    Opened again(disk, NodeId{1}, kOther);
    ASSERT_EQ(again.why(), "");
    EXPECT_EQ((*again.directory)->identity().start, StartCount{2 * start});
    EXPECT_EQ((*again.directory)->identity().directory, test_directory());
    EXPECT_FALSE((*again.directory)->is_new());
    disk.power_off();
  }
}

TEST(DataDirectory, GroupAndPeersStay) {
  MemoryDisk disk(1);
  const GroupId group({7});
  const std::vector<PeerMemory> peers{
      {kOther, StartCount{3}, StartCount{2}, Ballot{4}, Sequence{5}}};
  {
    Opened opened(disk);
    ASSERT_EQ((*opened.directory)->set_group(group), std::nullopt);
    ASSERT_EQ((*opened.directory)->save_peers(peers), std::nullopt);
    EXPECT_EQ((*opened.directory)->peers(), peers);
  }
  disk.power_off();
  Opened again(disk);
  ASSERT_EQ(again.why(), "");
  EXPECT_EQ((*again.directory)->identity().group, group);
  EXPECT_EQ((*again.directory)->peers(), peers);
}

TEST(DataDirectory, ACrashWhileItIsMadeIsMadeGoodByTheNextStart) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    bool has_failed = true;
    for (std::uint64_t at = 1; has_failed; ++at) {
      SCOPED_TRACE("seed " + std::to_string(seed) + " operation " + std::to_string(at));
      MemoryDisk disk(seed);
      disk.fail_at(at, at % 2 == 0 ? DiskFault::crash : DiskFault::half_done);
      const bool was_opened = Opened(disk).why().empty();
      has_failed = !disk.is_failing();
      disk.power_off();
      Opened again(disk, NodeId{1}, kOther);
      ASSERT_EQ(again.why(), "");
      const Identity& identity = (*again.directory)->identity();
      if (was_opened) {
        ASSERT_EQ(identity.directory, test_directory());
        ASSERT_EQ(identity.start, StartCount{2});
      }
      auto ballot = BallotFile::open(again.files);
      ASSERT_TRUE(ballot.ok());
      ASSERT_FALSE((*ballot)->has_amnesia());
    }
  }
}

TEST(DataDirectory, ASecondProcessIsRefused) {
  MemoryDisk disk(1);
  const Opened first(disk);
  EXPECT_EQ(Opened(disk).why(), "another process uses this data directory");
  EXPECT_EQ(Opened(disk).directory.error().code, IoCode::locked);
}

TEST(DataDirectory, TheLockGoesWithItsHolder) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  EXPECT_EQ(Opened(disk).why(), "");
}

TEST(DataDirectory, AnotherNodesIsRefused) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  EXPECT_EQ(Opened(disk, NodeId{2}).why(), "this data directory belongs to node 1, not to node 2");
}

TEST(DataDirectory, AMissingIdentityIsNeverMadeUpAgain) {
  for (const char* used : {"log", "db", "snapshots"}) {
    MemoryDisk disk(1);
    { const Opened first(disk); }
    MemoryDirectory files(disk);
    ASSERT_EQ(files.remove("identity"), std::nullopt);
    put_file(disk, std::string(used) + "/something", "x");
    EXPECT_EQ(Opened(disk).why(), "identity is missing, but " + std::string(used) +
                                      " is not empty: who this was is never made up again");
  }
}

TEST(DataDirectory, ADamagedIdentityIsRefused) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  const std::size_t size = disk.contents("identity").size();
  for (std::size_t at = 0; at < size; ++at) {
    disk.flip("identity", at, 4);
    EXPECT_EQ(Opened(disk).why(), "identity: damaged, its checksum is wrong");
    disk.flip("identity", at, 4);
  }
  EXPECT_EQ(Opened(disk).why(), "");
}

TEST(DataDirectory, DamagedOrMissingPeersAreRefused) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  disk.flip("peers", 3, 1);
  EXPECT_EQ(Opened(disk).why(), "peers: peers: damaged, its checksum is wrong");
  MemoryDirectory files(disk);
  ASSERT_EQ(files.remove("peers"), std::nullopt);
  EXPECT_EQ(Opened(disk).directory.error().code, IoCode::refused);
}

TEST(DataDirectory, ANewerFormatIsRefusedUnlessItSaysThatWeMayRead) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  put_file(disk, "VERSION", "format 3\noldest_reader 2\n");
  EXPECT_EQ(Opened(disk).why(),
            "this data directory needs a program that reads format 2, this one reads up to 1");
  put_file(disk, "VERSION", "format 3\noldest_reader 1\nmore 7\n");
  EXPECT_EQ(Opened(disk).why(), "");
}

TEST(DataDirectory, AMissingOrDamagedVersionIsRefused) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  for (const char* text : {"", "format 1\n", "oldest_reader 1\n", "format 1\noldest_reader x\n",
                           "format 1\noldest_reader 99999999999\n"}) {
    put_file(disk, "VERSION", text);
    EXPECT_EQ(Opened(disk).why(), "VERSION is damaged: no format and oldest_reader in it");
  }
  MemoryDirectory files(disk);
  ASSERT_EQ(files.remove("VERSION"), std::nullopt);
  EXPECT_EQ(Opened(disk).why(), "VERSION is missing: the format of this data directory is unknown");
}

TEST(DataDirectory, WhatWasBeingBuiltIsRemoved) {
  MemoryDisk disk(1);
  { const Opened first(disk); }
  put_file(disk, "tmp/segment-7", "half");
  EXPECT_EQ(Opened(disk).why(), "");
  EXPECT_TRUE(disk.names_in("tmp").empty());
}

TEST(DataDirectoryDeathTest, AGroupIsForEver) {
  MemoryDisk disk(1);
  Opened opened(disk);
  ASSERT_EQ((*opened.directory)->set_group(GroupId({7})), std::nullopt);
  EXPECT_DEATH(static_cast<void>((*opened.directory)->set_group(GroupId({8}))), "its group");
}

}  // namespace
}  // namespace groupy::gms::log
