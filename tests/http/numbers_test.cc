#include "http/numbers.h"

#include <gtest/gtest.h>

#include "http/limits.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

TEST(Numbers, TakesPlainDecimalsUpToTheHighestOne) {
  EXPECT_EQ(parse_decimal("0"), 0u);
  EXPECT_EQ(parse_decimal("1000"), 1000u);
  EXPECT_EQ(parse_decimal("18446744073709551615"), ~std::uint64_t{0});
}

TEST(Numbers, TakesNothingThatCouldBeReadInAnotherWay) {
  for (const char* text : {"", "-1", "+1", " 1", "1 ", "1e9", "0x10", "010", "1.0", "1_000", "٣",
                           "18446744073709551616", "99999999999999999999999"}) {
    EXPECT_EQ(parse_decimal(text), std::nullopt) << text;
  }
  EXPECT_EQ(parse_decimal(std::string_view("1\0", 2)), std::nullopt);
}

TEST(Numbers, DurationsNeedTheirUnit) {
  EXPECT_EQ(parse_duration("50ms"), milliseconds(50));
  EXPECT_EQ(parse_duration("60s"), milliseconds(60'000));
  for (const char* text : {"", "5", "s", "ms", "-5s", "1.5s", "5 s", "5m", "5S", "1000000001ms",
                           "18446744073709551615s"}) {
    EXPECT_EQ(parse_duration(text), std::nullopt) << text;
  }
}

TEST(Numbers, DurationsAreWrittenSoThatTheyReadTheSame) {
  const Limits limits;
  for (const milliseconds duration : {milliseconds(0), limits.request_min, limits.request_default,
                                      milliseconds(59'999), limits.request_max}) {
    EXPECT_EQ(parse_duration(render_duration(duration)), duration) << duration.count();
  }
}

TEST(Numbers, SwitchesAreOnWhenTheyStandAlone) {
  for (const char* text : {"", "1", "true"}) EXPECT_EQ(parse_switch(text), true) << text;
  for (const char* text : {"0", "false"}) EXPECT_EQ(parse_switch(text), false) << text;
  for (const char* text : {"yes", "TRUE", "2", " "}) {
    EXPECT_EQ(parse_switch(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace groupy::http
