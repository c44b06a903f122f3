// What clients did to a store and what they were told, and what was done to its replicas meanwhile:
// one operation or fault, and its line in a file.
//
// docs/history_format.md describes the line. Numbers are 0 where the line does not have them, which
// none of them can be in an answer that has them, unless it says otherwise here. Thread: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gms/ids.h"
#include "kvstore/command.h"

namespace groupy::cli {

struct HistoryOperation {
  enum class Kind : std::uint8_t { put, erase, get };
  enum class Result : std::uint8_t {
    ok,                // done, with an answer
    condition_failed,  // a write with a condition that did not hold; has its place like any other
    fail,              // the server said that it was not applied, and never will be
    unknown,           // no answer, or one that promises nothing
  };

  Kind kind = Kind::get;
  Result result = Result::unknown;
  std::string client;
  std::string request;  // Idempotency-Key; empty: none
  std::string key;
  std::optional<std::string> value;  // written, or found; nothing: a get found no such key
  kvstore::Condition condition;
  std::uint64_t call_ns = 0;
  std::optional<std::uint64_t> return_ns;  // nothing: it never returned

  // What the server said.
  gms::Sequence sequence;
  std::optional<kvstore::Revision> revision;  // of the store behind it
  kvstore::Revision mod_revision;             // of the key behind it; 0: absent
  kvstore::Revision create_revision;          // of the key found by a get
  std::uint64_t version = 0;                  // of the key behind it; 0: absent or not known
  bool is_deleted = false;                    // by an erase: the key was there

  std::size_t line = 0;  // where it stands in the file, from 1

  bool is_write() const { return kind != Kind::get; }
  // It has a place in the order, told by its sequence.
  bool has_place() const { return result == Result::ok || result == Result::condition_failed; }
  bool operator==(const HistoryOperation&) const = default;
};

using History = std::vector<HistoryOperation>;

// Something was done to the replicas at this moment. A history must tell of enough before it and
// after it, or it proves nothing about it.
struct HistoryFault {
  std::string what;  // for people
  std::uint64_t at_ns = 0;

  bool operator==(const HistoryFault&) const = default;
};

// All that a file tells.
struct RecordedHistory {
  History operations;
  std::vector<HistoryFault> faults;
};

// Without a newline.
std::string render_operation(const HistoryOperation& operation);
std::string render_fault(const HistoryFault& fault);

// Why a line is none of a history; for people, printable.
struct NotAnOperation {
  std::string why;
};
std::variant<HistoryOperation, NotAnOperation> parse_operation(std::string_view line);

// All lines but empty ones and those that start with '#'; or why one of them is wrong, naming it.
std::variant<RecordedHistory, NotAnOperation> parse_history(std::string_view text);

}  // namespace groupy::cli
