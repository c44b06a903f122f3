#include "cli/duration.h"

#include <gtest/gtest.h>

namespace groupy::cli {
namespace {

using std::chrono::milliseconds;

TEST(Duration, ReadsANumberWithAUnit) {
  EXPECT_EQ(parse_duration("200ms"), milliseconds(200));
  EXPECT_EQ(parse_duration("30s"), milliseconds(30'000));
  EXPECT_EQ(parse_duration("2m"), milliseconds(120'000));
  EXPECT_EQ(parse_duration("1h"), milliseconds(3'600'000));
  EXPECT_EQ(parse_duration("0s"), milliseconds(0));
}

TEST(Duration, RefusesEverythingElse) {
  for (const char* text :
       {"", "5", "s", "ms", "-5s", "+5s", "5 s", " 5s", "5s ", "5S", "1.5s", "5sec", "1m30s",
        "0x5s", "99999999999999999999s", "9223372036854775807h", "400000h"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Duration, IsWrittenSoThatItReadsTheSame) {
  for (const char* text : {"0s", "1ms", "200ms", "1500ms", "5s", "90s", "2m", "1h"}) {
    EXPECT_EQ(to_string(*parse_duration(text)), text);
  }
  EXPECT_EQ(to_string(milliseconds(60'000)), "1m");
}

}  // namespace
}  // namespace groupy::cli
