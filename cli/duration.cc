#include "cli/duration.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "http/numbers.h"

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
  const std::size_t digits = std::min(text.find_first_not_of("0123456789"), text.size());
  const auto count = http::parse_decimal(text.substr(0, digits));
  for (const Unit& unit : kUnits) {
    if (!count || unit.name != text.substr(digits)) continue;
    if (*count > static_cast<std::uint64_t>(kYearMs / unit.ms)) return std::nullopt;
    return std::chrono::milliseconds(static_cast<std::int64_t>(*count) * unit.ms);
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
