#include "kvstore/command.h"

#include "gms/check.h"
#include "kvstore/bytes.h"

namespace groupy::kvstore {

namespace {

constexpr std::uint8_t kCommandFormat = 1;
constexpr std::uint8_t kHasRequest = 1;
constexpr std::uint8_t kHasSince = 2;

std::uint8_t flags_of(const Command& command) {
  if (!command.request) return 0;
  return command.request->since ? kHasRequest | kHasSince : kHasRequest;
}

// Why this is not how encode() would write it. One command has one encoding: otherwise two replicas
// of different versions could agree on the command and disagree on the colour.
const char* why_not_canonical(const Command& command, std::uint8_t flags) {
  if (command.operation == Operation::erase && !command.value.empty()) return "erase has a value";
  if (command.condition.kind != ConditionKind::revision_equals &&
      command.condition.revision != Revision{}) {
    return "a condition without a revision has one";
  }
  if (flags != flags_of(command)) return "unknown flags";
  if (command.request) {
    const std::size_t size = command.request->id.size();
    if (size == 0 || size > kRequestIdBytesMax) return "request id is empty or too long";
  }
  return nullptr;
}

bool is_known(Operation operation) {
  return operation == Operation::put || operation == Operation::erase;
}

bool is_known(ConditionKind kind) {
  return kind <= ConditionKind::revision_equals;
}

}  // namespace

std::string encode(const Command& command) {
  const std::uint8_t flags = flags_of(command);
  GROUPY_CHECK(is_known(command.operation) && is_known(command.condition.kind) &&
                   why_not_canonical(command, flags) == nullptr,
               "a command to encode is well-formed");
  std::string bytes;
  bytes.reserve(64 + command.key.size() + command.value.size());
  append_u8(bytes, kCommandFormat);
  append_u8(bytes, static_cast<std::uint8_t>(command.operation));
  append_u8(bytes, static_cast<std::uint8_t>(command.condition.kind));
  append_u8(bytes, flags);
  append_u64(bytes, command.condition.revision.value());
  append_sized(bytes, command.key);
  append_sized(bytes, command.value);
  if (command.request) {
    append_sized(bytes, command.request->id);
    if (command.request->since) append_u64(bytes, command.request->since->value());
  }
  return bytes;
}

std::variant<Command, NotACommand> decode_command(std::string_view bytes) {
  ByteReader reader(bytes);
  const std::uint8_t format = reader.u8();
  if (!reader.has_failed() && format != kCommandFormat) {
    return NotACommand{"command format " + std::to_string(format) + " is unknown here"};
  }
  Command command;
  command.operation = static_cast<Operation>(reader.u8());
  command.condition.kind = static_cast<ConditionKind>(reader.u8());
  const std::uint8_t flags = reader.u8();
  if (!reader.has_failed() && !is_known(command.operation)) {
    return NotACommand{"command kind is unknown here"};
  }
  if (!reader.has_failed() && !is_known(command.condition.kind)) {
    return NotACommand{"condition kind is unknown here"};
  }
  command.condition.revision = Revision{reader.u64()};
  command.key = reader.sized();
  command.value = reader.sized();
  if ((flags & kHasRequest) != 0) {
    command.request.emplace(RequestId{reader.sized(), std::nullopt});
    if ((flags & kHasSince) != 0) command.request->since = gms::Sequence{reader.u64()};
  }
  if (!reader.is_finished()) return NotACommand{"command is cut short or too long"};
  if (const char* why = why_not_canonical(command, flags)) return NotACommand{why};
  return command;
}

}  // namespace groupy::kvstore
