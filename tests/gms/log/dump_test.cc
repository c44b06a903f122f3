// The log in lines for people, whatever state it is in.
#include "gms/log/dump.h"

#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

std::vector<std::string> dump(MemoryDisk& disk) {
  std::vector<std::string> lines;
  MemoryDirectory files(disk);
  EXPECT_EQ(dump_log(files, [&](const std::string& line) { lines.push_back(line); }), std::nullopt);
  return lines;
}

TEST(Dump, ShowsSegmentsRecordsAndLocalEntries) {
  TestLog test;
  test.opened();
  test.append({"a", "bb"});
  test.cut(Sequence{1});
  ASSERT_EQ(test.log->stop(), std::nullopt);
  EXPECT_EQ(dump(test.disk),
            (std::vector<std::string>{
                "log/0000000000000001 segment 1 bytes 16384 directory "
                "0102030405060708090a0b0c0d0e0f10 follows 0",
                "  8192 record application sequence 1 ballot 1 checksum b57137b4f5ce1704 previous "
                "0000000000000000 bytes 1 synced 1:8192",
                "  8280 record application sequence 2 ballot 1 checksum 1b9f6bb462f6c4ed previous "
                "b57137b4f5ce1704 bytes 2 synced 1:8192",
                "  8368 cut behind sequence 1 ballot 1 checksum b57137b4f5ce1704 synced 1:8192",
                "  8448 mark synced 1:8448"}));
}

TEST(Dump, ShowsWhatANoteOfLossOrWholeNames) {
  TestLog test;
  test.opened();
  test.append({"a"});
  EXPECT_EQ(test.log->declare_loss(), std::nullopt);
  EXPECT_EQ(test.log->declare_whole(Ticket{++test.tickets}), std::nullopt);
  test.sync();
  const auto lines = dump(test.disk);
  ASSERT_EQ(lines.size(), 4u);
  const std::string named = " behind sequence 1 ballot 1 checksum b57137b4f5ce1704 synced 1:";
  EXPECT_EQ(lines[2], "  8280 loss" + named + "8192");
  EXPECT_EQ(lines[3], "  8360 whole" + named + "8360");
}

TEST(Dump, ShowsDamageAndGoesOnBehindIt) {
  TestLog test;
  test.opened();
  test.append({"a", "b", "c"});
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.disk.flip(segment_name(1), kSegmentDataStart + 30, 1);
  test.disk.flip(segment_name(1), kSegmentDataStart + 88 + kEntryHeadBytes, 1);
  const auto lines = dump(test.disk);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[1], "  8192 UNREADABLE bytes 88");
  EXPECT_NE(lines[2].find("sequence 2 "), std::string::npos);
  EXPECT_NE(lines[2].find("PAYLOAD DAMAGED"), std::string::npos);
  EXPECT_EQ(lines[3].find("DAMAGED"), std::string::npos);
}

TEST(Dump, ShowsWhatARewrittenTailReplaces) {
  TestLog test;
  test.opened();
  test.append({"a"});
  test.sync();
  test.append({"b"});
  test.disk.kill();
  test.opened();
  const auto lines = dump(test.disk);
  ASSERT_EQ(lines.size(), 5u) << "what was replaced is gone";
  EXPECT_EQ(lines[2],
            "log/0000000000000002 segment 2 bytes 16384 directory "
            "0102030405060708090a0b0c0d0e0f10 replaces all from 1:8280");
}

TEST(Dump, SaysWhichSegmentHasNoHeader) {
  TestLog test;
  test.opened();
  test.disk.flip(segment_name(1), 3, 1);
  test.disk.flip(segment_name(1), kSegmentHeaderCopyAt + 3, 1);
  EXPECT_EQ(dump(test.disk), std::vector<std::string>{
                                 "log/0000000000000001 UNREADABLE: no copy of a segment's header"});
}

}  // namespace
}  // namespace groupy::gms::log
