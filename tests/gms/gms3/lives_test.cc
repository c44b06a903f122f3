#include "gms/gms3/lives.h"

#include <gtest/gtest.h>

namespace groupy::gms3 {
namespace {

using gms::NodeId;
using gms::StartCount;

const NodeId kOther{2};

TEST(Lives, OverAThirdMemberAFormerLifeHasNothingToSay) {
  Lives lives;
  EXPECT_EQ(lives.heard(kOther, StartCount{3}, false), Lives::Word::of_the_same);
  EXPECT_EQ(lives.heard(kOther, StartCount{4}, false), Lives::Word::of_a_new_one);
  EXPECT_EQ(lives.heard(kOther, StartCount{3}, false), Lives::Word::of_a_former_one);
  EXPECT_EQ(lives.heard(kOther, StartCount{4}, false), Lives::Word::of_the_same);
  EXPECT_EQ(lives.of(kOther), StartCount{4});
}

TEST(Lives, OverItsOwnLinkNothingIsLate) {
  Lives lives;
  lives.heard(kOther, StartCount{4}, false);
  EXPECT_EQ(lives.heard(kOther, StartCount{3}, true), Lives::Word::of_a_new_one);
  EXPECT_EQ(lives.of(kOther), StartCount{3});
}

TEST(Lives, ANewLinkKnowsNone) {
  Lives lives;
  lives.heard(kOther, StartCount{4}, true);
  lives.forget(kOther);
  EXPECT_EQ(lives.of(kOther), StartCount{});
  EXPECT_EQ(lives.heard(kOther, StartCount{5}, true), Lives::Word::of_the_same);
}

}  // namespace
}  // namespace groupy::gms3
