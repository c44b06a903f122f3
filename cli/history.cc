#include "cli/history.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "cli/printable.h"
#include "http/client.h"
#include "http/numbers.h"
#include "http/target.h"

namespace groupy::cli {
namespace {

using Kind = HistoryOperation::Kind;
using Result = HistoryOperation::Result;
using kvstore::Condition;
using kvstore::ConditionKind;
using kvstore::Revision;

// The fields of a line, decoded, by name.
using Fields = std::map<std::string, std::string, std::less<>>;

constexpr std::array<std::string_view, 15> kNames{
    "key",          "value",           "if",      "client",   "request",
    "call",         "return",          "result",  "sequence", "revision",
    "mod_revision", "create_revision", "version", "deleted",  "operation"};

constexpr std::array<std::string_view, 2> kFaultNames{"what", "at"};
constexpr std::string_view kFault = "fault";

template <typename Value, std::size_t kCount>
using Words = std::array<std::pair<std::string_view, Value>, kCount>;

constexpr Words<Kind, 3> kKinds{{{"put", Kind::put}, {"delete", Kind::erase}, {"get", Kind::get}}};
constexpr Words<Result, 4> kResults{{{"ok", Result::ok},
                                     {"condition_failed", Result::condition_failed},
                                     {"fail", Result::fail},
                                     {"unknown", Result::unknown}}};

template <typename Value, std::size_t kCount>
std::optional<Value> find_word(const Words<Value, kCount>& words, std::string_view text) {
  for (const auto& [word, value] : words) {
    if (word == text) return value;
  }
  return std::nullopt;
}

template <typename Value, std::size_t kCount>
std::string word_of(const Words<Value, kCount>& words, Value wanted) {
  for (const auto& [word, value] : words) {
    if (value == wanted) return std::string(word);
  }
  return "";
}

// Why the line is wrong travels as an exception within this file only: a line has fifteen fields,
// and each of them may be wrong.
struct Wrong {
  std::string why;
};

Fields split(std::string_view line, std::span<const std::string_view> names = kNames) {
  Fields fields;
  while (!line.empty()) {
    const auto end = line.find(' ');
    const std::string_view word = line.substr(0, end);
    line = end == std::string_view::npos ? std::string_view() : line.substr(end + 1);
    if (word.empty()) continue;
    if (fields.empty()) {
      fields.emplace("operation", word);
      continue;
    }
    const auto equals = word.find('=');
    const std::string name(word.substr(0, equals));
    if (equals == std::string_view::npos || std::ranges::count(names, name) == 0) {
      throw Wrong{"'" + printable(word) + "' is no field of " +
                  (fields.at("operation") == kFault ? "a fault" : "an operation")};
    }
    auto value = http::percent_decode(word.substr(equals + 1));
    if (!value) throw Wrong{name + " is not percent-encoded as it should be"};
    if (!fields.emplace(name, std::move(*value)).second) throw Wrong{name + " stands there twice"};
  }
  return fields;
}

std::optional<std::uint64_t> number_in(const Fields& fields, std::string_view name) {
  const auto at = fields.find(name);
  if (at == fields.end()) return std::nullopt;
  const auto number = http::parse_decimal(at->second);
  if (!number) throw Wrong{std::string(name) + " is no number"};
  return number;
}

std::uint64_t needed_number(const Fields& fields, std::string_view name, std::uint64_t least) {
  const auto number = number_in(fields, name);
  if (!number) throw Wrong{std::string(name) + " is missing"};
  if (*number < least) throw Wrong{std::string(name) + " cannot be 0"};
  return *number;
}

Condition condition_in(const Fields& fields) {
  const auto at = fields.find("if");
  if (at == fields.end()) return {};
  if (at->second == "exists") return {ConditionKind::exists, {}};
  if (at->second == "absent") return {ConditionKind::absent, {}};
  const auto revision = http::parse_decimal(at->second);
  if (!revision) throw Wrong{"if is none of exists, absent and a revision"};
  return {ConditionKind::revision_equals, Revision{*revision}};
}

// What an operation that has a place must tell, by its kind and result.
void read_answer(const Fields& fields, HistoryOperation& operation) {
  operation.sequence =
      gms::Sequence{needed_number(fields, "sequence", operation.is_write() ? 1 : 0)};
  if (operation.result == Result::condition_failed) {
    if (operation.condition.kind == ConditionKind::none) throw Wrong{"which condition failed?"};
    operation.mod_revision = Revision{needed_number(fields, "mod_revision", 0)};
    return;
  }
  switch (operation.kind) {
    case Kind::put:
      operation.version = needed_number(fields, "version", 1);
      operation.mod_revision = Revision{needed_number(fields, "revision", 1)};
      if (number_in(fields, "mod_revision").value_or(operation.mod_revision.value()) !=
          operation.mod_revision.value()) {
        throw Wrong{"a put makes the key's mod_revision that of the store"};
      }
      break;
    case Kind::erase:
      needed_number(fields, "revision", 0);
      operation.is_deleted = needed_number(fields, "deleted", 0) != 0;
      break;
    case Kind::get:
      if (!operation.value) break;
      operation.mod_revision = Revision{needed_number(fields, "mod_revision", 1)};
      operation.version = needed_number(fields, "version", 1);
      operation.create_revision = Revision{number_in(fields, "create_revision").value_or(0)};
      break;
  }
}

HistoryOperation read(const Fields& fields) {
  HistoryOperation operation;
  const auto text_in = [&](std::string_view name) {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
  };
  const auto kind = find_word(kKinds, text_in("operation"));
  if (!kind) throw Wrong{"it starts with none of put, delete, get, fault"};
  const auto result = find_word(kResults, text_in("result"));
  if (!result) throw Wrong{"result is none of ok, condition_failed, fail, unknown"};
  operation.kind = *kind;
  operation.result = *result;
  operation.client = text_in("client");
  operation.request = text_in("request");
  operation.key = text_in("key");
  operation.condition = condition_in(fields);
  if (operation.key.empty()) throw Wrong{"key is missing"};
  if (fields.contains("value")) operation.value = text_in("value");
  if (operation.kind == Kind::put && !operation.value) throw Wrong{"value is missing"};
  if (operation.kind == Kind::erase && operation.value) throw Wrong{"a delete has no value"};
  if (!operation.is_write() && operation.condition.kind != ConditionKind::none) {
    throw Wrong{"a get has no condition"};
  }
  operation.call_ns = needed_number(fields, "call", 0);
  operation.return_ns = number_in(fields, "return");
  if (operation.return_ns && *operation.return_ns < operation.call_ns) {
    throw Wrong{"it returned before it was called"};
  }
  if (!operation.has_place()) return operation;
  if (!operation.return_ns) throw Wrong{"it has an answer, but never returned"};
  if (const auto revision = number_in(fields, "revision")) operation.revision = Revision{*revision};
  read_answer(fields, operation);
  return operation;
}

HistoryFault read_fault(const Fields& fields) {
  const auto what = fields.find("what");
  return {what == fields.end() ? "" : what->second, needed_number(fields, "at", 0)};
}

bool is_fault(std::string_view line) {
  return line.substr(0, line.find(' ')) == kFault;
}

// Adds what the line says to what was read before.
void read_line(std::string_view line, std::size_t number, RecordedHistory& recorded) {
  if (is_fault(line)) {
    recorded.faults.push_back(read_fault(split(line, kFaultNames)));
    return;
  }
  recorded.operations.push_back(read(split(line)));
  recorded.operations.back().line = number;
}

void append(std::string& line, std::string_view name, const std::string& value) {
  line += ' ';
  line += name;
  line += '=';
  line += http::percent_encode(value);
}

void append(std::string& line, std::string_view name, std::uint64_t value) {
  append(line, name, std::to_string(value));
}

std::string text_of(const Condition& condition) {
  if (condition.kind == ConditionKind::exists) return "exists";
  if (condition.kind == ConditionKind::absent) return "absent";
  return std::to_string(condition.revision.value());
}

void append_answer(std::string& line, const HistoryOperation& operation) {
  append(line, "sequence", operation.sequence.value());
  if (operation.revision) append(line, "revision", operation.revision->value());
  const bool is_found = operation.kind == Kind::get && operation.value;
  if (is_found || operation.result == Result::condition_failed) {
    append(line, "mod_revision", operation.mod_revision.value());
  }
  if (operation.result == Result::condition_failed) return;
  if (is_found && operation.create_revision != Revision()) {
    append(line, "create_revision", operation.create_revision.value());
  }
  if (is_found || operation.kind == Kind::put) append(line, "version", operation.version);
  if (operation.kind == Kind::erase) append(line, "deleted", operation.is_deleted ? 1 : 0);
}

}  // namespace

std::string render_operation(const HistoryOperation& operation) {
  std::string line = word_of(kKinds, operation.kind);
  append(line, "key", operation.key);
  if (operation.value) append(line, "value", *operation.value);
  if (operation.condition.kind != ConditionKind::none) {
    append(line, "if", text_of(operation.condition));
  }
  if (!operation.request.empty()) append(line, "request", operation.request);
  if (!operation.client.empty()) append(line, "client", operation.client);
  append(line, "call", operation.call_ns);
  if (operation.return_ns) append(line, "return", *operation.return_ns);
  append(line, "result", word_of(kResults, operation.result));
  if (operation.has_place()) append_answer(line, operation);
  return line;
}

std::variant<HistoryOperation, NotAnOperation> parse_operation(std::string_view line) {
  try {
    return read(split(line));
  } catch (const Wrong& wrong) {
    return NotAnOperation{wrong.why};
  }
}

std::string render_fault(const HistoryFault& fault) {
  std::string line(kFault);
  append(line, "what", fault.what);
  append(line, "at", fault.at_ns);
  return line;
}

std::variant<RecordedHistory, NotAnOperation> parse_history(std::string_view text) {
  RecordedHistory recorded;
  std::size_t number = 0;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    ++number;
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.empty() || line.starts_with('#')) continue;
    try {
      read_line(line, number, recorded);
    } catch (const Wrong& wrong) {
      return NotAnOperation{"line " + std::to_string(number) + ": " + wrong.why};
    }
  }
  return recorded;
}

}  // namespace groupy::cli
