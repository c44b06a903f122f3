// What a member finds on its disk at start is what it may count on, and nothing less is in silence.
#include "gms/driver/member_disk.h"

#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/driver/member_disk_fixture.h"

namespace groupy::gms {
namespace {

std::vector<RecoveredRecord> found_in(const std::vector<Record>& records) {
  const PlainFormat format;
  std::vector<RecoveredRecord> found;
  for (const Record& record : records) {
    const bool is_view = record.kind == RecordKind::view;
    found.push_back({id_of(record), is_view ? Origin() : *format.origin_of(record.payload)});
  }
  return found;
}

// A member that has these on its disk, and stopped.
std::vector<Record> live_with(TestDisk& test, const std::vector<std::string>& kinds) {
  const auto disk = test.opened();
  std::vector<Record> records = test.make(kinds);
  EXPECT_EQ(disk->log().append(Ticket{1}, records), std::nullopt);
  EXPECT_EQ(disk->log().stop(), std::nullopt);
  return records;
}

// Where the record's entry starts, if they are all in the first segment.
std::uint64_t place_of(const std::vector<Record>& records, std::uint64_t sequence) {
  std::uint64_t offset = log::kSegmentDataStart;
  for (std::uint64_t i = 0; i + 1 < sequence; ++i) {
    offset += log::Entry::padded(log::kEntryHeadBytes + records[i].payload.size());
  }
  return offset;
}

void damage_payload(TestDisk& test, const std::vector<Record>& records, std::uint64_t sequence) {
  test.disk.flip(log::segment_name(1), place_of(records, sequence) + log::kEntryHeadBytes, 1);
}

void damage_head(TestDisk& test, const std::vector<Record>& records, std::uint64_t sequence) {
  test.disk.flip(log::segment_name(1), place_of(records, sequence) + 30, 1);
}

TEST(MemberDisk, ANewOneIsInNoGroupAndHasNothing) {
  TestDisk test;
  const Recovered found = test.recovered();
  EXPECT_TRUE(found.group.is_none());
  EXPECT_EQ(found.start, StartCount{1});
  EXPECT_EQ(found.promise, Promise());
  EXPECT_FALSE(found.has_amnesia || found.has_loss || found.is_end_unknown);
  EXPECT_EQ(found.base, RecordId());
  EXPECT_TRUE(found.tail.empty() && found.views.empty());
}

TEST(MemberDisk, KnowsItsGroupItsPromiseAndItsStart) {
  TestDisk test;
  const Promise promise{Ballot{9}, Ballot{8}, NodeId{2}};
  {
    const auto disk = test.opened();
    ASSERT_EQ(disk->directory().set_group(GroupId({7})), std::nullopt);
    ASSERT_EQ(disk->ballot().save(promise), std::nullopt);
  }
  const Recovered found = test.recovered();
  EXPECT_EQ(found.group, GroupId({7}));
  EXPECT_EQ(found.start, StartCount{2});
  EXPECT_EQ(found.promise, promise);
}

TEST(MemberDisk, GivesTheLogBehindWhatIsApplied) {
  TestDisk test;
  const auto records = live_with(test, {"v", "a", "b", "v", "c", "d", "v", "e"});
  const auto all = found_in(records);
  for (std::uint64_t applied = 0; applied <= records.size(); ++applied) {
    SCOPED_TRACE(applied);
    test.disk.kill();
    const Recovered found = test.recovered(Sequence{applied});
    EXPECT_EQ(found.applied, Sequence{applied});
    EXPECT_EQ(found.base, applied == 0 ? RecordId() : id_of(records[applied - 1]));
    EXPECT_EQ(found.tail, std::vector(all.begin() + static_cast<long>(applied), all.end()));
    EXPECT_EQ(found.origins, std::vector<Origin>{origin_with(applied)});
    std::map<Sequence, View> views{{Sequence{7}, view_with(3)}};
    if (applied < 7) views.emplace(Sequence{4}, view_with(2));
    if (applied < 4) views.emplace(Sequence{1}, view_with(1));
    EXPECT_EQ(found.views, views);
    EXPECT_FALSE(found.has_loss);
  }
}

TEST(MemberDisk, ReadsALongTailInPieces) {
  TestDisk test;
  test.options.segment_bytes = 1u << 20;
  std::vector<std::string> kinds(60, std::string(100'000, 'x'));
  kinds.insert(kinds.begin(), "v");
  const auto records = live_with(test, kinds);
  test.disk.kill();
  EXPECT_EQ(test.recovered().tail, found_in(records));
}

TEST(MemberDisk, AnApplicationThatIsAheadOfTheLogProvesALoss) {
  TestDisk test;
  const auto records = live_with(test, {"v", "a"});
  test.disk.kill();
  const Recovered found = test.recovered(Sequence{100});
  EXPECT_EQ(found.base, id_of(records[1]));
  EXPECT_EQ(found.applied, Sequence{100});
  EXPECT_TRUE(found.tail.empty());
  EXPECT_EQ(found.views.size(), 1u);
  EXPECT_TRUE(found.has_loss);
  // Also when the log has come further meanwhile, as long as it is not declared whole.
  EXPECT_TRUE(test.recovered(Sequence{1}).has_loss);
}

// The others are told so for ever: what they remember of an earlier life is void.
TEST(MemberDisk, TheLastLifeThatKnewOfALossIsRemembered) {
  TestDisk test;
  live_with(test, {"v", "a"});
  test.disk.kill();
  EXPECT_EQ(test.recovered(Sequence{2}).lost_in, StartCount{});
  test.disk.kill();
  const Recovered found = test.recovered(Sequence{100});
  EXPECT_TRUE(found.has_loss);
  EXPECT_EQ(found.lost_in, found.start);
  {
    test.disk.kill();
    const auto disk = test.opened();
    ASSERT_EQ(disk->log().declare_whole(Ticket{1}), std::nullopt);
    ASSERT_EQ(disk->log().stop(), std::nullopt);
  }
  const Recovered whole = test.recovered(Sequence{2});
  EXPECT_FALSE(whole.has_loss);
  EXPECT_GE(whole.lost_in, found.start);
  EXPECT_LT(whole.lost_in, whole.start);
}

TEST(MemberDisk, ViewsThatWereCutAreForgotten) {
  TestDisk test;
  const auto records = live_with(test, {"v", "a", "v", "b"});
  test.disk.kill();
  {
    const auto disk = test.opened();
    ASSERT_EQ(disk->log().cut(Ticket{1}, id_of(records[1])), std::nullopt);
    EXPECT_EQ(disk->log().view_at(Sequence{9}), Sequence{1});
    ASSERT_EQ(disk->log().stop(), std::nullopt);
  }
  const Recovered found = test.recovered(Sequence{2});
  EXPECT_EQ(found.views, (std::map<Sequence, View>{{Sequence{1}, view_with(1)}}));
}

TEST(MemberDisk, BothSlotsUnreadableIsAmnesia) {
  TestDisk test;
  live_with(test, {"v"});
  test.disk.flip("ballot", 20, 1);
  test.disk.flip("ballot", log::kBallotSlotsApart + 20, 1);
  test.disk.kill();
  const Recovered found = test.recovered();
  EXPECT_TRUE(found.has_amnesia);
  EXPECT_EQ(found.lost_in, found.start) << "it may have acknowledged under what it promised";
}

// What is still to be applied, and what is applied already: the others have it.
TEST(MemberDisk, DamagedRecordsAreNamedAndNothingIsLost) {
  for (const bool is_head : {false, true}) {
    for (const std::uint64_t applied : {0u, 2u, 5u}) {
      TestDisk test;
      const auto records = live_with(test, {"v", "a", "b", "c", "d"});
      is_head ? damage_head(test, records, 4) : damage_payload(test, records, 4);
      test.disk.kill();
      auto all = found_in(records);
      all[3] = {is_head ? RecordId{{}, Sequence{4}, {}} : id_of(records[3]), {}};
      const Damage damage{
          is_head ? Damage::Kind::record : Damage::Kind::payload,
          Sequence{4},
          {is_head ? Ballot() : records[3].ballot, Sequence{4}, records[3].checksum}};
      for (int life = 0; life < 3; ++life) {
        const Recovered found = test.recovered(Sequence{applied});
        EXPECT_FALSE(found.has_loss || found.is_end_unknown);
        EXPECT_EQ(found.damages, std::vector{damage});
        EXPECT_EQ(found.tail,
                  std::vector(all.begin() + static_cast<std::ptrdiff_t>(applied), all.end()));
        test.disk.power_off();
      }
      // The others give it back.
      {
        const auto disk = test.opened();
        EXPECT_EQ(disk->log().heal(Ticket{1}, std::span(records).subspan(3, 1)), std::nullopt);
        EXPECT_EQ(disk->log().stop(), std::nullopt);
      }
      const Recovered healed = test.recovered(Sequence{applied});
      EXPECT_TRUE(healed.damages.empty());
      all[3] = found_in(records)[3];
      EXPECT_EQ(healed.tail,
                std::vector(all.begin() + static_cast<std::ptrdiff_t>(applied), all.end()));
    }
  }
}

// Nothing could be matched with a leader's log from there on.
TEST(MemberDisk, WhereTheApplicationStandsTheRecordMustKnowWhoItIs) {
  TestDisk test;
  const auto records = live_with(test, {"v", "a", "b", "c", "d"});
  damage_head(test, records, 4);
  test.disk.kill();
  for (int life = 0; life < 3; ++life) {
    const Recovered found = test.recovered(Sequence{4});
    EXPECT_TRUE(found.has_loss);
    EXPECT_EQ(found.base, id_of(records[2]));
    EXPECT_TRUE(found.tail.empty() && found.damages.empty());
    test.disk.power_off();
  }
  // A payload is no reason.
  TestDisk other;
  const auto more = live_with(other, {"v", "a", "b", "c", "d"});
  damage_payload(other, more, 4);
  other.disk.kill();
  const Recovered found = other.recovered(Sequence{4});
  EXPECT_FALSE(found.has_loss);
  EXPECT_EQ(found.base, id_of(more[3]));
}

TEST(MemberDisk, AnOperatorMayGiveUpWhatIsDamaged) {
  TestDisk test;
  const auto records = live_with(test, {"v", "a", "b", "c", "d"});
  damage_payload(test, records, 4);
  test.disk.kill();
  {
    const auto disk = test.opened();
    auto found = disk->recover({Sequence{2}, {}}, test.format, true);
    ASSERT_TRUE(found.ok());
    EXPECT_TRUE(found->has_loss);
    EXPECT_EQ(found->tail.size(), 1u);
    EXPECT_EQ(disk->log().last(), id_of(records[2]));
  }
  test.disk.kill();
}

// It counts nobody by the older one: it does not lead before the newest is back.
TEST(MemberDisk, WithoutItsNewestViewAnOlderOneIsTold) {
  for (const bool is_head : {false, true}) {
    TestDisk test;
    const auto records = live_with(test, {"v", "a", "v", "b", "c"});
    is_head ? damage_head(test, records, 3) : damage_payload(test, records, 3);
    test.disk.kill();
    const Recovered found = test.recovered(Sequence{5});
    EXPECT_FALSE(found.has_loss);
    EXPECT_EQ(found.damages.size(), 1u);
    EXPECT_EQ(found.views, (std::map<Sequence, View>{{Sequence{1}, view_with(1)}}));
  }
}

TEST(MemberDisk, WithoutAnyViewNoneIsTold) {
  for (const bool is_head : {false, true}) {
    for (const std::uint64_t applied : {0u, 2u}) {
      TestDisk test;
      const auto records = live_with(test, {"v", "a", "b"});
      is_head ? damage_head(test, records, 1) : damage_payload(test, records, 1);
      test.disk.kill();
      const Recovered found = test.recovered(Sequence{applied});
      EXPECT_FALSE(found.has_loss);
      EXPECT_EQ(found.damages.size(), 1u);
      EXPECT_EQ(found.damages[0].first, Sequence{1});
      EXPECT_TRUE(found.views.empty());
      EXPECT_EQ(found.tail.size(), 3 - applied);
    }
  }
}

TEST(MemberDisk, ADirectoryOfAGroupWithoutItsLogIsRefused) {
  TestDisk test;
  ASSERT_EQ(test.opened()->directory().set_group(GroupId({7})), std::nullopt);
  log::MemoryDirectory files(test.disk);
  ASSERT_EQ(files.remove(log::segment_name(1)), std::nullopt);
  test.disk.kill();
  auto opened = test.open();
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, log::IoCode::refused);
  EXPECT_EQ(opened.error().what, "log/ is empty, but something was promised with it");
}

TEST(MemberDisk, ALogThatStartsBehindTheApplicationIsRefused) {
  TestDisk test;
  {
    const auto disk = test.opened();
    const RecordId snapshot{Ballot{4}, Sequence{100}, Checksum{12345}};
    ASSERT_EQ(disk->log().restart(Ticket{1}, snapshot), std::nullopt);
    ASSERT_EQ(disk->log().stop(), std::nullopt);
  }
  auto disk = test.opened();
  EXPECT_TRUE(disk->recover({Sequence{100}, {}}, test.format).ok());
  for (const std::uint64_t applied : {0u, 50u}) {
    auto refused = disk->recover({Sequence{applied}, {}}, test.format);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, log::IoCode::refused);
  }
}

}  // namespace
}  // namespace groupy::gms
