#include "http/cursor.h"

#include <gtest/gtest.h>

#include "http/base64.h"

namespace groupy::http {
namespace {

std::string all_bytes() {
  std::string bytes;
  for (int number = 0; number < 256; ++number) bytes += static_cast<char>(number);
  return bytes;
}

TEST(Cursor, ComesBackAsItWas) {
  for (const std::string& key : {std::string("a"), all_bytes(), std::string(4096, '\0')}) {
    const Cursor cursor{kvstore::Revision{~std::uint64_t{0} - 1}, key};
    EXPECT_EQ(decode_cursor(encode_cursor(cursor)), cursor);
  }
}

TEST(Cursor, AnythingElseIsNone) {
  const std::string whole = encode_cursor({kvstore::Revision{7}, "key"});
  for (std::size_t length = 0; length < to_base64url(std::string(10, 'x')).size(); ++length) {
    EXPECT_EQ(decode_cursor(whole.substr(0, length)), std::nullopt) << length;
  }
  EXPECT_EQ(decode_cursor(whole + "="), std::nullopt);
  EXPECT_EQ(decode_cursor("next"), std::nullopt);
  EXPECT_EQ(decode_cursor(to_base64url("\x02........key")), std::nullopt);
  EXPECT_EQ(decode_cursor(to_base64url("\x01........")), std::nullopt);
}

}  // namespace
}  // namespace groupy::http
