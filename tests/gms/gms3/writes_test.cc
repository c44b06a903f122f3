#include "gms/gms3/writes.h"

#include <gtest/gtest.h>

namespace groupy::gms3 {
namespace {

using gms::Sequence;
using gms::Ticket;

TEST(Writes, WhatWasFoundOnDiskIsOnDisk) {
  EXPECT_EQ(Writes(Sequence{7}).synced(), Sequence{7});
}

TEST(Writes, NothingIsSyncedBeforeItsTicketIs) {
  Writes writes(Sequence{7});
  const Ticket ticket = writes.next_ticket();
  writes.appended(ticket, Sequence{9});
  EXPECT_EQ(writes.synced(), Sequence{7});
  EXPECT_FALSE(writes.is_persisted(ticket));
  writes.persisted(ticket);
  EXPECT_EQ(writes.synced(), Sequence{9});
}

TEST(Writes, ATicketStandsForAllBeforeIt) {
  Writes writes(Sequence{0});
  writes.appended(writes.next_ticket(), Sequence{1});
  const Ticket promise = writes.next_ticket();
  writes.appended(writes.next_ticket(), Sequence{2});
  writes.persisted(promise);
  EXPECT_EQ(writes.synced(), Sequence{1});
}

TEST(Writes, ALateSyncOfACutTailSaysNothingOfWhatTookItsPlace) {
  Writes writes(Sequence{7});
  const Ticket tail = writes.next_ticket();
  writes.appended(tail, Sequence{9});
  writes.next_ticket();  // the cut's own
  writes.cut(Sequence{7});
  const Ticket instead = writes.next_ticket();
  writes.appended(instead, Sequence{8});
  writes.persisted(tail);
  EXPECT_EQ(writes.synced(), Sequence{7});
  writes.persisted(instead);
  EXPECT_EQ(writes.synced(), Sequence{8});
}

TEST(Writes, ACutTakesBackWhatWasSynced) {
  Writes writes(Sequence{7});
  writes.cut(Sequence{5});
  EXPECT_EQ(writes.synced(), Sequence{5});
}

TEST(WritesDeathTest, ATicketThatWasNeverGivenIsABug) {
  Writes writes(Sequence{0});
  EXPECT_DEATH(writes.persisted(Ticket{1}), "never given");
}

}  // namespace
}  // namespace groupy::gms3
