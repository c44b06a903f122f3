#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <optional>
#include <ostream>
#include <system_error>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/history.h"
#include "cli/history_check.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

// Nothing if it cannot be read; errno tells why.
std::optional<std::string> read_all(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rbe"),
                                                             &std::fclose);
  if (!file) return std::nullopt;
  std::string text;
  std::array<char, 1 << 16> part;
  while (const std::size_t got = std::fread(part.data(), 1, part.size(), file.get())) {
    text.append(part.data(), got);
  }
  if (std::ferror(file.get()) != 0) return std::nullopt;
  return text;
}

ExitCode invalid(Surroundings& surroundings, const std::string& why) {
  say_error(surroundings, "INVALID: " + why);
  return ExitCode::error;
}

}  // namespace

ExitCode run_check_history(const Args& args, Surroundings& surroundings) {
  CommandLine line(
      "check history",
      "Decides whether what clients recorded could have been said by one store that\n"
      "does one thing after the other, the order being that of the sequences it told:\n"
      "acceptance is a proof that the history is linearizable.\n\n"
      "One operation per line, fields separated by blanks, values percent-encoded:\n"
      "  put|delete|get key=K [value=V] [if=exists|absent|REVISION] [request=ID]\n"
      "    [client=C] call=NS [return=NS] result=ok|condition_failed|fail|unknown\n"
      "    [sequence=N revision=N mod_revision=N create_revision=N version=N]\n"
      "    [deleted=0|1]\n"
      "  fault [what=TEXT] at=NS\n"
      "docs/history_format.md tells what each of them means.\n\n"
      "Exit code 0: accepted; 1: rejected, naming two operations that contradict each\n"
      "other, or INVALID: a line makes no sense, or fewer than 100 operations have an\n"
      "answer, or succeeded before a fault, or after it.",
      "groupy check history history.txt");
  std::string path;
  line.add_required("FILE", path, "the recorded history");
  if (const auto ended = line.parse(args, surroundings)) return *ended;

  const auto text = read_all(path);
  if (!text) {
    say_error(surroundings, printable(path) + ": " + std::generic_category().message(errno));
    return ExitCode::error;
  }
  const auto history = parse_history(*text);
  if (const auto* wrong = std::get_if<NotAnOperation>(&history)) {
    return invalid(surroundings, printable(path) + ", " + wrong->why);
  }
  const HistoryVerdict verdict = check_history(std::get<RecordedHistory>(history));
  switch (verdict.kind) {
    case HistoryVerdict::Kind::accepted:
      surroundings.out << "accepted: " << verdict.answers << " operations in order; of "
                       << verdict.unknown << " writes of unknown outcome " << verdict.happened
                       << " are known to have happened\n";
      return ExitCode::ok;
    case HistoryVerdict::Kind::rejected:
      say_error(surroundings, "REJECTED: " + verdict.what);
      return ExitCode::error;
    case HistoryVerdict::Kind::invalid:
      break;
  }
  return invalid(surroundings, verdict.what);
}

}  // namespace groupy::cli
