#include "kvstore/digest_history.h"

#include <gtest/gtest.h>

#include <vector>

namespace groupy::kvstore {
namespace {

StateDigest digest(std::uint64_t sequence) {
  return {gms::Sequence{sequence}, Revision{sequence}, sequence * 3, {}};
}

void append(DigestHistory& digests, std::initializer_list<std::uint64_t> sequences) {
  for (const std::uint64_t sequence : sequences) digests.append(std::vector{digest(sequence)});
}

TEST(DigestHistory, GivesTheNewestDigestAtOrBelow) {
  DigestHistory digests;
  digests.restart(digest(4));
  append(digests, {6, 9});
  EXPECT_EQ(digests.look_up(gms::Sequence{4}), DigestAnswer(digest(4)));
  EXPECT_EQ(digests.look_up(gms::Sequence{5}), DigestAnswer(digest(4)));
  EXPECT_EQ(digests.look_up(gms::Sequence{6}), DigestAnswer(digest(6)));
  EXPECT_EQ(digests.look_up(gms::Sequence{8}), DigestAnswer(digest(6)));
  EXPECT_EQ(digests.look_up(gms::Sequence{100}), DigestAnswer(digest(9)));
}

TEST(DigestHistory, HasForgottenWhatIsOlderThanItsFirst) {
  DigestHistory digests;
  digests.restart(digest(4));
  EXPECT_EQ(digests.look_up(gms::Sequence{3}), DigestAnswer(NoDigest::forgotten));
}

TEST(DigestHistory, KeepsSoManyAndNotOneMore) {
  DigestHistory digests(3);
  digests.restart(digest(1));
  append(digests, {2, 3});
  EXPECT_EQ(digests.look_up(gms::Sequence{1}), DigestAnswer(digest(1)));
  append(digests, {4});
  EXPECT_EQ(digests.look_up(gms::Sequence{1}), DigestAnswer(NoDigest::forgotten));
  EXPECT_EQ(digests.look_up(gms::Sequence{2}), DigestAnswer(digest(2)));
}

TEST(DigestHistory, HasReachedNothingBeforeItStarts) {
  const DigestHistory digests;
  EXPECT_EQ(digests.look_up(gms::Sequence{0}), DigestAnswer(NoDigest::not_reached));
}

TEST(DigestHistory, ForgetsAllWhenItRestarts) {
  DigestHistory digests;
  digests.restart(digest(1));
  append(digests, {2});
  digests.restart(digest(7));
  EXPECT_EQ(digests.look_up(gms::Sequence{2}), DigestAnswer(NoDigest::forgotten));
  EXPECT_EQ(digests.look_up(gms::Sequence{7}), DigestAnswer(digest(7)));
}

TEST(DigestHistoryDeathTest, DigestsThatDoNotRiseAreABug) {
  DigestHistory digests;
  digests.restart(digest(4));
  EXPECT_DEATH(append(digests, {4}), "rising sequences");
}

}  // namespace
}  // namespace groupy::kvstore
