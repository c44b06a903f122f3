// A promise outlives every crash, or its loss is known.
#include "gms/log/ballot_file.h"

#include <gtest/gtest.h>

#include <array>

#include "tests/gms/log/memory_files.h"

namespace groupy::gms::log {
namespace {

struct TestBallot {
  explicit TestBallot(std::uint64_t seed = 1) : disk(seed) {
    MemoryDirectory made(disk);
    EXPECT_EQ(made.make_directory("tmp"), std::nullopt);
    EXPECT_EQ(made.sync(""), std::nullopt);
    EXPECT_EQ(BallotFile::create(made), std::nullopt);
  }

  Failure open() {
    files = std::make_unique<MemoryDirectory>(disk);
    auto opened = BallotFile::open(*files);
    if (!opened.ok()) return opened.error();
    ballot = std::move(*opened);
    return std::nullopt;
  }

  MemoryDisk disk;
  std::unique_ptr<MemoryDirectory> files;
  std::unique_ptr<BallotFile> ballot;
};

Promise promise(std::uint64_t ballot, std::uint32_t voted_for = 0) {
  return {Ballot{ballot}, Ballot{voted_for == 0 ? 0 : ballot}, NodeId{voted_for}};
}

TEST(BallotFile, IsEmptyAtFirstAndNoAmnesia) {
  TestBallot test;
  ASSERT_EQ(test.open(), std::nullopt);
  EXPECT_FALSE(test.ballot->has_amnesia());
  EXPECT_EQ(test.ballot->promise(), Promise());
}

TEST(BallotFile, WhatIsSavedIsThereAfterAPowerCut) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    TestBallot test(seed);
    for (std::uint64_t ballot = 1; ballot < 6; ++ballot) {
      ASSERT_EQ(test.open(), std::nullopt);
      EXPECT_EQ(test.ballot->promise().promised, Ballot{ballot - 1});
      ASSERT_EQ(test.ballot->save(promise(ballot, 2)), std::nullopt);
      if (seed % 2 == 0) {
        ASSERT_EQ(test.ballot->copy(), std::nullopt);
      }
      test.disk.power_off();
    }
    ASSERT_EQ(test.open(), std::nullopt);
    EXPECT_EQ(test.ballot->promise(), promise(5, 2));
  }
}

TEST(BallotFile, ACrashAnywhereLeavesTheOldOrTheNewPromise) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    for (const DiskFault fault : {DiskFault::crash, DiskFault::half_done, DiskFault::error}) {
      for (std::uint64_t at = 1; at <= 12; ++at) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " operation " + std::to_string(at));
        TestBallot test(seed);
        test.disk.fail_at(at, fault);
        std::uint64_t saved = 0;
        Failure failed = test.open();
        while (!failed && saved < 3) {
          failed = test.ballot->save(promise(saved + 1));
          if (!failed) ++saved;
        }
        test.disk.power_off();
        ASSERT_EQ(test.open(), std::nullopt);
        ASSERT_FALSE(test.ballot->has_amnesia());
        ASSERT_GE(test.ballot->promise().promised, Ballot{saved});
        ASSERT_LE(test.ballot->promise().promised, Ballot{saved + 1});
      }
    }
  }
}

// The page cache shows a promise whose sync failed: opening makes it true.
TEST(BallotFile, WhatAnOpenShowedIsOnDisk) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    TestBallot test(seed);
    ASSERT_EQ(test.open(), std::nullopt);
    test.disk.fail_at(2, DiskFault::error);
    ASSERT_TRUE(test.ballot->save(promise(7)));
    test.disk.kill();
    ASSERT_EQ(test.open(), std::nullopt);
    const Promise shown = test.ballot->promise();
    test.disk.power_off();
    ASSERT_EQ(test.open(), std::nullopt);
    EXPECT_EQ(test.ballot->promise(), shown);
  }
}

TEST(BallotFile, OneSlotIsEnoughOnceItWasCopied) {
  for (const std::uint64_t slot : {std::uint64_t{0}, kBallotSlotsApart}) {
    TestBallot test;
    ASSERT_EQ(test.open(), std::nullopt);
    ASSERT_EQ(test.ballot->save(promise(7, 3)), std::nullopt);
    ASSERT_EQ(test.ballot->copy(), std::nullopt);
    test.disk.flip("ballot", slot + 16, 1);
    ASSERT_EQ(test.open(), std::nullopt);
    EXPECT_EQ(test.ballot->promise(), promise(7, 3));
  }
}

