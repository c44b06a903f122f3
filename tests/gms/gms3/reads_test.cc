#include "gms/gms3/reads.h"

#include <gtest/gtest.h>

#include "tests/gms/gms3/records.h"

namespace groupy::gms3 {
namespace {

using gms::NodeId;
using gms::ReadId;
using gms::Sequence;
using Ids = std::vector<ReadId>;

const Voters kThree(view_of(3));

TEST(Confirmations, ARoundNeedsAMajority) {
  Confirmations confirmations;
  confirmations.ask({NodeId{1}, 7, Sequence{9}});
  const auto round = confirmations.begin_round();
  ASSERT_TRUE(round);
  confirmations.confirmed_by(NodeId{1}, *round);
  EXPECT_TRUE(confirmations.take_confirmed(kThree).empty());
  confirmations.confirmed_by(NodeId{3}, *round);
  const auto confirmed = confirmations.take_confirmed(kThree);
  ASSERT_EQ(confirmed.size(), 1u);
  EXPECT_EQ(confirmed[0].number, 7u);
  EXPECT_EQ(confirmed[0].sequence, Sequence{9});
}

TEST(Confirmations, ARoundUnderWayProvesNothingForWhatComesMeanwhile) {
  Confirmations confirmations;
  confirmations.ask({NodeId{1}, 1, Sequence{1}});
  const auto first = confirmations.begin_round();
  confirmations.ask({NodeId{1}, 2, Sequence{2}});
  EXPECT_FALSE(confirmations.begin_round());
  for (const unsigned id : {1, 2}) confirmations.confirmed_by(NodeId{id}, *first);
  EXPECT_EQ(confirmations.take_confirmed(kThree).size(), 1u);
  EXPECT_TRUE(confirmations.take_confirmed(kThree).empty());
  const auto second = confirmations.begin_round();
  ASSERT_TRUE(second);
  for (const unsigned id : {1, 2}) confirmations.confirmed_by(NodeId{id}, *first);
  EXPECT_TRUE(confirmations.take_confirmed(kThree).empty());
  for (const unsigned id : {1, 2}) confirmations.confirmed_by(NodeId{id}, *second);
  EXPECT_EQ(confirmations.take_confirmed(kThree).size(), 1u);
}

TEST(Confirmations, ARoundThatWasNotBegunCannotBeConfirmed) {
  Confirmations confirmations;
  for (const unsigned id : {1, 2}) confirmations.confirmed_by(NodeId{id}, 99);
  confirmations.ask({NodeId{1}, 1, Sequence{1}});
  EXPECT_TRUE(confirmations.begin_round());
  EXPECT_TRUE(confirmations.take_confirmed(kThree).empty());
}

TEST(Confirmations, NoRoundIsBegunForNothing) {
  Confirmations confirmations;
  EXPECT_FALSE(confirmations.begin_round());
}

TEST(Reads, ABatchIsConfirmedWithAllBefore) {
  Reads reads(10, gms::StartCount{1});
  EXPECT_TRUE(reads.add(ReadId{1}));
  const auto first = reads.take_batch();
  EXPECT_TRUE(reads.add(ReadId{2}));
  EXPECT_TRUE(reads.add(ReadId{3}));
  const auto second = reads.take_batch();
  EXPECT_TRUE(reads.add(ReadId{4}));
  const auto third = reads.take_batch();
  ASSERT_TRUE(first && second && third);
  EXPECT_EQ(reads.oldest_asked(), *first);
  EXPECT_EQ(reads.confirmed(*second), (Ids{ReadId{1}, ReadId{2}, ReadId{3}}));
  EXPECT_TRUE(reads.confirmed(*second).empty());
  EXPECT_EQ(reads.confirmed(*third), Ids{ReadId{4}});
  EXPECT_TRUE(reads.is_empty());
}

TEST(Reads, WhatIsAskedAgainIsNotConfirmedByTheOldAnswer) {
  Reads reads(10, gms::StartCount{1});
  EXPECT_TRUE(reads.add(ReadId{1}));
  const auto first = reads.take_batch();
  reads.ask_again();
  const auto second = reads.take_batch();
  ASSERT_TRUE(second);
  EXPECT_TRUE(reads.confirmed(*first).empty());
  EXPECT_EQ(reads.confirmed(*second), Ids{ReadId{1}});
}

TEST(Reads, NumbersOfAFormerLifeAreNotUsedAgain) {
  Reads before(10, gms::StartCount{1}), after(10, gms::StartCount{2});
  EXPECT_TRUE(before.add(ReadId{1}));
  EXPECT_TRUE(after.add(ReadId{1}));
  EXPECT_LT(*before.take_batch(), *after.take_batch());
}

TEST(Reads, AreBoundedUntilTheyAreAnsweredOrForgotten) {
  Reads reads(2, gms::StartCount{1});
  EXPECT_TRUE(reads.add(ReadId{1}));
  const auto batch = reads.take_batch();
  EXPECT_TRUE(reads.add(ReadId{2}));
  EXPECT_FALSE(reads.add(ReadId{3}));
  reads.forget(ReadId{1});
  EXPECT_EQ(reads.oldest_asked(), 0u);
  EXPECT_TRUE(reads.confirmed(*batch).empty());
  EXPECT_TRUE(reads.add(ReadId{3}));
  reads.forget(ReadId{2});
  reads.forget(ReadId{2});
  EXPECT_EQ(reads.take_all(), Ids{ReadId{3}});
  EXPECT_TRUE(reads.add(ReadId{4}));
  EXPECT_TRUE(reads.add(ReadId{5}));
}

}  // namespace
}  // namespace groupy::gms3
