#include "http/json_bytes.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace groupy::http {
namespace {

TEST(JsonBytes, TellsUtf8FromOtherBytes) {
  for (const char* text :
       {"", "a", "\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
        "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf", "sm\xc3\xb6rg\xc3\xa5s"}) {
    EXPECT_TRUE(is_utf8(text)) << text;
  }
  for (const char* text :
       {"\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x80\x80", "\xe0\x9f\xbf",
        "\xe1\x80", "\xed\xa0\x80", "\xed\xbf\xbf", "\xf0\x80\x80\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "a\xff", "\xf1\x80\x80", "\xe1\x80\xc0"}) {
    EXPECT_FALSE(is_utf8(text)) << text;
  }
  EXPECT_TRUE(is_utf8(std::string_view("\0", 1)));
}

// The writer would replace, or throw on, what it takes for wrong: it must agree with us.
TEST(JsonBytes, AgreesWithTheJsonWriterOnAllPairsAndTriples) {
  const auto check = [](const std::string& bytes) {
    bool is_written = true;
    try {
      static_cast<void>(nlohmann::ordered_json(bytes).dump());
    } catch (const nlohmann::ordered_json::exception&) {
      is_written = false;
    }
    return is_written == is_utf8(bytes);
  };
  constexpr std::string_view kEdges =
      "\x01\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc2\xdf\xe0\xec\xed\xee\xf0\xf1\xf4\xf5\xff";
  for (int first = 0; first < 256; ++first) {
    const std::string one(1, static_cast<char>(first));
    EXPECT_TRUE(check(one));
    for (const char second : kEdges) {
      EXPECT_TRUE(check(one + second));
      for (const char third : kEdges) EXPECT_TRUE(check(one + second + third));
    }
  }
}

TEST(JsonBytes, StandAsTextOrAsBase64) {
  nlohmann::ordered_json json;
  set_bytes(json, "key", "a\"\n");
  set_bytes(json, "value", "\xff");
  EXPECT_EQ(to_line(json), "{\"key\":\"a\\\"\\n\",\"value_base64\":\"/w==\"}\n");
}

TEST(JsonBytes, LinesAreWrittenWhateverAnotherMemberSays) {
  const nlohmann::ordered_json json = {{"reason", "\xff lost"}};
  EXPECT_EQ(nlohmann::json::parse(to_line(json))["reason"], "\xef\xbf\xbd lost");
}

}  // namespace
}  // namespace groupy::http
