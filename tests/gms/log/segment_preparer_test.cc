// The next segment is made once, by whoever comes first, and is the one that the log asked for.
#include "gms/log/segment_preparer.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <thread>

#include "gms/log/log.h"
#include "gms/log/posix_files.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

SegmentHeader header_of(std::uint64_t number) {
  return {number, test_directory(), 16u << 10, number - 1, 0};
}

TEST(SegmentPreparer, TellsWhenThereIsWork) {
  TestLog test;
  int calls = 0;
  MemoryDirectory files(test.disk);
  SegmentPreparer preparer(files, [&] { ++calls; });
  EXPECT_FALSE(preparer.prepare());
  preparer.want(header_of(1));
  EXPECT_EQ(calls, 1);
  EXPECT_TRUE(preparer.prepare());
  EXPECT_TRUE(preparer.is_ready());
  EXPECT_EQ(preparer.take(header_of(1))->header, header_of(1));
  EXPECT_FALSE(preparer.is_ready());
}

TEST(SegmentPreparer, MakesItOnTheSpotIfItIsNotReady) {
  TestLog test;
  MemoryDirectory files(test.disk);
  SegmentPreparer preparer(files);
  preparer.want(header_of(1));
  EXPECT_EQ(preparer.take(header_of(1))->header, header_of(1));
  EXPECT_FALSE(preparer.prepare()) << "it was wanted once";
}

TEST(SegmentPreparer, WhatIsReadyIsOnDiskAndEmpty) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestLog test(seed);
    MemoryDirectory files(test.disk);
    SegmentPreparer preparer(files);
    preparer.want(header_of(1));
    ASSERT_TRUE(preparer.prepare());
    test.disk.power_off();
    const std::string bytes = test.disk.contents(segment_name(1));
    ASSERT_EQ(bytes.size(), 16u << 10);
    EXPECT_EQ(bytes.find_first_not_of('\0', kSegmentDataStart), std::string::npos);
    EXPECT_TRUE(
        open_segment(*std::make_unique<MemoryDirectory>(test.disk), 1, test_directory()).ok());
  }
}

TEST(SegmentPreparer, OldFilesAreZeroedBeforeTheyAreUsedAgain) {
  TestLog test;
  test.opened();
  test.append({std::string(2000, 'x')});
  test.sync();
  MemoryDirectory files(test.disk);
  auto name = take_out_segment(files, 1);
  ASSERT_TRUE(name.ok());
  SegmentPreparer preparer(files);
  ASSERT_EQ(preparer.give_back(*name), std::nullopt);
  preparer.want(header_of(9));
  ASSERT_TRUE(preparer.prepare());
  const std::string bytes = test.disk.contents(segment_name(9));
  EXPECT_EQ(bytes.find_first_not_of('\0', kSegmentDataStart), std::string::npos);
  EXPECT_TRUE(test.disk.names_in("tmp").empty());
}

// Its sync fails, or its name: the next attempt must not stumble over what the first left.
TEST(SegmentPreparer, TriesAgainAfterAnyFailure) {
  bool has_failed = true;
  for (std::uint64_t at = 1; has_failed; ++at) {
    SCOPED_TRACE(at);
    TestLog test;
    MemoryDirectory files(test.disk);
    SegmentPreparer preparer(files);
    preparer.want(header_of(1));
    test.disk.fail_at(at, DiskFault::error);
    has_failed = !preparer.prepare();
    EXPECT_EQ(preparer.obstacle().has_value(), has_failed);
    if (has_failed) {
      EXPECT_TRUE(preparer.prepare()) << preparer.obstacle()->what;
    }
    EXPECT_TRUE(preparer.is_ready());
    EXPECT_FALSE(preparer.obstacle());
  }
}

TEST(SegmentPreparer, KeepsFewOldFiles) {
  TestLog test;
  MemoryDirectory files(test.disk);
  SegmentPreparer preparer(files);
  for (int i = 0; i < 10; ++i) {
    const std::string name = "tmp/retired-" + std::to_string(i);
    ASSERT_TRUE(files.create(name).ok());
    ASSERT_EQ(preparer.give_back(name), std::nullopt);
  }
  EXPECT_EQ(test.disk.names_in("tmp").size(), 2u);
}

// The helper thread and the log, as in a replica.
TEST(SegmentPreparer, WorksOnAThreadOfItsOwn) {
  std::string parent = ::testing::TempDir() + "groupy_preparer_XXXXXX";
  ASSERT_NE(::mkdtemp(parent.data()), nullptr);
  auto files = open_posix_directory(parent + "/data");
  ASSERT_TRUE(files.ok());
  ASSERT_EQ((*files)->make_directory("log"), std::nullopt);
  ASSERT_EQ((*files)->make_directory("tmp"), std::nullopt);
  SegmentPreparer preparer(**files);
  auto log = Log::open(**files, preparer,
                       {.directory = test_directory(), .segment_bytes = 12u << 10, .chain = {}});
  ASSERT_TRUE(log.ok());
  {
    std::jthread helper([&](const std::stop_token& stop) {
      while (!stop.stop_requested()) {
        if (!preparer.prepare()) std::this_thread::yield();
      }
    });
    for (std::uint64_t i = 1; i <= 400; ++i) {
      const Record record = record_behind((*log)->last(), 1, std::string(300, 'x'));
      ASSERT_EQ((*log)->append(Ticket{i}, std::span(&record, 1)), std::nullopt);
      if (i % 50 == 0) {
        ASSERT_TRUE((*log)->sync().ok());
        ASSERT_EQ((*log)->retire(Sequence{i - 30}), std::nullopt);
      }
    }
  }
  EXPECT_EQ((*log)->last().sequence, Sequence{400});
  EXPECT_GT((*log)->first(), Sequence{340});
  std::filesystem::remove_all(parent);
}

}  // namespace
}  // namespace groupy::gms::log
