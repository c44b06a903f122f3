#include "http/base64.h"

#include <cstdint>

namespace groupy::http {
namespace {

constexpr std::string_view kStandard =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view kUrl =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// Without padding.
std::string encode(std::string_view bytes, std::string_view digits) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::uint32_t bits = 0;
  int pending = 0;  // bits that are not written yet, always the lowest ones
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    pending += 8;
    while (pending >= 6) {
      pending -= 6;
      text += digits[bits >> pending & 63];
    }
  }
  if (pending > 0) text += digits[bits << (6 - pending) & 63];
  return text;
}

// The whole bytes in the digits; nothing if one of them is none.
std::optional<std::string> decode(std::string_view text, std::string_view digits) {
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t bits = 0;
  int pending = 0;
  for (const char byte : text) {
    const auto digit = digits.find(byte);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6 | static_cast<std::uint32_t>(digit);
    pending += 6;
    if (pending >= 8) {
      pending -= 8;
      bytes += static_cast<char>(bits >> pending & 255);
    }
  }
  return bytes;
}

}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text = encode(bytes, kStandard);
  while (text.size() % 4 != 0) text += '=';
  return text;
}

std::string to_base64url(std::string_view bytes) {
  return encode(bytes, kUrl);
}

std::optional<std::string> from_base64(std::string_view text) {
  auto bytes = decode(text.substr(0, text.find('=')), kStandard);
  // Missing or superfluous padding, a lone last digit, or bits behind the last byte would be
  // another spelling of the same bytes.
  if (!bytes || to_base64(*bytes) != text) return std::nullopt;
  return bytes;
}

std::optional<std::string> from_base64url(std::string_view text) {
  auto bytes = decode(text, kUrl);
  if (!bytes || to_base64url(*bytes) != text) return std::nullopt;
  return bytes;
}

}  // namespace groupy::http
