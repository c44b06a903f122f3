#include "http/json_bytes.h"

#include <nlohmann/json.hpp>

#include "http/base64.h"

namespace groupy::http {
namespace {

struct Lead {
  std::size_t following = 0;   // bytes behind the first one
  unsigned second_min = 0x80;  // of the second byte: keeps out overlong forms,
  unsigned second_max = 0xbf;  // surrogates and what is above U+10FFFF
};

// What the first byte of a character announces; false if no character begins so.
bool read_lead(unsigned byte, Lead& lead) {
  if (byte < 0x80) return true;
  if (byte < 0xc2 || byte > 0xf4) return false;
  lead.following = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
  if (byte == 0xe0) lead.second_min = 0xa0;
  if (byte == 0xed) lead.second_max = 0x9f;
  if (byte == 0xf0) lead.second_min = 0x90;
  if (byte == 0xf4) lead.second_max = 0x8f;
  return true;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    Lead lead;
    if (!read_lead(static_cast<unsigned char>(bytes[at]), lead)) return false;
    if (bytes.size() - at <= lead.following) return false;
    for (std::size_t behind = 1; behind <= lead.following; ++behind) {
      const unsigned byte = static_cast<unsigned char>(bytes[at + behind]);
      const unsigned min = behind == 1 ? lead.second_min : 0x80;
      const unsigned max = behind == 1 ? lead.second_max : 0xbf;
      if (byte < min || byte > max) return false;
    }
    at += lead.following;
  }
  return true;
}

void set_bytes(nlohmann::ordered_json& object, const std::string& name, std::string_view bytes) {
  if (is_utf8(bytes)) {
    object[name] = bytes;
  } else {
    object[name + "_base64"] = to_base64(bytes);
  }
}

bool read_number(std::string_view bytes, std::string_view name,
                 std::optional<std::uint64_t>& number) {
  number.reset();
  constexpr bool kThrows = false;
  const auto json = nlohmann::json::parse(bytes, nullptr, kThrows);
  if (!json.is_object()) return false;
  for (const auto& [found, value] : json.items()) {
    if (found != name || !(value.is_null() || value.is_number_unsigned())) return false;
    if (!value.is_null()) number = value.get<std::uint64_t>();
  }
  return true;
}

std::string to_line(const nlohmann::ordered_json& json) {
  return json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace groupy::http
