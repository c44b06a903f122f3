#include "cli/base64.h"

#include <gtest/gtest.h>

namespace groupy::cli {
namespace {

using namespace std::string_literals;

// The first seven are the test vectors of RFC 4648, section 10.
TEST(Base64, GivesTheBytesBack) {
  EXPECT_EQ(decode_base64(""), "");
  EXPECT_EQ(decode_base64("Zg=="), "f");
  EXPECT_EQ(decode_base64("Zm8="), "fo");
  EXPECT_EQ(decode_base64("Zm9v"), "foo");
  EXPECT_EQ(decode_base64("Zm9vYg=="), "foob");
  EXPECT_EQ(decode_base64("Zm9vYmE="), "fooba");
  EXPECT_EQ(decode_base64("Zm9vYmFy"), "foobar");
  EXPECT_EQ(decode_base64("AP/+"), "\0\xff\xfe"s);
}

TEST(Base64, RefusesWhatNoEncoderWrites) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zg===", "Zh==", "Zm9=", "====", "=",
                           "Zg==Zg==", "Zm 9", "Zm9v\n", "Zm-_", "Z=g="}) {
    EXPECT_EQ(decode_base64(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace groupy::cli
