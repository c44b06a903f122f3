// A write as the group orders it: what to do with which key, on which condition, for which request.
//
// The encoded bytes are the payload of one message, equal on every replica; state_machine.h tells
// what they do. The format has a version: a replica that meets a kind or version it does not know
// stops, since skipping what others apply would make it differ.
// Thread: values; the views point into what the command was made or decoded from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gms/ids.h"

namespace groupy::kvstore {

// The store's own counter: +1 for each command that changed something; the first is 1, 0 is none.
using Revision = gms::Number<struct RevisionTag, std::uint64_t>;

enum class Operation : std::uint8_t { put = 1, erase = 2 };

enum class ConditionKind : std::uint8_t {
  none = 0,
  exists = 1,
  absent = 2,
  revision_equals = 3,  // the key's mod_revision; 0 means absent
};

struct Condition {
  ConditionKind kind = ConditionKind::none;
  Revision revision;
  bool operator==(const Condition&) const = default;
};

// A client's name for one request, so that a repeat is recognised (Idempotency-Key).
struct RequestId {
  std::string_view id;                 // 1 to kRequestIdBytesMax bytes
  std::optional<gms::Sequence> since;  // the client had seen this sequence before its first try
  bool operator==(const RequestId&) const = default;
};

struct Command {
  Operation operation = Operation::put;
  std::string_view key;
  std::string_view value;  // empty for erase
  Condition condition;
  std::optional<RequestId> request;
  bool operator==(const Command&) const = default;
};

constexpr std::size_t kRequestIdBytesMax = 1024;

std::string encode(const Command& command);

// Why bytes are no command for this replica; for people.
struct NotACommand {
  std::string why;
};

// The views in the command point into `bytes`.
std::variant<Command, NotACommand> decode_command(std::string_view bytes);

}  // namespace groupy::kvstore
