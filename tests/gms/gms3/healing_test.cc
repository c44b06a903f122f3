#include "gms/gms3/healing.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Damage;
using gms::NodeId;
using gms::Sequence;
using std::chrono::milliseconds;

const NodeId kTwo{2}, kThree{3};

std::vector<gms::Record> chain(std::size_t count) {
  std::vector<gms::Record> records;
  gms::RecordId last;
  for (std::uint64_t counter = 1; counter <= count; ++counter) {
    records.push_back(message_record(gms::Ballot{1}, last, origin_of(9, counter), "m"));
    last = gms::id_of(records.back());
  }
  return records;
}

Damage damage_of(const std::vector<gms::Record>& good, std::uint64_t first, std::uint64_t last) {
  return {Damage::Kind::record, Sequence{first}, {{}, Sequence{last}, good[last - 1].checksum}};
}

struct Patient {
  explicit Patient(std::vector<Damage> found) : damages(std::move(found)) {
    outbox.link_up(kTwo);
    outbox.link_up(kThree);
  }
  // What is asked now, of whom.
  std::vector<std::pair<NodeId, gms::HealRequestFrame>> asks(gms::Time now) {
    healing.tick(now, damages, {kTwo, kThree}, outbox);
    return frames_of<gms::HealRequestFrame>(outbox.take());
  }

  Timing timing;
  Damages damages;
  Outbox outbox{NodeId{1}, gms::StartCount{1}};
  Healing healing{timing};
};

TEST(Healing, AsksOneAfterTheOtherAndThenRests) {
  const auto good = chain(9);
  Patient patient({damage_of(good, 4, 6)});
  const gms::HealRequestFrame request{Sequence{4}, Sequence{6}, good[5].checksum};
  auto asked = patient.asks(milliseconds(1));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0], (std::pair{kTwo, request}));
  EXPECT_TRUE(patient.asks(milliseconds(2)).empty()) << "one question at a time";
  EXPECT_FALSE(patient.healing.take(kTwo, {Sequence{6}, good[5].checksum, {}}));
  asked = patient.asks(milliseconds(3));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].first, kThree);
  // No answer at all.
  EXPECT_TRUE(patient.asks(milliseconds(300)).empty());
  EXPECT_TRUE(patient.asks(milliseconds(400)).empty()) << "all were asked";
  EXPECT_EQ(patient.asks(milliseconds(6000)).size(), 1u);
}

TEST(Healing, ANewLinkIsAskedAtOnce) {
  const auto good = chain(9);
  Patient patient({damage_of(good, 4, 6)});
  patient.asks(milliseconds(1));
  patient.asks(milliseconds(301));
  EXPECT_TRUE(patient.asks(milliseconds(602)).empty());
  patient.healing.link_up();
  EXPECT_EQ(patient.asks(milliseconds(603)).size(), 1u);
  EXPECT_TRUE(patient.asks(milliseconds(604)).empty());
  patient.healing.link_up();  // the last question may have gone nowhere
  EXPECT_EQ(patient.asks(milliseconds(605)).size(), 1u);
}

TEST(Healing, TakesOnlyWhatIsWhatItIsSaidToBe) {
  const auto good = chain(9);
  Patient patient({damage_of(good, 4, 6)});
  patient.asks(milliseconds(1));
  const std::vector<gms::Record> three(good.begin() + 3, good.begin() + 6);
  const std::vector<gms::Record> two(good.begin() + 3, good.begin() + 5);
  const gms::Checksum checksum = good[5].checksum;
  EXPECT_FALSE(patient.healing.take(kTwo, {Sequence{6}, checksum, two})) << "another one's end";
  patient.asks(milliseconds(2));  // the third is asked instead
  EXPECT_TRUE(patient.healing.take(kTwo, {Sequence{6}, checksum, three})) << "late, and right";
  EXPECT_TRUE(patient.healing.take(kThree, {Sequence{6}, checksum, three}));
}

TEST(Healing, WaitsUntilTheLogHasIt) {
  const auto good = chain(9);
  Patient patient({damage_of(good, 4, 6)});
  patient.asks(milliseconds(1));
  ASSERT_TRUE(patient.healing.take(
      kTwo, {Sequence{6}, good[5].checksum, {good.begin() + 3, good.begin() + 6}}));
  patient.healing.writes(gms::Ticket{5}, good[5].checksum);
  EXPECT_TRUE(patient.asks(milliseconds(900)).empty());
  patient.healing.persisted(gms::Ticket{4});
  EXPECT_TRUE(patient.asks(milliseconds(901)).empty());
  patient.healing.persisted(gms::Ticket{5});
  // The log could not put it back, so another one is asked; here it could.
  EXPECT_EQ(patient.asks(milliseconds(902)).at(0).first, kThree);
  patient.healing.writes(gms::Ticket{6}, good[5].checksum);
  patient.healing.persisted(gms::Ticket{6});
  patient.damages.told(gms::Ticket{6}, {damage_of(good, 4, 5)});
  EXPECT_EQ(patient.asks(milliseconds(903)).at(0).second.last, Sequence{5});
}

