// Who may have lost what it promised says so at every start, until somebody knows better.
#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

void damage_payload(TestLog& test, std::uint64_t sequence) {
  test.disk.flip(segment_name(1), entry_of(sequence) + kEntryHeadBytes, 1);
}

// Two acknowledged records are lost, the leader sends the first of them, and the machine stops:
// the log reads as a whole one that ends too early, and its vote would elect who has no more.
TEST(Loss, OfAnUnknownEndIsNotForgottenWhenItsFirstRecordIsBack) {
  TestLog test;
  test.opened();
  test.append(letters(5));
  const auto all = test.records();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.damage_head(4);
  test.damage_head(5);
  Log& log = test.opened_again();
  EXPECT_TRUE(log.condition().is_end_unknown);
  EXPECT_TRUE(log.condition().has_loss);
  EXPECT_EQ(log.append(Ticket{1}, std::span(all).subspan(3, 1)), std::nullopt);
  test.sync();
  EXPECT_TRUE(test.opened_again().condition().has_loss);
  EXPECT_EQ(test.log->append(Ticket{2}, std::span(all).subspan(4)), std::nullopt);
  EXPECT_EQ(test.log->declare_whole(Ticket{3}), std::nullopt);
  test.sync();
  EXPECT_FALSE(test.opened_again().condition().has_loss);
  EXPECT_EQ(test.records(), all);
}

TEST(Loss, OfAnUnknownEndIsNotForgottenByACutOrARestart) {
  for (const bool is_cut : {false, true}) {
    TestLog test;
    test.opened();
    test.append(letters(5));
    ASSERT_EQ(test.log->stop(), std::nullopt);
    test.damage_head(5);
    test.opened_again();
    if (is_cut) {
      test.cut(Sequence{2});
    } else {
      const RecordId snapshot{Ballot{1}, Sequence{4}, Checksum{12345}};
      EXPECT_EQ(test.log->restart(Ticket{1}, snapshot), std::nullopt);
    }
    test.sync();
    EXPECT_TRUE(test.opened_again().condition().has_loss);
  }
}

// What was on disk ends unreadably, and the tail behind it starts with a torn payload.
TEST(Loss, ATornTailBehindAnUnknownEndIsNoReasonNotToStart) {
  TestLog test;
  test.opened();
  test.append(letters(3));
  test.sync();
  EXPECT_EQ(test.log->tick(Time{0}), std::nullopt);
  EXPECT_EQ(test.log->tick(kIdleBeforeMark), std::nullopt);
  test.append({std::string(40, 'x')});
  test.damage_head(3);
  test.disk.flip(segment_name(1), entry_of(4) + 2 * kEntryHeadBytes, 1);
  test.disk.kill();
  Log& log = test.opened();
  EXPECT_EQ(log.last().sequence, Sequence{2});
  EXPECT_TRUE(log.condition().has_loss);
  EXPECT_TRUE(log.condition().is_end_unknown);
}

// A segment that was written anew at a start, and of which a drive kept only the header.
TEST(Loss, OfARewrittenSegmentsOnlySectorIsSeen) {
  TestLog test;
  test.opened();
  test.append(letters(3));
  test.sync();
  test.cut(Sequence{1});
  test.opened_again();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  const std::string name = test.disk.names_in("log").back();
  const std::string bytes = test.disk.contents("log/" + name);
  for (std::size_t at = kSegmentDataStart; at < bytes.size(); ++at) {
    test.disk.flip("log/" + name, at, static_cast<std::uint8_t>(bytes[at]));
  }
  Log& log = test.opened_again();
  EXPECT_TRUE(log.condition().has_loss);
  for (int i = 0; i < 300; ++i) test.append(letters(1), 2);
  test.sync();
  EXPECT_TRUE(test.opened_again().condition().has_loss);
}

TEST(Loss, AMissingLogIsRefusedIfThereMustBeOne) {
  TestLog test;
  test.options.must_exist = true;
  const Failure failed = test.open();
  ASSERT_TRUE(failed);
  EXPECT_EQ(failed->code, IoCode::refused);
  test.options.must_exist = false;
  test.opened();
  test.options.must_exist = true;
  test.opened_again();
}

