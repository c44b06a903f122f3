#include "cli/config_file.h"

// The packaged library is built with exceptions; without them, all of it must come from the header.
#define TOML_EXCEPTIONS 0
#define TOML_HEADER_ONLY 1
#include <toml++/toml.h>

#include <optional>

#include "cli/printable.h"

namespace groupy::cli {
namespace {

std::optional<std::string> scalar_text(const toml::node& node) {
  if (const auto* text = node.as_string()) return text->get();
  if (const auto* number = node.as_integer()) return std::to_string(number->get());
  if (const auto* truth = node.as_boolean()) return truth->get() ? "true" : "false";
  return std::nullopt;
}

std::optional<std::vector<std::string>> texts_of(const toml::node& node) {
  std::vector<std::string> texts;
  if (const auto* array = node.as_array()) {
    for (const toml::node& element : *array) {
      auto text = scalar_text(element);
      if (!text) return std::nullopt;
      texts.push_back(std::move(*text));
    }
    return texts;
  }
  auto text = scalar_text(node);
  if (!text) return std::nullopt;
  texts.push_back(std::move(*text));
  return texts;
}

}  // namespace

std::variant<ConfigValues, BadConfig> parse_config(std::string_view text) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const toml::parse_error& error = parsed.error();
    return BadConfig{"line " + std::to_string(error.source().begin.line) + ": " +
                     printable(error.description())};
  }
  ConfigValues values;
  for (const auto& [key, node] : parsed.table()) {
    const std::string name(key.str());
    auto texts = texts_of(node);
    if (!texts || texts->empty()) {
      return BadConfig{"line " + std::to_string(node.source().begin.line) + ": '" +
                       printable(name) + "' must be a text, a number, true or false, or a list"};
    }
    values[name] = std::move(*texts);
  }
  return values;
}

}  // namespace groupy::cli
