// Opaque bytes in JSON: as a string where they are UTF-8, else as base64 under another name.
//
// Thread: any.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::http {

// Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view bytes);

// Sets `name`, or `name`_base64, of the object.
void set_bytes(nlohmann::ordered_json& object, const std::string& name, std::string_view bytes);

// Reads an object that holds nothing but a whole number of this name, null, or not even that:
// nothing then. False if the bytes are anything else.
[[nodiscard]] bool read_number(std::string_view bytes, std::string_view name,
                               std::optional<std::uint64_t>& number);

// One line of JSON. Never throws for what a string holds: bytes that are not UTF-8 and were not set
// by set_bytes(), such as another member's words, are replaced.
std::string to_line(const nlohmann::ordered_json& json);

}  // namespace groupy::http
