#include "tests/tidy/limits.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

std::string repeated(std::string_view line, std::size_t times) {
  std::string text;
  while (times-- > 0) text += line;
  return text;
}

// A function of this many lines.
std::string function_of(std::size_t lines) {
  return "void f() {\n" + repeated("  g();\n", lines - 2) + "}\n";
}

TEST(Limits, AFunctionFitsOnAScreen) {
  EXPECT_TRUE(over_limits({"gms/a.cc", function_of(60)}).empty());
  const Findings findings = over_limits({"tests/a.cc", function_of(61)});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_EQ(findings[0].subject, "f");
}

TEST(Limits, ASourceStaysUnder400Lines) {
  EXPECT_TRUE(over_limits({"gms/a.cc", repeated("int a;\n", 399)}).empty());
  EXPECT_EQ(over_limits({"gms/a.cc", repeated("int a;\n", 400)}).size(), 1u);
}

TEST(Limits, AHeaderStaysUnder200Lines) {
  EXPECT_TRUE(over_limits({"gms/a.h", repeated("int a;\n", 199)}).empty());
  EXPECT_EQ(over_limits({"gms/a.h", repeated("int a;\n", 200)}).size(), 1u);
}

TEST(Limits, ALineHas100Columns) {
  EXPECT_TRUE(over_limits({"gms/a.cc", repeated("a", 100)}).empty());
  EXPECT_EQ(over_limits({"gms/a.cc", repeated("a", 101)}).size(), 1u);
  EXPECT_EQ(over_limits({"scripts/a", "#!/bin/sh\n" + repeated("a", 101)}).size(), 1u);
}

TEST(Limits, ALetterOfTwoBytesIsOneColumn) {
  EXPECT_TRUE(over_limits({"gms/a.cc", "//" + repeated("\u00e4", 98)}).empty());
}

TEST(Limits, OtherFilesHaveNone) {
  EXPECT_TRUE(over_limits({"tests/data.txt", repeated("a", 101)}).empty());
}

const Findings kFound = {{"gms/a.cc", 7, "f", "too long"}};

TEST(Exceptions, CoverWhatTheyName) {
  const Exception covers[] = {{"gms/a.cc", "f", "one table"}};
  EXPECT_TRUE(with_exceptions(kFound, covers).empty());
}

TEST(Exceptions, CoverNothingElse) {
  const Exception other_file[] = {{"gms/b.cc", "f", "one table"}};
  EXPECT_EQ(with_exceptions(kFound, other_file).size(), 2u);
  const Exception other_function[] = {{"gms/a.cc", "g", "one table"}};
  EXPECT_EQ(with_exceptions(kFound, other_function).size(), 2u);
}

TEST(Exceptions, MustGoWhenTheyAreNoLongerNeeded) {
  const Exception stale[] = {{"gms/a.cc", "f", "one table"}};
  EXPECT_EQ(with_exceptions({}, stale).size(), 1u);
}

TEST(Exceptions, NeedAReason) {
  const Exception unexplained[] = {{"gms/a.cc", "f", ""}};
  EXPECT_EQ(with_exceptions(kFound, unexplained).size(), 1u);
}

TEST(Exceptions, AreFiveAtMost) {
  Findings findings;
  std::vector<Exception> exceptions;
  for (const std::string_view name : {"a", "b", "c", "d", "e", "f"}) {
    EXPECT_TRUE(with_exceptions(findings, exceptions).empty());
    findings.push_back({"gms/a.cc", 1, std::string(name), "too long"});
    exceptions.push_back({"gms/a.cc", name, "one table"});
  }
  EXPECT_EQ(with_exceptions(findings, exceptions).size(), 1u);
}

}  // namespace
}  // namespace groupy::tidy