TEST(BallotFile, ASlotThatTheDiskDoesNotGiveIsAsGoodAsADamagedOne) {
  for (const std::uint64_t slot : {std::uint64_t{0}, kBallotSlotsApart}) {
    TestBallot test;
    ASSERT_EQ(test.open(), std::nullopt);
    ASSERT_EQ(test.ballot->save(promise(7, 3)), std::nullopt);
    ASSERT_EQ(test.ballot->copy(), std::nullopt);
    test.disk.make_unreadable("ballot", slot / MemoryDisk::kSectorBytes);
    for (int life = 0; life < 2; ++life) {
      const Failure failed = test.open();
      ASSERT_EQ(failed, std::nullopt) << failed->what;
      EXPECT_EQ(test.ballot->promise(), promise(7, 3));
      test.disk.power_off();
    }
  }
}

TEST(BallotFile, EveryOtherSaveIsPrecededByACopy) {
  TestBallot test;
  ASSERT_EQ(test.open(), std::nullopt);
  const std::uint64_t before = test.disk.operations();
  ASSERT_EQ(test.ballot->save(promise(1)), std::nullopt);
  EXPECT_EQ(test.disk.operations(), before + 2) << "sent after one write and one sync";
  ASSERT_EQ(test.ballot->save(promise(2)), std::nullopt);
  EXPECT_EQ(test.disk.operations(), before + 6);
  ASSERT_EQ(test.ballot->copy(), std::nullopt);
  ASSERT_EQ(test.ballot->copy(), std::nullopt);
  EXPECT_EQ(test.disk.operations(), before + 8);
}

TEST(BallotFile, BothSlotsUnreadableIsAmnesiaForEver) {
  TestBallot test;
  ASSERT_EQ(test.open(), std::nullopt);
  ASSERT_EQ(test.ballot->save(promise(7)), std::nullopt);
  test.disk.flip("ballot", 30, 1);
  test.disk.make_unreadable("ballot", kBallotSlotsApart / MemoryDisk::kSectorBytes);
  for (int life = 0; life < 2; ++life) {
    ASSERT_EQ(test.open(), std::nullopt);
    EXPECT_TRUE(test.ballot->has_amnesia());
    EXPECT_EQ(test.ballot->promise(), Promise());
    const std::string before = test.disk.contents("ballot");
    EXPECT_EQ(test.ballot->copy(), std::nullopt);
    EXPECT_EQ(test.disk.contents("ballot"), before) << "what is not known is not written over";
    test.disk.power_off();
  }
}

TEST(BallotFile, AMissingFileIsAmnesia) {
  MemoryDisk disk(1);
  MemoryDirectory files(disk);
  auto ballot = BallotFile::open(files);
  ASSERT_TRUE(ballot.ok());
  EXPECT_TRUE((*ballot)->has_amnesia());
  EXPECT_EQ((*ballot)->copy(), std::nullopt) << "there is nothing to bring up to date";
}

TEST(BallotFile, AFailureIsFinal) {
  TestBallot test;
  ASSERT_EQ(test.open(), std::nullopt);
  test.disk.fail_at(2, DiskFault::error);
  const Failure failed = test.ballot->save(promise(7));
  ASSERT_TRUE(failed);
  EXPECT_EQ(test.ballot->save(promise(8)), failed);
  EXPECT_EQ(test.ballot->copy(), failed);
}

TEST(BallotFileDeathTest, PromisesAreNeverTakenBackNorMadeInAmnesia) {
  TestBallot test;
  ASSERT_EQ(test.open(), std::nullopt);
  ASSERT_EQ(test.ballot->save(promise(7)), std::nullopt);
  EXPECT_DEATH(static_cast<void>(test.ballot->save(promise(6))), "taken back");
  test.disk.flip("ballot", 30, 1);
  test.disk.flip("ballot", kBallotSlotsApart + 30, 1);
  ASSERT_EQ(test.open(), std::nullopt);
  EXPECT_DEATH(static_cast<void>(test.ballot->save(promise(8))), "forgot");
}

}  // namespace
}  // namespace groupy::gms::log
