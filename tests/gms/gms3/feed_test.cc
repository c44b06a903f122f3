#include <gtest/gtest.h>

#include "gms/gms3/catch_up.h"
#include "gms/gms3/contacts.h"
#include "gms/gms3/handover.h"
#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::NodeId;
using gms::Sequence;
using std::chrono::milliseconds;

std::vector<gms::Record> records(std::uint64_t from, std::uint64_t to) {
  std::vector<gms::Record> records;
  gms::RecordId before;
  before.sequence = Sequence{from - 1};
  for (std::uint64_t counter = from; counter <= to; ++counter) {
    records.push_back(message_record(Ballot{1}, before, origin_of(1, counter), "x"));
    before = gms::id_of(records.back());
  }
  return records;
}

TEST(Feed, OnlySoMuchIsUnderWay) {
  Feed feed(Sequence{1});
  feed.sent(records(1, 3), milliseconds(1));
  EXPECT_EQ(feed.next(), Sequence{4});
  EXPECT_FALSE(feed.has_room(3, 1u << 20));
  EXPECT_FALSE(feed.has_room(9, 10));
  EXPECT_TRUE(feed.has_room(4, 1u << 20));
  EXPECT_TRUE(feed.acknowledged(Sequence{1}, true, milliseconds(2)));
  EXPECT_TRUE(feed.has_room(3, 1u << 20));
  EXPECT_FALSE(feed.acknowledged(Sequence{1}, true, milliseconds(3)));
}

TEST(Feed, GoesOnWhereItIsTold) {
  Feed feed(Sequence{5});
  feed.sent(records(5, 9), milliseconds(1));
  feed.restart_from(Sequence{2});
  EXPECT_TRUE(feed.is_idle());
  EXPECT_EQ(feed.next(), Sequence{2});
}

TEST(Feed, WhoHasMoreThanBelievedIsNotSentItAgain) {
  Feed feed(Sequence{2});
  feed.acknowledged(Sequence{7}, true, milliseconds(1));
  EXPECT_EQ(feed.next(), Sequence{8});
}

TEST(Feed, OneReadingOfTheLogAtATimeWhateverHappens) {
  Feed feed(Sequence{2});
  feed.reading();
  EXPECT_FALSE(feed.has_room(9, 9000));
  feed.restart_from(Sequence{1});
  EXPECT_TRUE(feed.is_reading());
  EXPECT_FALSE(feed.has_room(9, 9000));
  feed.read_done();
  EXPECT_TRUE(feed.has_room(9, 9000));
}

TEST(Feed, WhatCannotBeReadIsTriedAgainLaterOrWhenItIsAskedForAnew) {
  Feed feed(Sequence{2});
  feed.reading();
  EXPECT_FALSE(feed.has_room(9, 9000));
  feed.unreadable(milliseconds(50));
  EXPECT_FALSE(feed.may_read(milliseconds(49)));
  EXPECT_TRUE(feed.may_read(milliseconds(50)));
  feed.restart_from(Sequence{1});
  EXPECT_TRUE(feed.may_read(milliseconds(49)));
}

TEST(Feed, RecordsDoNotCountAsAskingForASignOfLife) {
  Feed feed(Sequence{1});
  feed.asked_for_sign_of_life(milliseconds(1));
  feed.sent(records(1, 1), milliseconds(9));
  EXPECT_EQ(feed.asked_at(), milliseconds(1));
}

TEST(Feed, IsStuckWhenNothingOfWhatIsUnderWayArrives) {
  Feed feed(Sequence{1});
  EXPECT_FALSE(feed.is_stuck(milliseconds(100), milliseconds(10)));
  feed.sent(records(1, 2), milliseconds(100));
  EXPECT_FALSE(feed.is_stuck(milliseconds(105), milliseconds(10)));
  EXPECT_TRUE(feed.is_stuck(milliseconds(110), milliseconds(10)));
  feed.acknowledged(Sequence{1}, true, milliseconds(111));
  EXPECT_FALSE(feed.is_stuck(milliseconds(115), milliseconds(10)));
}

TEST(Contacts, SilenceMakesSuspectAndAClosedLinkAtOnce) {
  Contacts contacts(milliseconds(200));
  EXPECT_FALSE(contacts.is_alive(NodeId{2}, milliseconds(0)));
  contacts.heard(NodeId{2}, milliseconds(100));
  EXPECT_TRUE(contacts.is_alive(NodeId{2}, milliseconds(299)));
  EXPECT_FALSE(contacts.is_alive(NodeId{2}, milliseconds(300)));
  contacts.heard(NodeId{2}, milliseconds(300));
  contacts.lost(NodeId{2});
  EXPECT_FALSE(contacts.is_alive(NodeId{2}, milliseconds(301)));
}

TEST(Contacts, WhoSleptDoesNotBlameItsPeers) {
  Contacts contacts(milliseconds(200));
  contacts.heard(NodeId{2}, milliseconds(100));
  contacts.slept(milliseconds(9000));
  EXPECT_TRUE(contacts.is_alive(NodeId{2}, milliseconds(9001)));
  EXPECT_FALSE(contacts.is_alive(NodeId{3}, milliseconds(9001)));
}

TEST(Handover, ThePermitIsGivenOnceAndToWhoHasEverything) {
  Handover handover;
  EXPECT_FALSE(handover.take_permit(Sequence{9}, Sequence{9}));
  handover.start(NodeId{2}, milliseconds(0));
  EXPECT_FALSE(handover.permits(NodeId{2}));
  EXPECT_FALSE(handover.take_permit(Sequence{8}, Sequence{9}));
  EXPECT_TRUE(handover.take_permit(Sequence{9}, Sequence{9}));
  EXPECT_FALSE(handover.take_permit(Sequence{9}, Sequence{9}));
  EXPECT_TRUE(handover.permits(NodeId{2}));
  EXPECT_FALSE(handover.permits(NodeId{3}));
}

TEST(Handover, IsGivenUpInTimeAndThenPermitsNothing) {
  Handover handover;
  handover.start(NodeId{2}, milliseconds(0));
  EXPECT_TRUE(handover.take_permit(Sequence{9}, Sequence{9}));
  EXPECT_FALSE(handover.expire(milliseconds(199), milliseconds(200)));
  EXPECT_TRUE(handover.expire(milliseconds(200), milliseconds(200)));
  EXPECT_FALSE(handover.is_under_way());
  EXPECT_FALSE(handover.permits(NodeId{2}));
}

}  // namespace
}  // namespace groupy::gms3
