// Small questions about text from outside: ASCII only, no locale.
//
// Thread: any.
#pragma once

#include <algorithm>
#include <string_view>

namespace groupy::http {

constexpr char to_lower(char byte) {
  return byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte - 'A' + 'a') : byte;
}

constexpr bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, to_lower, to_lower);
}

constexpr bool is_digits(std::string_view text) {
  return !text.empty() &&
         std::ranges::all_of(text, [](char byte) { return byte >= '0' && byte <= '9'; });
}

// Letters, digits and signs of ASCII: nothing that ends a line, a word or a terminal's patience.
constexpr bool is_visible_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char byte) { return byte > 0x20 && byte < 0x7f; });
}

constexpr std::string_view without_blanks_around(std::string_view text) {
  constexpr std::string_view kBlanks = " \t";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

}  // namespace groupy::http
