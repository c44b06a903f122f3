// Where the next page of a list begins: opaque to clients, readable by every replica.
//
// It names the revision that was read and the last key given out, nothing of the replica that made
// it. Thread: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "kvstore/command.h"

namespace groupy::http {

struct Cursor {
  kvstore::Revision revision;
  std::string last_key;
  bool operator==(const Cursor&) const = default;
};

// Only characters that may stand in a query as they are.
std::string encode_cursor(const Cursor& cursor);

std::optional<Cursor> decode_cursor(std::string_view text);

}  // namespace groupy::http
