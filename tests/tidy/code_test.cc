#include "tests/tidy/code.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

std::string blank(std::size_t columns) {
  return std::string(columns, ' ');
}

TEST(CodeOnly, BlanksCommentsAndKeepsLines) {
  EXPECT_EQ(code_only("a // {\nb"), "a" + blank(5) + "\nb");
  EXPECT_EQ(code_only("a /* {\n} */ b"), "a" + blank(5) + "\n" + blank(5) + "b");
  EXPECT_EQ(code_only("a /* open"), "a" + blank(8));
}

TEST(CodeOnly, BlanksStringsAndCharacters) {
  EXPECT_EQ(code_only(R"(f("{\"}", '{', '\'');)"),
            "f(" + blank(6) + ", " + blank(3) + ", " + blank(4) + ");");
}

TEST(CodeOnly, BlanksRawStringsWhole) {
  EXPECT_EQ(code_only("R\"(\"{)\" + 1;"), "R" + blank(6) + " + 1;");
  EXPECT_EQ(code_only("R\"e()\")e\";"), "R" + blank(8) + ";");
}

TEST(CodeOnly, DigitSeparatorsAreNoCharacters) {
  EXPECT_EQ(code_only("a = 1'000; b = 0xff'ff; c = '{';"), "a = 1'000; b = 0xff'ff; c =    ;");
}

TEST(CodeOnly, ACommentInAStringIsNone) {
  EXPECT_EQ(code_only("\"//\" {"), "     {");
}

TEST(CodeOnly, AStringEndsAtTheLatestWithItsLine) {
  EXPECT_EQ(code_only("\"open\n{}"), "     \n{}");
}

TEST(Includes, AreFoundWithNameAndLine) {
  const auto includes = includes_of("// top\n#include <vector>\n#include \"gms/ids.h\"\n");
  ASSERT_EQ(includes.size(), 2u);
  EXPECT_EQ(includes[0].name, "vector");
  EXPECT_FALSE(includes[0].quoted);
  EXPECT_EQ(includes[0].line, 2u);
  EXPECT_EQ(includes[1].name, "gms/ids.h");
  EXPECT_TRUE(includes[1].quoted);
}

TEST(Includes, InCommentsAndStringsAreNone) {
  EXPECT_TRUE(includes_of("// #include <a>\n/*\n#include <b>\n*/\n").empty());
  EXPECT_TRUE(includes_of("x = R\"(\n#include <c>\n)\";\n").empty());
}

}  // namespace
}  // namespace groupy::tidy
