#include "cli/duration.h"

#include <array>
#include <charconv>
#include <cstdint>

namespace groupy::cli {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t ms;
};
// From big to small: to_string() takes the first that divides.
constexpr std::array<Unit, 4> kUnits{{{"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};
constexpr std::int64_t kYearMs = 366LL * 24 * 3'600'000;

}  // namespace

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
  std::int64_t count = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, count);
  if (error != std::errc() || count < 0 || text.front() == '-') return std::nullopt;
  const std::string_view unit_name(rest, static_cast<std::size_t>(end - rest));
  for (const Unit& unit : kUnits) {
    if (unit.name != unit_name) continue;
    if (count > kYearMs / unit.ms) return std::nullopt;
    return std::chrono::milliseconds(count * unit.ms);
  }
  return std::nullopt;
}

std::string to_string(std::chrono::milliseconds duration) {
  for (const Unit& unit : kUnits) {
    if (duration.count() != 0 && duration.count() % unit.ms == 0) {
      return std::to_string(duration.count() / unit.ms) + std::string(unit.name);
    }
  }
  return "0s";
}

}  // namespace groupy::cli
