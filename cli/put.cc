#include <array>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"

namespace groupy::cli {
namespace {

// Far above what a group accepts; only keeps us from reading an endless stream.
constexpr std::size_t kStdinBytesMax = 64u << 20;

// All of `in`; nothing if it cannot be read or is too long.
std::optional<std::string> read_all(std::istream& in) {
  std::string bytes;
  std::array<char, 65536> piece;
  while (in.read(piece.data(), piece.size()), in.gcount() > 0) {
    bytes.append(piece.data(), static_cast<std::size_t>(in.gcount()));
    if (bytes.size() > kStdinBytesMax) return std::nullopt;
  }
  if (in.bad()) return std::nullopt;
  return bytes;
}

void print_result(const nlohmann::json& result, const TableStyle& style, std::ostream& out) {
  const bool created = result.contains("created") && result["created"] == true;
  const std::string word = created ? "created" : "replaced";
  const std::string revision = shown_field(result, "revision");
  const std::string version = shown_field(result, "version");
  if (style.format == Format::lines) {
    out << word << '\t' << revision << '\t' << version << '\n';
  } else {
    out << word << ", revision " << revision << ", version " << version << '\n';
  }
}

}  // namespace

ExitCode run_put(const Args& args, Surroundings& surroundings) {
  std::string key;
  std::string value;
  CommandLine line("put",
                   "Writes a key. Prints created or replaced, the store's revision and the key's\n"
                   "version. Exit code 6: it may or may not have been done.",
                   "groupy put colour blue");
  line.add_required("key", key, "any bytes");
  line.add_required("value", value, "- reads it from stdin; after -- it may begin with -");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;

  if (value == "-") {
    auto bytes = read_all(surroundings.in);
    if (!bytes) {
      say_error(surroundings, "put: the value on stdin cannot be read, or is over 64 MiB");
      return ExitCode::error;
    }
    value = std::move(*bytes);
  }
  Question question = key_question("PUT", key, line.client());
  question.intent = Intent::write;
  question.request.body = std::move(value);
  return ask_and_print(question, line.client(), surroundings, print_result);
}

}  // namespace groupy::cli
