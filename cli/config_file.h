// The configuration file: TOML, with the flags' names as keys.
//
// Thread: pure.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace groupy::cli {

// A text, number or truth value is a list of one; of an array, its elements.
using ConfigValues = std::map<std::string, std::vector<std::string>>;

// What is wrong with the file, with the line where it is known; for people.
struct BadConfig {
  std::string what;
};

std::variant<ConfigValues, BadConfig> parse_config(std::string_view text);

}  // namespace groupy::cli
