#include "cli/printable.h"

#include <gtest/gtest.h>

namespace groupy::cli {
namespace {

using namespace std::string_literals;

TEST(Printable, LeavesTextAsItIs) {
  EXPECT_EQ(printable("users/7 = \"Åsa\" ☃ 😀"), "users/7 = \"Åsa\" ☃ 😀");
  EXPECT_EQ(printable(""), "");
}

TEST(Printable, LetsNoControlCharacterThrough) {
  EXPECT_EQ(printable("\x1b[2J"), "\\x1b[2J");
  EXPECT_EQ(printable("a\tb\nc\rd"), "a\\tb\\nc\\rd");
  EXPECT_EQ(printable("\0\x7f"s), "\\x00\\x7f");
  EXPECT_EQ(printable("\xc2\x9b"), "\\xc2\\x9b") << "a C1 control is an escape sequence too";
}

TEST(Printable, ShowsWhatIsNoTextByteByByte) {
  EXPECT_EQ(printable("\xff"), "\\xff");
  EXPECT_EQ(printable("\xc3"), "\\xc3") << "cut off";
  EXPECT_EQ(printable("\xc0\xaf"), "\\xc0\\xaf") << "overlong";
  EXPECT_EQ(printable("\xe0\x80\xaf"), "\\xe0\\x80\\xaf") << "overlong";
  EXPECT_EQ(printable("\xf0\x80\x80\xaf"), "\\xf0\\x80\\x80\\xaf") << "overlong";
  EXPECT_EQ(printable("\xed\xa0\x80"), "\\xed\\xa0\\x80") << "surrogate";
  EXPECT_EQ(printable("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80") << "behind the last one";
  EXPECT_EQ(printable("\xe2\x98z"), "\\xe2\\x98z");
}

TEST(Printable, CanBeToldFromWhatItShows) {
  EXPECT_EQ(printable("\\x1b"), "\\\\x1b");
  EXPECT_NE(printable("\\n"), printable("\n"));
}

TEST(Printable, CountsCodePointsAsColumns) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Åsa"), 3u);
}

TEST(Printable, ShortensBetweenCharacters) {
  EXPECT_EQ(shortened("abc", 3), "abc");
  EXPECT_EQ(shortened("abcd", 3), "ab…");
  EXPECT_EQ(shortened("ÅÅÅÅ", 3), "ÅÅ…");
}

}  // namespace
}  // namespace groupy::cli
