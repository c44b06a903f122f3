// Takes a request target apart, without touching its path.
//
// Keys are opaque bytes: `/`, `//`, `..`, `%00` are all part of a key and come through as they are.
// What is percent-encoded is decoded exactly once, by percent_decode(); `+` is a plus.
// Thread: any; the views point into the target.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::http {

struct Target {
  // Of an absolute target ("http://host/path"): it counts instead of the Host header.
  std::optional<std::string_view> authority;
  std::string_view path;   // still encoded; starts with '/', or is "*"
  std::string_view query;  // still encoded, without '?'
};

// Nothing if it is neither a path, nor absolute, nor "*"; a '#' has no place in it.
std::optional<Target> split_target(std::string_view target);

// Nothing if a '%' is not followed by two hex digits.
std::optional<std::string> percent_decode(std::string_view encoded);

struct Parameter {
  std::string name;
  std::string value;  // empty if there is no '='
  bool operator==(const Parameter&) const = default;
};
using Parameters = std::vector<Parameter>;

// All parameters, decoded, in order, repeated ones too; nothing if one cannot be decoded.
std::optional<Parameters> parse_query(std::string_view query);

// The value of this parameter; null if it is not there.
const std::string* find_parameter(const Parameters& parameters, std::string_view name);

}  // namespace groupy::http
