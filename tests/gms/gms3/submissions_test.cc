#include "gms/gms3/submissions.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

Submissions three_waiting() {
  Submissions submissions(gms::directory_of(1), gms::StartCount{1}, 4, 1000);
  for (const char* text : {"a", "b", "c"}) submissions.add(gms::Payload(std::string(text)));
  return submissions;
}

TEST(Submissions, CountersAreGivenInOrderWithoutGaps) {
  Submissions submissions(gms::directory_of(1), gms::StartCount{5}, 4, 1000);
  EXPECT_EQ(submissions.next_origin(), origin_of(1, 1, 5));
  submissions.add(gms::Payload(std::string("a")));
  EXPECT_EQ(submissions.next_origin(), origin_of(1, 2, 5));
}

TEST(Submissions, AreTakenOnceAndAllOfThemAgainForANewLeader) {
  Submissions submissions = three_waiting();
  EXPECT_EQ(submissions.take_unsent(2, 1000).size(), 2u);
  EXPECT_EQ(submissions.take_unsent(9, 1000).size(), 1u);
  EXPECT_FALSE(submissions.has_unsent());
  submissions.send_again();
  const auto again = submissions.take_unsent(9, 1000);
  ASSERT_EQ(again.size(), 3u);
  EXPECT_EQ(again.front().bytes(), "a");
}

TEST(Submissions, WhatIsDeliveredIsKeptNoLonger) {
  Submissions submissions = three_waiting();
  EXPECT_EQ(submissions.oldest_sent(), 0u);
  EXPECT_EQ(submissions.take_unsent(9, 1000).size(), 3u);
  submissions.delivered(origin_of(1, 2));
  EXPECT_EQ(submissions.size(), 1u);
  EXPECT_EQ(submissions.oldest_sent(), 3u);
  submissions.send_again();
  EXPECT_EQ(submissions.take_unsent(9, 1000).front().bytes(), "c");
}

TEST(Submissions, AnotherLifesDeliveriesAreNotOurs) {
  Submissions submissions = three_waiting();
  submissions.delivered(origin_of(1, 2, 7));
  submissions.delivered(origin_of(2, 2));
  EXPECT_EQ(submissions.size(), 3u);
}

// Another process with a copy of this directory, which counts as many starts.
TEST(Submissions, WhatWasNotSentOrIsAnotherIsNotOurs) {
  Submissions submissions = three_waiting();
  const gms::Payload a(std::string("a")), b(std::string("b"));
  EXPECT_FALSE(submissions.may_be_ours(origin_of(1, 1), a)) << "nobody was sent it yet";
  submissions.take_unsent(2, 1000);
  EXPECT_TRUE(submissions.may_be_ours(origin_of(1, 1), a));
  EXPECT_FALSE(submissions.may_be_ours(origin_of(1, 1), b));
  EXPECT_FALSE(submissions.may_be_ours(origin_of(1, 3), gms::Payload(std::string("c"))));
  submissions.send_again();
  EXPECT_TRUE(submissions.may_be_ours(origin_of(1, 2), b)) << "it was sent once";
  submissions.delivered(origin_of(1, 2));
  EXPECT_TRUE(submissions.may_be_ours(origin_of(1, 1), a)) << "the leader may send it again";
}

TEST(Submissions, FormerLivesAndOthersAreNobodysBusiness) {
  Submissions submissions(gms::directory_of(1), gms::StartCount{5}, 4, 1000);
  const gms::Payload any(std::string("any"));
  EXPECT_TRUE(submissions.may_be_ours(origin_of(2, 9, 5), any));
  EXPECT_TRUE(submissions.may_be_ours(origin_of(1, 9, 4), any));
  EXPECT_FALSE(submissions.may_be_ours(origin_of(1, 1, 6), any));
}

TEST(Submissions, ThereIsRoomUpToTheBoundsAndForOneOfAnySize) {
  Submissions submissions(gms::directory_of(1), gms::StartCount{1}, 2, 100);
  EXPECT_TRUE(submissions.has_room_for(5000));
  submissions.add(gms::Payload(std::string(60, 'x')));
  EXPECT_TRUE(submissions.has_room_for(40));
  EXPECT_FALSE(submissions.has_room_for(41));
  submissions.add(gms::Payload(std::string(1, 'x')));
  EXPECT_FALSE(submissions.has_room_for(1));
}

TEST(Submissions, ABatchHasAlwaysOne) {
  Submissions submissions = three_waiting();
  EXPECT_EQ(submissions.take_unsent(9, 0).size(), 1u);
}

}  // namespace
}  // namespace groupy::gms3
