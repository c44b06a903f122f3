#include "gms/gms3/ends.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Ballot;
using gms::LogEnd;
using gms::NodeId;
using gms::Sequence;

const NodeId kAsker{1}, kSecond{2}, kThird{3};

LogEnd end_at(std::uint64_t sequence) {
  return {Ballot{5}, Sequence{sequence}};
}

// Questions 101, 102... are of this life.
struct Asker {
  std::optional<LogEnd> furthest() const { return ends.furthest(voters, kAsker); }

  Ends ends{100};
  Voters voters{view_of(3)};
};

TEST(Ends, AreKnownOnceAllAnsweredAQuestionThatCameWhenAllKnewThisLife) {
  Asker asker;
  asker.ends.answered(kSecond, 101, 101, end_at(10));
  asker.ends.answered(kSecond, 102, 102, end_at(11));
  EXPECT_FALSE(asker.furthest()) << "of the third nothing is known";
  asker.ends.answered(kThird, 102, 102, end_at(8));
  EXPECT_FALSE(asker.furthest()) << "that answer tells that it knows";
  asker.ends.answered(kThird, 103, 103, end_at(8));
  EXPECT_FALSE(asker.furthest()) << "the second may have got more before the third knew";
  asker.ends.answered(kSecond, 103, 103, end_at(12));
  EXPECT_EQ(asker.furthest(), end_at(12));
}

TEST(Ends, AnAnswerThatComesLateWasAskedForBeforeAllKnew) {
  Asker asker;
  asker.ends.answered(kThird, 101, 104, end_at(8));
  asker.ends.answered(kSecond, 102, 104, end_at(10));
  asker.ends.answered(kSecond, 104, 104, end_at(10));
  asker.ends.answered(kThird, 104, 104, end_at(8));
  EXPECT_FALSE(asker.furthest());
  asker.ends.answered(kSecond, 105, 105, end_at(11));
  asker.ends.answered(kThird, 105, 105, end_at(9));
  asker.ends.answered(kSecond, 104, 105, end_at(20));  // overtaken
  EXPECT_EQ(asker.furthest(), end_at(11));
}

// They come late over another member, and do not tell that anybody knows this life.
TEST(Ends, AnswersToAFormerLifeTellNothing) {
  Asker asker;
  for (const NodeId each : {kSecond, kThird}) asker.ends.answered(each, 100, 101, end_at(10));
  asker.ends.answered(kSecond, 102, 102, end_at(10));
  asker.ends.answered(kThird, 102, 102, end_at(10));
  EXPECT_FALSE(asker.furthest()) << "the second may have got more before the third knew";
  for (const NodeId each : {kSecond, kThird}) asker.ends.answered(each, 103, 103, end_at(11));
  EXPECT_EQ(asker.furthest(), end_at(11));
}

}  // namespace
}  // namespace groupy::gms3
