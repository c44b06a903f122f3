#include "kvstore/mark_history.h"

#include <gtest/gtest.h>

#include <vector>

namespace groupy::kvstore {
namespace {

StateMark mark(std::uint64_t sequence) {
  return {gms::Sequence{sequence}, Revision{sequence}, sequence * 3, {}};
}

void append(MarkHistory& marks, std::initializer_list<std::uint64_t> sequences) {
  for (const std::uint64_t sequence : sequences) marks.append(std::vector{mark(sequence)});
}

TEST(MarkHistory, GivesTheNewestMarkAtOrBelow) {
  MarkHistory marks;
  marks.restart(mark(4));
  append(marks, {6, 9});
  EXPECT_EQ(marks.look_up(gms::Sequence{4}), MarkAnswer(mark(4)));
  EXPECT_EQ(marks.look_up(gms::Sequence{5}), MarkAnswer(mark(4)));
  EXPECT_EQ(marks.look_up(gms::Sequence{6}), MarkAnswer(mark(6)));
  EXPECT_EQ(marks.look_up(gms::Sequence{8}), MarkAnswer(mark(6)));
  EXPECT_EQ(marks.look_up(gms::Sequence{100}), MarkAnswer(mark(9)));
}

TEST(MarkHistory, HasForgottenWhatIsOlderThanItsFirst) {
  MarkHistory marks;
  marks.restart(mark(4));
  EXPECT_EQ(marks.look_up(gms::Sequence{3}), MarkAnswer(NoMark::forgotten));
}

TEST(MarkHistory, KeepsSoManyAndNotOneMore) {
  MarkHistory marks(3);
  marks.restart(mark(1));
  append(marks, {2, 3});
  EXPECT_EQ(marks.look_up(gms::Sequence{1}), MarkAnswer(mark(1)));
  append(marks, {4});
  EXPECT_EQ(marks.look_up(gms::Sequence{1}), MarkAnswer(NoMark::forgotten));
  EXPECT_EQ(marks.look_up(gms::Sequence{2}), MarkAnswer(mark(2)));
}

TEST(MarkHistory, HasReachedNothingBeforeItStarts) {
  const MarkHistory marks;
  EXPECT_EQ(marks.look_up(gms::Sequence{0}), MarkAnswer(NoMark::not_reached));
}

TEST(MarkHistory, ForgetsAllWhenItRestarts) {
  MarkHistory marks;
  marks.restart(mark(1));
  append(marks, {2});
  marks.restart(mark(7));
  EXPECT_EQ(marks.look_up(gms::Sequence{2}), MarkAnswer(NoMark::forgotten));
  EXPECT_EQ(marks.look_up(gms::Sequence{7}), MarkAnswer(mark(7)));
}

TEST(MarkHistoryDeathTest, MarksThatDoNotRiseAreABug) {
  MarkHistory marks;
  marks.restart(mark(4));
  EXPECT_DEATH(append(marks, {4}), "rising sequences");
}

}  // namespace
}  // namespace groupy::kvstore
