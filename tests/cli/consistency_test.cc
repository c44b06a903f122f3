#include "cli/consistency.h"

#include <gtest/gtest.h>

namespace groupy::cli {
namespace {

using State = ReplicaMark::State;

ReplicaMark marked(const std::string& node, const std::string& hash,
                   const std::string& colour = "#010203") {
  ReplicaMark mark;
  mark.endpoint = "http://r" + node + ":1";
  mark.node = node;
  mark.group = "g";
  mark.state = State::marked;
  mark.applied = 90;
  mark.hash = hash;
  mark.colour = colour;
  return mark;
}

ReplicaMark behind(const std::string& node, std::uint64_t generation) {
  ReplicaMark mark = marked(node, "");
  mark.state = State::not_reached;
  mark.generation = generation;
  mark.applied = 88;
  return mark;
}

ReplicaMark silent(const std::string& endpoint) {
  ReplicaMark mark;
  mark.endpoint = endpoint;
  mark.why = "Connection refused";
  return mark;
}

bool names(const Verdict& verdict, const std::string& text) {
  return verdict.what.find(text) != std::string::npos;
}

TEST(Judge, EqualHashAndColourAreEqual) {
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "aa"), marked("3", "aa")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::ok);
  EXPECT_EQ(verdict.what, "equal at sequence 90: 3 replicas");
}

TEST(Judge, NamesTheOneWithAnotherHash) {
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "bb"), marked("3", "aa")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_EQ(verdict.what,
            "replicas differ at sequence 90: not the same state: replica 2 (http://r2:1), "
            "unlike replica 1 (http://r1:1), replica 3 (http://r3:1)");
}

TEST(Judge, EqualHashWithAnotherColourDiffers) {
  const Verdict verdict =
      judge({marked("1", "aa"), marked("2", "aa"), marked("3", "aa", "#030201")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_TRUE(names(verdict, "not the same state: replica 3 (http://r3:1), unlike"));
}

TEST(Judge, WithoutAMajorityNobodyIsCalledRight) {
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "bb")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_TRUE(names(verdict, "replica 1 (http://r1:1) | replica 2 (http://r2:1)"));
  EXPECT_FALSE(names(verdict, "unlike"));
}

TEST(Judge, EqualStatesOfTwoGroupsDiffer) {
  ReplicaMark stranger = marked("3", "aa");
  stranger.group = "another";
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "aa"), stranger}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_EQ(verdict.what,
            "replicas differ: not the same group: replica 3 (http://r3:1) of group another, unlike "
            "replica 1 (http://r1:1), replica 2 (http://r2:1) of group g");
}

TEST(Judge, TheGroupIsLookedAtBeforeTheState) {
  ReplicaMark stranger = behind("3", 1);
  stranger.group = "another";
  ReplicaMark mute = silent("http://r4:1");
  mute.group = "g";
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "bb"), stranger, mute}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_TRUE(names(verdict, "not the same group: replica 3"));
  EXPECT_FALSE(names(verdict, "not the same state"));
  EXPECT_FALSE(names(verdict, "did not reach"));
}

TEST(Judge, BehindInGenerationsOneAndTwoDiffers) {
  for (const std::uint64_t generation : {1u, 2u}) {
    const Verdict verdict = judge({marked("1", "aa"), behind("2", generation)}, 90);
    EXPECT_EQ(verdict.code, ExitCode::error);
    EXPECT_TRUE(names(verdict, "replica 2 (http://r2:1) is at 88 and did not reach 90"));
    EXPECT_FALSE(names(verdict, "replica 1"));
  }
}

TEST(Judge, BehindInGenerationThreeCannotBeTold) {
  const Verdict verdict = judge({marked("1", "aa"), behind("2", 3)}, 90);
  EXPECT_EQ(verdict.code, ExitCode::unavailable);
  EXPECT_TRUE(names(verdict, "replica 2 (http://r2:1) is at 88"));
}

TEST(Judge, ASilentReplicaCannotBeTold) {
  const Verdict verdict = judge({marked("1", "aa"), marked("2", "aa"), silent("http://r3:1")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::unavailable);
  EXPECT_TRUE(names(verdict, "http://r3:1 did not answer: Connection refused"));
}

TEST(Judge, AProvenDifferenceOutweighsSilence) {
  const Verdict verdict =
      judge({marked("1", "aa"), marked("2", "bb"), marked("3", "aa"), silent("http://r4:1")}, 90);
  EXPECT_EQ(verdict.code, ExitCode::error);
  EXPECT_TRUE(names(verdict, "not the same state: replica 2"));
  EXPECT_TRUE(names(verdict, "http://r4:1 did not answer"));
}

TEST(Judge, NothingProvesNothing) {
  EXPECT_EQ(judge({}, 0).code, ExitCode::unavailable);
  EXPECT_EQ(judge({silent("http://r1:1")}, 0).code, ExitCode::unavailable);
}

}  // namespace
}  // namespace groupy::cli
