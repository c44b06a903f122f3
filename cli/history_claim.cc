#include "cli/history_claim.h"

#include "cli/printable.h"

namespace groupy::cli {
namespace {

using Kind = HistoryOperation::Kind;
using Result = HistoryOperation::Result;

std::string shown(const std::string& bytes) {
  constexpr std::size_t kColumns = 40;
  return shortened(printable(bytes), kColumns);
}

std::string line_of(const HistoryOperation& operation) {
  return "line " + std::to_string(operation.line);
}

std::string text_of(kvstore::Revision revision) {
  return "revision " + std::to_string(revision.value());
}

std::string version_of(const HistoryOperation& operation) {
  return text_of(operation.mod_revision) + ", version " + std::to_string(operation.version);
}

// Of an operation that was done.
std::string done(const HistoryOperation& operation) {
  const std::string key = shown(operation.key);
  switch (operation.kind) {
    case Kind::put:
      return "puts " + key + "=" + shown(*operation.value) + " as " + version_of(operation);
    case Kind::erase:
      return (operation.is_deleted ? "deletes " : "finds nothing to delete at ") + key + ", " +
             text_of(operation.revision.value_or(kvstore::Revision()));
    case Kind::get:
      if (!operation.value) return "finds no " + key;
      return "finds " + key + "=" + shown(*operation.value) + " of " + version_of(operation);
  }
  return "";
}

std::string said(const HistoryOperation& operation) {
  if (operation.result == Result::ok) return done(operation);
  const std::string key = shown(operation.key);
  if (operation.result == Result::condition_failed) {
    return "is refused since " + key + " is at " + text_of(operation.mod_revision);
  }
  const std::string what = operation.kind == Kind::put
                               ? "puts " + key + "=" + shown(operation.value.value_or(""))
                               : "deletes " + key;
  return what + (operation.result == Result::fail ? ", was refused" : " with unknown outcome");
}

}  // namespace

std::string claim_of(const HistoryOperation& operation) {
  std::string claim = line_of(operation) + " " + said(operation);
  if (operation.has_place()) {
    claim += " (sequence " + std::to_string(operation.sequence.value()) + ")";
  }
  return claim;
}

std::string contradiction(const HistoryOperation& operation, const HistoryOperation& other,
                          const std::string& why) {
  return line_of(operation) + " contradicts " + line_of(other) + ": " + claim_of(operation) + "; " +
         claim_of(other) + (why.empty() ? "" : "; " + why);
}

}  // namespace groupy::cli
