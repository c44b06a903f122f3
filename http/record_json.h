// A key and its record as JSON, the same wherever it is shown.
//
// Thread: any.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string_view>

#include "kvstore/read_view.h"

namespace groupy::http {

enum class Shown : bool { key_only, key_and_value };

// Revisions and versions are numbers: they count commands, and 2^53 of them take a thousand years
// at a quarter of a million a second. A lease id is 64 random bits, so it is a string, or null.
nlohmann::ordered_json to_json(std::string_view key, const kvstore::Record& record, Shown shown);

}  // namespace groupy::http
