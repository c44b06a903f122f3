// The rules of the house, applied to the house: style, arrows, purity. Each rule is tried on bad
// samples in the test of its own file.
#include <gtest/gtest.h>

#include <algorithm>
#include <iostream>

#include "tests/tidy/includes.h"
#include "tests/tidy/limits.h"
#include "tests/tidy/purity.h"
#include "tests/tidy/registration.h"
#include "tests/tidy/source_tree.h"
#include "tests/tidy/wording.h"

namespace groupy::tidy {
namespace {

// Where it is right to exceed a limit, and why: {path, function | "file" | "line", reason}.
const std::vector<Exception> kExceptions = {};

// Where the core may reach what is impure, and why: {path, header or word, reason}.
const std::vector<Exception> kReachable = {
    {"kvstore/digest_history.h", "mutex",
     "the state machine appends marks, and readers on other threads look them up: the lock orders "
     "them and decides nothing; what is appended is the state machine's alone"},
};

// One of them takes five seconds to compile: no more than there are, unless it is worth that.
constexpr std::size_t kJsonSourcesMax = 32;

const SourceFiles& tree() {
  static const SourceFiles files = read_tree(GROUPY_SOURCE_DIR);
  return files;
}

template <typename Rule>
Findings everywhere(Rule rule) {
  Findings all;
  for (const SourceFile& file : tree()) {
    const Findings findings = rule(file);
    all.insert(all.end(), findings.begin(), findings.end());
  }
  return all;
}

void expect_none(const Findings& findings) {
  EXPECT_TRUE(findings.empty()) << to_string(findings);
}

TEST(Tidy, TheTreeIsFound) {
  const auto has = [](std::string_view path) {
    return std::ranges::find(tree(), path, &SourceFile::path) != tree().end();
  };
  EXPECT_TRUE(has("gms/view.cc"));
  EXPECT_TRUE(has("kvstore/store.h"));
  EXPECT_TRUE(has("http/client.h"));
  EXPECT_TRUE(has("scripts/test"));
  EXPECT_TRUE(has(".ci/run"));
  EXPECT_TRUE(has("tests/tidy/tidy_test.cc"));
}

TEST(Tidy, EverythingFitsTheLimits) {
  expect_none(with_exceptions(everywhere(over_limits), kExceptions));
}

TEST(Tidy, IncludesFollowTheArrows) {
  expect_none(everywhere(includes_against_arrows));
}

TEST(Tidy, ExpensiveHeadersStayInTheirPlaces) {
  expect_none(everywhere(misplaced_includes));
}

TEST(Tidy, ExactlyTwoSourcesIncludeBeast) {
  EXPECT_EQ(files_that_include(tree(), "boost/beast"),
            (std::vector<std::string>{"http/client.cc", "http/connection.cc"}));
}

TEST(Tidy, FewSourcesIncludeJson) {
  const auto sources = files_that_include(tree(), "nlohmann/json.hpp");
  std::cout << "json.hpp is included by " << sources.size() << " sources\n";
  EXPECT_LE(sources.size(), kJsonSourcesMax);
}

TEST(Tidy, TheCoreIsPure) {
  expect_none(everywhere(impurities));
}

TEST(Tidy, TheCoreReachesNothingImpure) {
  expect_none(with_exceptions(reached_impurities(tree()), kReachable));
}

TEST(Tidy, EveryTestIsRegistered) {
  expect_none(unregistered_tests(tree()));
}

TEST(Tidy, HeadersIntroduceThemselves) {
  expect_none(everywhere(bad_opening));
}

TEST(Tidy, NobodyLeavesNotesToOneself) {
  expect_none(everywhere(notes_to_oneself));
}

TEST(Tidy, NamesSaySomething) {
  expect_none(everywhere(empty_names));
}

TEST(Tidy, ScriptsAreCareful) {
  expect_none(everywhere(bad_script));
}

}  // namespace
}  // namespace groupy::tidy
