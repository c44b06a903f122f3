#include "http/base64.h"

#include <gtest/gtest.h>

namespace groupy::http {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int number = 0; number < 256; ++number) bytes += static_cast<char>(number);
  return bytes;
}

TEST(Base64, MatchesTheVectorsOfRfc4648) {
  EXPECT_EQ(to_base64(""), "");
  EXPECT_EQ(to_base64("f"), "Zg==");
  EXPECT_EQ(to_base64("fo"), "Zm8=");
  EXPECT_EQ(to_base64("foo"), "Zm9v");
  EXPECT_EQ(to_base64("foobar"), "Zm9vYmFy");
  EXPECT_EQ(to_base64("\xfb\xff"), "+/8=");
  EXPECT_EQ(to_base64url("\xfb\xff"), "-_8");
}

TEST(Base64, UrlFormComesBackWhateverTheBytes) {
  const std::string bytes = all_bytes();
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::string part = bytes.substr(bytes.size() - length);
    EXPECT_EQ(from_base64url(to_base64url(part)), part);
  }
}

TEST(Base64, BytesHaveOneSpellingOnly) {
  for (const char* text : {"A", "Zg==", "Zh", "Zm9v!", "Zm 9v", "Zm9v\n", "+/8", "Zm9vYmFyA"}) {
    EXPECT_EQ(from_base64url(text), std::nullopt) << text;
  }
}

TEST(Base64, StandardFormComesBackWhateverTheBytes) {
  const std::string bytes = all_bytes();
  for (std::size_t length = 0; length <= bytes.size(); ++length) {
    const std::string part = bytes.substr(bytes.size() - length);
    EXPECT_EQ(from_base64(to_base64(part)), part);
  }
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=",
                           "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_", "Z=g="}) {
    EXPECT_EQ(from_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace groupy::http
