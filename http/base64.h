// Bytes as text: base64 for JSON, base64url without padding for cursors (RFC 4648).
//
// Thread: any.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace groupy::http {

std::string to_base64(std::string_view bytes);

// Exactly what to_base64() writes, or nothing.
std::optional<std::string> from_base64(std::string_view text);

std::string to_base64url(std::string_view bytes);

// Nothing unless the text is exactly what to_base64url() makes of some bytes.
std::optional<std::string> from_base64url(std::string_view text);

}  // namespace groupy::http
