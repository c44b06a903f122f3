#include "cli/printable.h"

#include <cstdint>

namespace groupy::cli {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

bool is_continuation(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) == 0x80;
}

std::uint32_t smallest_of_length(std::size_t length) {
  return length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
}

// Length of the UTF-8 character (beyond ASCII) that `bytes` begin with; 0 if they begin with none.
// C1 controls (U+0080 to U+009F) count as none: terminals obey them like escape sequences.
std::size_t utf8_length(std::string_view bytes) {
  const auto lead = static_cast<unsigned char>(bytes.front());
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead > 0xf4 || bytes.size() < length) return 0;
  std::uint32_t code_point = lead & (0x7fu >> length);
  for (const char byte : bytes.substr(1, length - 1)) {
    if (!is_continuation(byte)) return 0;
    code_point = (code_point << 6) | (static_cast<unsigned char>(byte) & 0x3fu);
  }
  const bool is_surrogate = code_point >= 0xd800 && code_point <= 0xdfff;
  const bool is_control = code_point < 0xa0;
  const bool is_overlong = code_point < smallest_of_length(length);
  if (is_surrogate || is_control || is_overlong || code_point > 0x10ffff) return 0;
  return length;
}

void append_escaped(std::string& text, char byte) {
  switch (byte) {
    case '\\':
      text += "\\\\";
      return;
    case '\t':
      text += "\\t";
      return;
    case '\n':
      text += "\\n";
      return;
    case '\r':
      text += "\\r";
      return;
    default:
      const auto value = static_cast<unsigned char>(byte);
      text += "\\x";
      text += kHexDigits[value >> 4];
      text += kHexDigits[value & 0xf];
  }
}

}  // namespace

std::string printable(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const char byte = bytes.front();
    std::size_t length = 1;
    if (byte >= 0x20 && byte < 0x7f && byte != '\\') {
      text += byte;
    } else if (const std::size_t utf8 = utf8_length(bytes); utf8 > 0) {
      length = utf8;
      text += bytes.substr(0, length);
    } else {
      append_escaped(text, byte);
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::size_t display_width(std::string_view text) {
  std::size_t width = 0;
  for (const char byte : text) width += is_continuation(byte) ? 0 : 1;
  return width;
}

std::string shortened(std::string_view text, std::size_t columns) {
  if (display_width(text) <= columns) return std::string(text);
  std::size_t end = 0;
  for (std::size_t width = 0; end < text.size(); ++end) {
    if (is_continuation(text[end])) continue;
    if (++width == columns) break;
  }
  return std::string(text.substr(0, end)) + "…";
}

}  // namespace groupy::cli
