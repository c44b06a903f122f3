// Durations as people write them: "200ms", "30s", "2m", "1h".
//
// Strict, because a limit that was misread is worse than one that was refused: a whole number and
// a unit, nothing before, between or behind them. Thread: pure.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::cli {

// Nothing if `text` is no duration, or one of more than a year.
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// In the biggest unit that divides it, as parse_duration reads it.
std::string to_string(std::chrono::milliseconds duration);

}  // namespace groupy::cli
