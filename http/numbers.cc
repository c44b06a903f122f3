#include "http/numbers.h"

#include <charconv>

#include "http/text.h"

namespace groupy::http {

std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (!is_digits(text) || (text.size() > 1 && text.front() == '0')) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failed != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::uint64_t unit_ms = 0;
  if (text.ends_with("ms")) {
    unit_ms = 1;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    unit_ms = 1'000;
    text.remove_suffix(1);
  } else {
    return std::nullopt;
  }
  constexpr std::uint64_t kMax = 1'000'000'000;  // far above any limit, far below an overflow
  const auto number = parse_decimal(text);
  if (!number || *number > kMax) return std::nullopt;
  return std::chrono::milliseconds(*number * unit_ms);
}

// One unit for all: there is nothing to choose that the other side might not know.
std::string render_duration(std::chrono::milliseconds duration) {
  return std::to_string(duration.count()) + "ms";
}

std::optional<bool> parse_switch(std::string_view text) {
  if (text.empty() || text == "1" || text == "true") return true;
  if (text == "0" || text == "false") return false;
  return std::nullopt;
}

}  // namespace groupy::http
