// Numbers, times and switches as they stand in a query; times also for who writes one.
//
// Strict, since a number that is read differently than it was meant (0x10, -1, 1e9) makes a wrong
// answer look right: anything but the plain form is nothing. Thread: any.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::http {

// Digits only, no leading zero, at most 2^64-1.
std::optional<std::uint64_t> parse_decimal(std::string_view text);

// "250ms" or "5s".
std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

// What parse_duration() reads as `duration`, which must not be negative.
std::string render_duration(std::chrono::milliseconds duration);

// "", "1" and "true" switch on; "0" and "false" off.
std::optional<bool> parse_switch(std::string_view text);

}  // namespace groupy::http
