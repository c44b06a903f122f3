// Where records stand, in bounded memory.
#include "gms/log/chain.h"

#include <gtest/gtest.h>

namespace groupy::gms::log {
namespace {

RecordId id(std::uint64_t sequence) {
  return {Ballot{1}, Sequence{sequence}, Checksum{sequence * 1000}};
}

constexpr std::uint64_t kStep = 100;

// Records of kStep bytes, `per_segment` to a segment.
Chain chain_of(std::uint64_t count, std::uint64_t per_segment, const ChainOptions& options) {
  Chain chain(options);
  for (std::uint64_t i = 1; i <= count; ++i) {
    chain.append(id(i), {1 + (i - 1) / per_segment, (i - 1) % per_segment * kStep});
  }
  return chain;
}

TEST(Chain, ItsMemoryIsBounded) {
  const ChainOptions options{.anchor_every_bytes = kStep, .anchors_max = 64};
  const Chain chain = chain_of(100'000, 50'000, options);
  EXPECT_LE(chain.anchor_count(), 64u + 2u);
  for (std::uint64_t i = 1; i <= 100'000; i += 997) {
    const Anchor anchor = chain.anchor_for(Sequence{i}).value();
    EXPECT_LE(anchor.sequence, Sequence{i});
    EXPECT_LE(i - anchor.sequence.value(), 100'000u / 16);
    EXPECT_EQ(anchor.position.segment, 1 + (i - 1) / 50'000);
  }
}

TEST(Chain, EachSegmentAndEachStretchBeginsWithAnAnchor) {
  Chain chain = chain_of(30, 10, {});
  EXPECT_EQ(chain.anchor_for(Sequence{20})->sequence, Sequence{11});
  EXPECT_EQ(chain.anchor_for(Sequence{21})->sequence, Sequence{21});
  chain.cut(id(25));
  chain.append(id(26), {3, 5000});
  EXPECT_EQ(chain.anchor_for(Sequence{25})->sequence, Sequence{21});
  EXPECT_EQ(chain.anchor_for(Sequence{26})->position, (Position{3, 5000}));
  chain.break_stretch();
  chain.append(id(27), {3, 6000});
  EXPECT_EQ(chain.anchor_for(Sequence{27})->sequence, Sequence{27});
}

TEST(Chain, ACutForgetsWhatStandsBehindIt) {
  Chain chain = chain_of(30, 10, {});
  chain.cut(id(5));
  EXPECT_EQ(chain.last(), id(5));
  EXPECT_TRUE(chain.has(Sequence{5}));
  EXPECT_FALSE(chain.has(Sequence{6}));
  EXPECT_EQ(chain.anchor_count(), 1u);
  chain.cut(id(0));
  EXPECT_TRUE(chain.is_empty());
  EXPECT_EQ(chain.first(), Sequence{1});
}

TEST(Chain, RetiringASegmentMovesTheFirst) {
  Chain chain = chain_of(30, 10, {});
  EXPECT_EQ(chain.first_behind(1), Sequence{11});
  chain.retire(2);
  EXPECT_EQ(chain.first(), Sequence{21});
  EXPECT_EQ(chain.last(), id(30));
  EXPECT_FALSE(chain.has(Sequence{20}));
}

TEST(Chain, WhatIsSkippedIsPartOfIt) {
  Chain chain = chain_of(5, 10, {});
  chain.skip(id(8));
  chain.append(id(9), {1, 2000});
  EXPECT_TRUE(chain.has(Sequence{7}));
  EXPECT_EQ(chain.anchor_for(Sequence{7})->sequence, Sequence{1});
  EXPECT_EQ(chain.anchor_for(Sequence{9})->sequence, Sequence{9});
}

TEST(Chain, KnowsItsViews) {
  Chain chain{ChainOptions()};
  for (std::uint64_t i = 1; i <= 10; ++i) {
    const bool is_view = i % 3 == 0;
    chain.append({Ballot{1}, Sequence{i}, Checksum{i}}, {i, 8192},
                 is_view ? RecordKind::view : RecordKind::application);
  }
  EXPECT_EQ(chain.view_at(Sequence{2}), std::nullopt);
  EXPECT_EQ(chain.view_at(Sequence{3}), Sequence{3});
  EXPECT_EQ(chain.view_at(Sequence{10}), Sequence{9});
  chain.cut({Ballot{1}, Sequence{8}, Checksum{8}});
  EXPECT_EQ(chain.view_at(Sequence{10}), Sequence{6});
  chain.retire(3);
  EXPECT_EQ(chain.view_at(Sequence{5}), std::nullopt);
  chain.restart({Ballot{1}, Sequence{100}, Checksum{1}});
  EXPECT_EQ(chain.view_at(Sequence{100}), std::nullopt);
}

TEST(Chain, ForgetsTheOldestOfVeryManyViews) {
  Chain chain{ChainOptions()};
  for (std::uint64_t i = 1; i <= kViewsKept + 1; ++i) {
    chain.append({Ballot{1}, Sequence{i}, Checksum{i}}, {1, 8192 + 88 * i}, RecordKind::view);
  }
  EXPECT_EQ(chain.view_at(Sequence{kViewsKept}), Sequence{kViewsKept});
  EXPECT_EQ(chain.view_at(Sequence{1}), std::nullopt);
}

}  // namespace
}  // namespace groupy::gms::log
