#include "gms/gms3/damages.h"

#include <gtest/gtest.h>

namespace groupy::gms3 {
namespace {

using gms::Damage;
using gms::Sequence;
using gms::Ticket;

Damage payload(std::uint64_t at) {
  return {Damage::Kind::payload, Sequence{at}, {gms::Ballot{1}, Sequence{at}, gms::Checksum{at}}};
}
Damage gone(std::uint64_t first, std::uint64_t last) {
  return {Damage::Kind::record, Sequence{first}, {{}, Sequence{last}, gms::Checksum{last}}};
}

TEST(Damages, AWholeLogIsSoundToItsEnd) {
  EXPECT_EQ(Damages({}).sound(Sequence{3}, Sequence{9}), Sequence{9});
}

TEST(Damages, NothingIsSoundFromADamagedPayloadOn) {
  EXPECT_EQ(Damages({payload(5), payload(7)}).sound(Sequence{3}, Sequence{9}), Sequence{4});
}

TEST(Damages, WhatTheApplicationHasHoldsNothingUp) {
  EXPECT_EQ(Damages({payload(3), gone(1, 2)}).sound(Sequence{3}, Sequence{9}), Sequence{9});
}

// The cut that took those in front back may be lost with them.
TEST(Damages, InFrontOfRecordsThatAreGoneNothingIsSure) {
  EXPECT_EQ(Damages({gone(6, 7)}).sound(Sequence{3}, Sequence{9}), Sequence{3});
}

TEST(Damages, ACutToInFrontOfUnknownRecordsMayBeALoss) {
  const Damages damages({payload(4), gone(6, 7)});
  EXPECT_TRUE(damages.has_unknown_behind(Sequence{6}));
  EXPECT_FALSE(damages.has_unknown_behind(Sequence{7}));
  EXPECT_FALSE(Damages({payload(4)}).has_unknown_behind(Sequence{3}));
}

TEST(Damages, WhatIsCutIsDamagedNoMore) {
  Damages damages({payload(4), gone(6, 8)});
  damages.cut(Sequence{6}, Ticket{2});
  ASSERT_EQ(damages.all().size(), 2u);
  EXPECT_TRUE(damages.all()[1].is_nameless());
  damages.cut(Sequence{3}, Ticket{3});
  EXPECT_TRUE(damages.all().empty());
}

// What the log tells was written before it knew of the cut.
TEST(Damages, ALateWordOfTheLogDoesNotBringBackWhatIsCut) {
  Damages damages({payload(4), payload(6)});
  damages.cut(Sequence{5}, Ticket{7});
  damages.told(Ticket{6}, {payload(4), payload(6)});
  EXPECT_EQ(damages.all(), (std::vector<Damage>{payload(4)}));
  damages.told(Ticket{6}, {payload(6)});
  EXPECT_TRUE(damages.all().empty());
  damages.told(Ticket{7}, {payload(4)});
  EXPECT_EQ(damages.all(), (std::vector<Damage>{payload(4)}));
}

// Nor does one that comes when no damage was known yet.
TEST(Damages, WhatWasCutWhenAllSeemedWholeIsNotDamagedLater) {
  Damages damages({});
  damages.cut(Sequence{5}, Ticket{7});
  damages.told(Ticket{6}, {payload(4), payload(6)});
  EXPECT_EQ(damages.all(), (std::vector<Damage>{payload(4)}));
}

// Others may stand in the places of those that were cut, and be damaged in their turn.
TEST(Damages, ACutThatTheLogHasTakenIsForgotten) {
  Damages damages({});
  damages.cut(Sequence{5}, Ticket{7});
  damages.persisted(Ticket{6});
  damages.told(Ticket{6}, {payload(6)});
  EXPECT_TRUE(damages.all().empty());
  damages.persisted(Ticket{7});
  damages.told(Ticket{9}, {payload(6)});
  EXPECT_EQ(damages.all(), (std::vector<Damage>{payload(6)}));
}

}  // namespace
}  // namespace groupy::gms3
