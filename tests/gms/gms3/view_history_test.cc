#include "gms/gms3/view_history.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::Sequence;

TEST(ViewHistory, ACutBringsBackTheOneBefore) {
  ViewHistory views({{Sequence{1}, view_of(3, 1)}, {Sequence{5}, view_of(3, 2)}});
  views.cut(Sequence{4});
  EXPECT_EQ(views.newest_at(), Sequence{1});
  EXPECT_EQ(*views.newest(), view_of(3, 1));
}

// Those in front cannot be read, and the only one that can is in a tail that conflicts.
TEST(ViewHistory, WhoseLastViewIsCutCountsByItAndHasNoneInForce) {
  ViewHistory views({{Sequence{5}, view_of(3, 2)}, {Sequence{7}, view_of(3, 3)}});
  views.cut(Sequence{4});
  ASSERT_NE(views.newest(), nullptr);
  EXPECT_EQ(*views.newest(), view_of(3, 2));
  EXPECT_EQ(views.newest_at(), Sequence{});
  EXPECT_EQ(views.at(Sequence{9}), nullptr);
  views.append(Sequence{5}, view_of(3, 4));
  EXPECT_EQ(*views.at(Sequence{9}), view_of(3, 4));
}

}  // namespace
}  // namespace groupy::gms3
