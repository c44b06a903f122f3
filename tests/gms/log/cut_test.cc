// What is taken back stays away, whatever is still written in the files.
#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

using Payloads = std::vector<std::string>;

TEST(Cut, TakesBackWhatStandsBehindIt) {
  TestLog test;
  test.opened();
  test.append({"a", "b", "c", "d"});
  test.cut(Sequence{2});
  EXPECT_EQ(test.log->last().sequence, Sequence{2});
  EXPECT_EQ(test.payloads(), (Payloads{"a", "b"}));
  EXPECT_EQ(*test.log->id_at(Sequence{3}), std::nullopt);
  test.append({"C"}, 2);
  EXPECT_EQ(test.payloads(), (Payloads{"a", "b", "C"}));
  EXPECT_EQ((**test.log->id_at(Sequence{3})).ballot, Ballot{2});
}

TEST(Cut, StaysAfterEveryStart) {
  TestLog test;
  test.opened();
  test.append({"a", "b", "c", "d"});
  test.sync();
  test.cut(Sequence{1});
  test.append({"B", "C"}, 2);
  test.cut(Sequence{2});
  test.sync();
  for (int life = 0; life < 3; ++life) {
    test.opened_again();
    EXPECT_EQ(test.payloads(), (Payloads{"a", "B"}));
  }
}

TEST(Cut, MayTakeBackEverything) {
  TestLog test;
  test.opened();
  test.append({"a", "b"});
  test.cut(Sequence{0});
  EXPECT_EQ(test.log->last(), RecordId());
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.log->last(), RecordId());
  test.append({"A"}, 2);
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.payloads(), Payloads{"A"});
}

TEST(Cut, ReachesBackThroughSegments) {
  TestLog test(1, kSegmentDataStart + 400);
  test.opened();
  for (char c = 'a'; c <= 'z'; ++c) test.append({std::string(1, c)});
  test.cut(Sequence{3});
  test.append({"D", "E"}, 2);
  test.cut(Sequence{2});
  test.append({"!"}, 3);
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.payloads(), (Payloads{"a", "b", "!"}));
}

// The sync of what was cut ends late: its ticket alone is never reported, only the cut's.
TEST(Cut, VoidsTheTicketsThatItOvertakes) {
  TestLog test;
  test.opened();
  test.append({"a"});
  test.sync();
  test.append({"b"});     // ticket 2
  test.cut(Sequence{1});  // ticket 3
  EXPECT_EQ(test.log->persisted(), Ticket{1});
  EXPECT_EQ(test.sync(), Ticket{3});
  test.append({"B"}, 2);  // ticket 4, the same sequence as ticket 2
  EXPECT_EQ(test.log->persisted(), Ticket{3});
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    TestLog again(seed);
    again.opened();
    again.append({"a"});
    again.append({"b"});
    again.sync();
    again.cut(Sequence{1});
    again.sync();
    again.append({"B"}, 2);
    again.opened_again();
    const Payloads found = again.payloads();
    EXPECT_TRUE(found == Payloads{"a"} || found == (Payloads{"a", "B"}));
  }
}

// Some of what stands behind the cut reaches the disk, the cut does not, in whichever order.
TEST(Cut, IsOnDiskNoLaterThanWhatFollows) {
  for (std::uint64_t seed = 1; seed <= 300; ++seed) {
    TestLog test(seed);
    test.opened();
    test.append({std::string(400, 'a'), std::string(400, 'b')});
    test.sync();
    test.cut(Sequence{1});
    test.append({std::string(400, 'B'), std::string(400, 'C')}, 2);
    test.opened_again();
    const Payloads found = test.payloads();
    for (std::size_t i = 2; i < found.size(); ++i) EXPECT_EQ(found[1][0], 'B');
    EXPECT_GE(found.size(), 1u);
  }
}

TEST(Cut, KeepsItsWordWhileTheTailIsRewritten) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    TestLog test(seed);
    test.opened();
    test.append({"a", "b", "c"});
    ASSERT_EQ(test.log->stop(), std::nullopt);
    test.opened_again();
    test.cut(Sequence{1});
    test.append({"B"}, 2);
    test.disk.kill();
    test.opened();
    EXPECT_EQ(test.payloads(), (Payloads{"a", "B"}));
    test.opened_again();
    EXPECT_EQ(test.payloads(), (Payloads{"a", "B"}));
  }
}

TEST(Restart, TheLogGoesOnBehindASnapshot) {
  TestLog test;
  test.opened();
  test.append({"a", "b"});
  const RecordId snapshot{Ballot{4}, Sequence{100}, Checksum{12345}};
  ASSERT_EQ(test.log->restart(Ticket{++test.tickets}, snapshot), std::nullopt);
  EXPECT_EQ(test.log->last(), snapshot);
  EXPECT_EQ(test.log->first(), Sequence{101});
  test.sync();
  EXPECT_EQ(test.opened_again().last(), snapshot);
  test.append({"c"}, 4);
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.log->first(), Sequence{101});
  EXPECT_EQ(test.payloads(), Payloads{"c"});
}

TEST(Restart, OfAnUnsyncedTailKeepsWhatFollowsIt) {
  TestLog test;
  test.opened();
  test.append({"a", "b"});
  const RecordId snapshot{Ballot{4}, Sequence{100}, Checksum{12345}};
  ASSERT_EQ(test.log->restart(Ticket{++test.tickets}, snapshot), std::nullopt);
  test.append({"c", "d"}, 4);
  test.disk.kill();
  test.opened();
  EXPECT_EQ(test.payloads(), (Payloads{"c", "d"}));
  EXPECT_EQ(test.log->first(), Sequence{101});
}

}  // namespace
}  // namespace groupy::gms::log
