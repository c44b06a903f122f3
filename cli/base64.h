// Base64 (RFC 4648, section 4) back to bytes: keys and values that are no UTF-8 come so in JSON.
//
// Thread: pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace groupy::cli {

// Nothing if `text` is not exactly what encoding some bytes gives, padding included.
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace groupy::cli
