#include "cli/table.h"

#include <gtest/gtest.h>

#include <sstream>

namespace groupy::cli {
namespace {

TEST(Table, AlignsColumnsOnATerminal) {
  Table table({"KEY", "VALUE"}, {Format::table, false});
  table.add({{"a"}, {"1"}});
  table.add({{"longer"}, {"2"}});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "KEY     VALUE\n"
            "a       1\n"
            "longer  2\n");
}

TEST(Table, WritesTabsAndNoTitlesInAPipe) {
  Table table({"KEY", "VALUE"}, {Format::lines, true});
  table.add({{"a"}, {"#010203", true}});
  table.add({{"b"}});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "a\t#010203\nb\t\n");
}

TEST(Table, WritesItsTitlesOnceAndKeepsItsColumns) {
  Table table({"K", "V"}, {Format::table, false});
  table.add({{"longer"}, {"1"}});
  std::ostringstream out;
  table.print(out);
  table.add({{"a"}, {"2"}});
  table.print(out);
  EXPECT_EQ(out.str(), "K       V\nlonger  1\na       2\n");
}

TEST(Table, DoesNotPadEveryRowToOneLongCell) {
  Table table({"K", "V"}, {Format::table, false});
  const std::string longest(4096, 'k');
  table.add({{longest}, {"1"}});
  table.add({{"a"}, {"2"}});
  std::ostringstream out;
  table.print(out);
  const std::string pad(59, ' ');
  EXPECT_EQ(out.str(), "K" + pad + "  V\n" + longest + "  1\na" + pad + "  2\n");
}

TEST(Table, ShowsAColourAsABlockOfIt) {
  Table table({"COLOUR", "END"}, {Format::table, true});
  table.add({{"#0a0b0c", true}, {"x"}});
  table.add({{"-", true}, {"y"}});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(),
            "COLOUR      END\n"
            "\x1b[48;2;10;11;12m  \x1b[0m #0a0b0c  x\n"
            "-           y\n");
}

TEST(Table, ShowsNoBlockWithoutColours) {
  Table table({"COLOUR"}, {Format::table, false});
  table.add({{"#0a0b0c", true}});
  std::ostringstream out;
  table.print(out);
  EXPECT_EQ(out.str(), "COLOUR\n#0a0b0c\n");
}

TEST(Rgb, IsReadFromExactlySixHexDigits) {
  EXPECT_EQ(parse_rgb("#00ff7F"), (Rgb{0, 255, 127}));
  for (const char* text :
       {"", "#", "00ff7f", "#00ff7", "#00ff7f0", "#00fg7f", "#-1ff7f", "#0 ff7f"}) {
    EXPECT_EQ(parse_rgb(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace groupy::cli
