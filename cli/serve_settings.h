// Collects the settings of `groupy serve`, before anyone asks what they mean.
//
// A flag beats an environment variable (GROUPY_JOIN_TIMEOUT for --join-timeout) beats the file
// named with --config. Each value remembers where it stood, for errors. Thread: pure.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/surroundings.h"

namespace groupy::cli {

struct UsageError {
  std::string what;  // one line, for people
};
struct HelpAsked {
  std::string text;
};

// A file's content; nothing if it cannot be read.
using ReadFile = std::function<std::optional<std::string>(const std::string& path)>;

struct Setting {
  std::vector<std::string> values;  // at least one; more only where a list is allowed
  std::string from;                 // "--id", "GROUPY_ID" or "id in groupy.toml"
};
// By the name of the flag, without the dashes.
using Settings = std::map<std::string, Setting>;

std::variant<Settings, HelpAsked, UsageError> collect_serve_settings(const Args& args,
                                                                     const Environment& environment,
                                                                     const ReadFile& read_file);

}  // namespace groupy::cli
