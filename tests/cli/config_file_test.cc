#include "cli/config_file.h"

#include <gtest/gtest.h>

namespace groupy::cli {
namespace {

TEST(ConfigFile, ReadsTextsNumbersTruthsAndLists) {
  const auto parsed = parse_config(
      "# a comment\n"
      "id = 3\n"
      "http = \"127.0.0.1:8081\"\n"
      "accept-tail-loss = true\n"
      "allow-host = [\"a\", \"b\"]\n");
  ASSERT_TRUE(std::holds_alternative<ConfigValues>(parsed));
  const ConfigValues expected = {{"id", {"3"}},
                                 {"http", {"127.0.0.1:8081"}},
                                 {"accept-tail-loss", {"true"}},
                                 {"allow-host", {"a", "b"}}};
  EXPECT_EQ(std::get<ConfigValues>(parsed), expected);
}

TEST(ConfigFile, AnEmptyFileSetsNothing) {
  EXPECT_EQ(std::get<ConfigValues>(parse_config("")), ConfigValues());
}

TEST(ConfigFile, NamesTheLineThatIsWrong) {
  for (const char* text : {"\nid = \n", "\nid = 1.5\n", "\n[id]\nx = 1\n", "\nid = []\n",
                           "\nid = [[1]]\n", "\nid = 2026-01-01\n", "\nid 1\n"}) {
    const auto parsed = parse_config(text);
    ASSERT_TRUE(std::holds_alternative<BadConfig>(parsed)) << text;
    EXPECT_TRUE(std::get<BadConfig>(parsed).what.starts_with("line 2: "))
        << text << " gives " << std::get<BadConfig>(parsed).what;
  }
}

TEST(ConfigFile, RefusesGarbage) {
  for (const std::string& text : {std::string("\0\0", 2), std::string("\xff\xfe"),
                                  "a = " + std::string(100'000, '['), std::string("id=1\nid=2")}) {
    EXPECT_TRUE(std::holds_alternative<BadConfig>(parse_config(text)));
  }
}

}  // namespace
}  // namespace groupy::cli