TEST(GivingUp, TakesBackFromTheDamageOnAndIsALoss) {
  TestLog test;
  test.opened();
  test.append(letters(6));
  const auto all = test.records();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  damage_payload(test, 4);
  test.opened_again();
  EXPECT_EQ(test.log->give_up_from(Sequence{4}), std::nullopt);
  test.opened_again();
  EXPECT_EQ(test.log->last(), id_of(all[2]));
  EXPECT_TRUE(test.log->condition().has_loss);
  EXPECT_TRUE(test.log->condition().damages.empty());
  EXPECT_EQ(test.log->append(Ticket{1}, std::span(all).subspan(3)), std::nullopt);
  test.sync();
  test.opened_again();
  EXPECT_EQ(test.records(), all);
}

// Nobody could say which ballot the log ends with.
TEST(GivingUp, LeavesALogThatEndsWithARecordThatItKnows) {
  TestLog test;
  test.opened();
  test.append(letters(6));
  const auto all = test.records();
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.damage_head(3);
  damage_payload(test, 4);
  test.opened_again();
  EXPECT_EQ(test.log->give_up_from(Sequence{4}), std::nullopt);
  EXPECT_EQ(test.log->last(), id_of(all[1]));
  EXPECT_EQ(test.opened_again().last(), id_of(all[1]));
}

TEST(GivingUp, MayLeaveNothing) {
  TestLog test;
  test.opened();
  test.append(letters(3));
  ASSERT_EQ(test.log->stop(), std::nullopt);
  test.damage_head(1);
  damage_payload(test, 2);
  test.opened_again();
  EXPECT_EQ(test.log->give_up_from(Sequence{2}), std::nullopt);
  EXPECT_EQ(test.opened_again().last(), RecordId());
  EXPECT_TRUE(test.log->condition().has_loss);
}

TEST(GivingUp, IsALossAtEveryCrash) {
  for (const DiskFault fault : {DiskFault::crash, DiskFault::half_done}) {
    bool has_failed = true;
    for (std::uint64_t at = 1; has_failed; ++at) {
      SCOPED_TRACE(at);
      TestLog test(at);
      test.opened();
      test.append(letters(6));
      ASSERT_EQ(test.log->stop(), std::nullopt);
      damage_payload(test, 4);
      test.opened_again();
      test.disk.fail_at(at, fault);
      const Failure failed = test.log->give_up_from(Sequence{4});
      has_failed = !test.disk.is_failing();
      Log& log = test.opened_again();
      const bool is_damaged = !log.condition().damages.empty();
      ASSERT_TRUE(log.condition().has_loss || is_damaged);
      ASSERT_TRUE(failed || (log.condition().has_loss && !is_damaged));
    }
  }
}

TEST(Damage, ThatTheDiskDoesNotGiveAfterTheStartIsHealedLikeAnyOther) {
  TestLog test;
  test.opened();
  test.append({std::string(4000, 'a'), std::string(4000, 'b'), "c"});
  const auto all = test.records();
  test.sync();
  test.disk.make_unreadable(segment_name(1), (kSegmentDataStart + 2000) / MemoryDisk::kSectorBytes);
  auto read = test.log->read(Sequence{1}, 10'000);
  ASSERT_TRUE(read.ok()) << read.error().what;
  EXPECT_EQ(read->damaged, Sequence{1});
  EXPECT_EQ(test.log->read(Sequence{2}, 10'000)->records.size(), 2u);
  test.heal_from(all);
  EXPECT_EQ(test.records(), all);
  test.opened_again();
  EXPECT_EQ(test.records(), all);
}

TEST(Damage, ThatIsFoundAfterTheStartIsKept) {
  TestLog test;
  test.opened();
  test.append(letters(6));
  const auto all = test.records();
  test.sync();
  test.damage_head(5);
  damage_payload(test, 2);
  EXPECT_EQ(test.log->read(Sequence{5}, 1000)->damaged, Sequence{5});
  EXPECT_EQ(test.log->read(Sequence{1}, 1000)->damaged, Sequence{2});
  EXPECT_EQ(test.log->read(Sequence{2}, 1000)->damaged, Sequence{2});
  const auto& damages = test.log->condition().damages;
  ASSERT_EQ(damages.size(), 2u);
  EXPECT_EQ(damages[0], (Damage{Damage::Kind::payload, Sequence{2}, id_of(all[1])}));
  EXPECT_EQ(damages[1].kind, Damage::Kind::record);
  EXPECT_EQ(damages[1].first, Sequence{5});
}

}  // namespace
}  // namespace groupy::gms::log
