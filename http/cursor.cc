#include "http/cursor.h"

#include "http/base64.h"

namespace groupy::http {
namespace {

constexpr char kFormat = 1;
constexpr std::size_t kRevisionBytes = 8;

}  // namespace

std::string encode_cursor(const Cursor& cursor) {
  std::string bytes(1, kFormat);
  for (std::size_t at = kRevisionBytes; at-- > 0;) {
    bytes += static_cast<char>(cursor.revision.value() >> (8 * at) & 255);
  }
  bytes += cursor.last_key;
  return to_base64url(bytes);
}

std::optional<Cursor> decode_cursor(std::string_view text) {
  const auto bytes = from_base64url(text);
  if (!bytes || bytes->size() <= 1 + kRevisionBytes || bytes->front() != kFormat) {
    return std::nullopt;
  }
  std::uint64_t revision = 0;
  for (std::size_t at = 1; at <= kRevisionBytes; ++at) {
    revision = revision << 8 | static_cast<unsigned char>((*bytes)[at]);
  }
  return Cursor{kvstore::Revision{revision}, bytes->substr(1 + kRevisionBytes)};
}

}  // namespace groupy::http
