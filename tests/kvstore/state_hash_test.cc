#include "kvstore/state_hash.h"

#include <gtest/gtest.h>

#include <set>

#include "kvstore/fingerprint.h"

namespace groupy::kvstore {
namespace {

const KeyMetadata kMetadata{Revision{1}, Revision{2}, 3, 4, 5};

TEST(StateHash, IsMadeOfTheseNumbers) {
  EXPECT_EQ(fingerprint(""), 0x2d06800538d394c2u);
  EXPECT_EQ(key_term("key", "value", kMetadata), 10503037048472228640u);
  EXPECT_EQ(request_term("id", "row"), 2764073251663499496u);
  EXPECT_EQ(settings_term("row"), 6447985779814683868u);
  EXPECT_EQ(HashSum(7).hash(Revision{8}, gms::Sequence{9}), 13363834489425722980u);
}

TEST(StateHash, TermsTellApartAllThatAKeyHas) {
  std::set<std::uint64_t> terms = {
      key_term("key", "value", kMetadata),
      key_term("keyv", "alue", kMetadata),
      key_term("key", "value2", kMetadata),
      key_term("key", "value", {Revision{2}, Revision{2}, 3, 4, 5}),
      key_term("key", "value", {Revision{1}, Revision{3}, 3, 4, 5}),
      key_term("key", "value", {Revision{1}, Revision{2}, 4, 4, 5}),
      key_term("key", "value", {Revision{1}, Revision{2}, 3, 5, 5}),
      request_term("key", "value"),
      settings_term("keyvalue"),
  };
  EXPECT_EQ(terms.size(), 9u);
}

TEST(StateHash, DoesNotDependOnTheOldTermItIsStoredWith) {
  KeyMetadata other = kMetadata;
  other.hash_term = 77;
  EXPECT_EQ(key_term("key", "value", other), key_term("key", "value", kMetadata));
}

TEST(StateHash, SumsInAnyOrderAndTakesOffAgain) {
  HashSum sum;
  sum.add(0xffffffffffffffffu);
  sum.add(2);
  EXPECT_EQ(sum.value(), 1u);
  sum.remove(0xffffffffffffffffu);
  EXPECT_EQ(sum.value(), 2u);
}

TEST(StateHash, DependsOnRevisionAndRequestFloor) {
  const std::set<std::uint64_t> hashes = {HashSum(1).hash(Revision{1}, gms::Sequence{1}),
                                          HashSum(1).hash(Revision{2}, gms::Sequence{1}),
                                          HashSum(1).hash(Revision{1}, gms::Sequence{2}),
                                          HashSum(2).hash(Revision{1}, gms::Sequence{1})};
  EXPECT_EQ(hashes.size(), 4u);
}

TEST(Colour, TurnsByTheFirstByteOfThePayloadsFingerprint) {
  // The empty payload's fingerprint begins with 2d.
  EXPECT_EQ(turned({{1, 2, 3}}, ""), (Colour{{2, 3, 0x2e}}));
  EXPECT_EQ(turned({{0xff, 0, 0}}, ""), (Colour{{0, 0, 0x2c}}));
}

TEST(Colour, IsWrittenAsOnTheWeb) {
  EXPECT_EQ((Colour{{0, 0xab, 9}}).to_string(), "#00ab09");
}

}  // namespace
}  // namespace groupy::kvstore
