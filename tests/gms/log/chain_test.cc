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
    const Anchor anchor = chain.anchor_for(Sequence{i});
    EXPECT_LE(anchor.sequence, Sequence{i});
    EXPECT_LE(i - anchor.sequence.value(), 100'000u / 16);
    EXPECT_EQ(anchor.position.segment, 1 + (i - 1) / 50'000);
  }
}

TEST(Chain, EachSegmentAndEachStretchBeginsWithAnAnchor) {
  Chain chain = chain_of(30, 10, {});
  EXPECT_EQ(chain.anchor_for(Sequence{20}).sequence, Sequence{11});
  EXPECT_EQ(chain.anchor_for(Sequence{21}).sequence, Sequence{21});
  chain.cut(id(25));
  chain.append(id(26), {3, 5000});
  EXPECT_EQ(chain.anchor_for(Sequence{25}).sequence, Sequence{21});
  EXPECT_EQ(chain.anchor_for(Sequence{26}).position, (Position{3, 5000}));
  chain.break_stretch();
  chain.append(id(27), {3, 6000});
  EXPECT_EQ(chain.anchor_for(Sequence{27}).sequence, Sequence{27});
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
  EXPECT_EQ(chain.anchor_for(Sequence{7}).sequence, Sequence{1});
  EXPECT_EQ(chain.anchor_for(Sequence{9}).sequence, Sequence{9});
}

}  // namespace
}  // namespace groupy::gms::log