// What was answered is the question, and not the asking: the next one has its own time.
TEST(Healing, AnAnsweredQuestionDoesNotHurryTheNext) {
  const auto good = chain(9);
  const gms::Checksum checksum = good[5].checksum;
  Patient patient({damage_of(good, 4, 6)});
  patient.asks(milliseconds(1));
  EXPECT_FALSE(patient.healing.take(kTwo, {Sequence{6}, checksum, {}}));
  patient.healing.writes(gms::Ticket{5}, checksum);  // somebody else's late answer
  patient.healing.persisted(gms::Ticket{5});
  patient.damages.told(gms::Ticket{5}, {damage_of(good, 2, 3)});
  ASSERT_EQ(patient.asks(milliseconds(10)).size(), 1u);
  EXPECT_TRUE(patient.asks(milliseconds(100)).empty());

  EXPECT_FALSE(patient.healing.take(kTwo, {Sequence{3}, good[2].checksum, {}}));
  patient.healing.forget_question();  // all was whole for a moment
  ASSERT_EQ(patient.asks(milliseconds(200)).size(), 1u);
  EXPECT_TRUE(patient.asks(milliseconds(300)).empty());
}

TEST(Healing, AsksForManyFromBehind) {
  const auto good = chain(400);
  Patient patient({damage_of(good, 10, 399)});
  const auto asked = patient.asks(milliseconds(1));
  ASSERT_EQ(asked.size(), 1u);
  EXPECT_EQ(asked[0].second.from, Sequence{399 - kHealedAtOnceMax + 1});
}

TEST(Donor, ReadsOnUntilItHasTheOneThatWasNamed) {
  const auto good = chain(9);
  const Windows windows;
  Outbox outbox(NodeId{1}, gms::StartCount{1});
  outbox.link_up(kTwo);
  Donor donor(windows);
  donor.on(kTwo, {Sequence{4}, Sequence{6}, good[5].checksum}, Sequence{9}, outbox);
  EXPECT_EQ(of_kind<gms::ReadLog>(outbox.take()).at(0).from, Sequence{4});
  donor.on_log_read(kTwo, {good[3]}, outbox);
  EXPECT_EQ(of_kind<gms::ReadLog>(outbox.take()).at(0).from, Sequence{5});
  donor.on_log_read(kTwo, {good.begin() + 4, good.begin() + 8}, outbox);
  const auto answers = frames_of<gms::HealAnswerFrame>(outbox.take());
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(answers[0].second.records, (std::vector<gms::Record>{good[4], good[5]}));
}

TEST(Donor, HasNothingForWhoNamesAnother) {
  const auto good = chain(9);
  const Windows windows;
  Outbox outbox(NodeId{1}, gms::StartCount{1});
  outbox.link_up(kTwo);
  Donor donor(windows);
  const auto answer_to = [&](const gms::HealRequestFrame& request) {
    donor.on(kTwo, request, Sequence{9}, outbox);
    if (!of_kind<gms::ReadLog>(outbox.take()).empty()) {
      donor.on_log_read(kTwo, {good[5]}, outbox);
    } else {
      donor.on(kTwo, request, Sequence{9}, outbox);
    }
    return frames_of<gms::HealAnswerFrame>(outbox.take()).at(0).second.records;
  };
  EXPECT_EQ(answer_to({Sequence{6}, Sequence{6}, good[5].checksum}).size(), 1u);
  EXPECT_TRUE(answer_to({Sequence{6}, Sequence{6}, gms::Checksum{1}}).empty());
  EXPECT_TRUE(answer_to({Sequence{6}, Sequence{10}, gms::Checksum{1}}).empty());
  EXPECT_TRUE(answer_to({Sequence{7}, Sequence{6}, gms::Checksum{1}}).empty());
  EXPECT_TRUE(answer_to({Sequence{0}, Sequence{6}, gms::Checksum{1}}).empty());
}

}  // namespace
}  // namespace groupy::gms3
