#include "http/target.h"

#include <gtest/gtest.h>

#include "http/client.h"

namespace groupy::http {
namespace {

TEST(Target, LeavesThePathAsItCame) {
  for (const char* path : {"/", "//", "/kv/a//b", "/kv/../x", "/kv/./", "/kv/%2e%2E", "/kv/a+b",
                           "/kv/%00", "/KV", "/kv/a;b=c", "/kv/\xc3\xa5"}) {
    const auto target = split_target(path);
    ASSERT_TRUE(target) << path;
    EXPECT_EQ(target->path, path);
    EXPECT_EQ(target->query, "");
    EXPECT_FALSE(target->authority);
  }
}

TEST(Target, SplitsAtTheFirstQuestionMark) {
  const auto target = split_target("/kv?prefix=a?b&c");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->path, "/kv");
  EXPECT_EQ(target->query, "prefix=a?b&c");
}

TEST(Target, TakesTheAuthorityOfAnAbsoluteTarget) {
  const auto target = split_target("HTTP://evil.example:80/kv/a?raw");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->authority, "evil.example:80");
  EXPECT_EQ(target->path, "/kv/a");
  EXPECT_EQ(target->query, "raw");
  const auto bare = split_target("http://host?x=1");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->authority, "host");
  EXPECT_EQ(bare->path, "/");
  EXPECT_EQ(bare->query, "x=1");
}

TEST(Target, RefusesWhatIsNoTarget) {
  for (const char* text : {"", "kv/a", "example.com:443", "ftp://host/a", "/kv/a#part", "?a"}) {
    EXPECT_FALSE(split_target(text)) << text;
  }
  ASSERT_TRUE(split_target("*"));
}

TEST(Target, DecodesEveryByteExactlyOnce) {
  for (int number = 0; number < 256; ++number) {
    const std::string byte(1, static_cast<char>(number));
    EXPECT_EQ(percent_decode(percent_encode(byte)), byte) << number;
    EXPECT_EQ(percent_decode(percent_encode(percent_encode(byte))), percent_encode(byte)) << number;
    if (byte != "%") {
      EXPECT_EQ(percent_decode(byte), byte) << number;
    }
  }
  EXPECT_EQ(percent_decode("a+b%2B%2b"), "a+b++");
  EXPECT_EQ(percent_decode("%252F"), "%2F");
}

TEST(Target, RefusesEveryCutOrWrongEscape) {
  for (const char* text : {"%", "a%", "%4", "a%4", "%%41", "%4%31", "% 41", "%-1", "%0x1"}) {
    EXPECT_EQ(percent_decode(text), std::nullopt) << text;
  }
  constexpr std::string_view kHex = "0123456789abcdefABCDEF";
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string text = {'%', static_cast<char>(first), static_cast<char>(second)};
      const bool is_escape = kHex.find(text[1]) != std::string_view::npos &&
                             kHex.find(text[2]) != std::string_view::npos;
      EXPECT_EQ(percent_decode(text).has_value(), is_escape) << first << ' ' << second;
    }
  }
}

TEST(Target, QueriesKeepOrderAndRepeats) {
  const auto parameters = parse_query("b=1&a=%26%3D&&raw&b=2&c=x=y&");
  const Parameters expected = {{"b", "1"}, {"a", "&="}, {"raw", ""}, {"b", "2"}, {"c", "x=y"}};
  ASSERT_TRUE(parameters);
  EXPECT_EQ(*parameters, expected);
  EXPECT_EQ(*find_parameter(*parameters, "c"), "x=y");
  EXPECT_EQ(find_parameter(*parameters, "d"), nullptr);
  EXPECT_EQ(parse_query("a=%4"), std::nullopt);
  EXPECT_EQ(parse_query("%zz=1"), std::nullopt);
}

}  // namespace
}  // namespace groupy::http
