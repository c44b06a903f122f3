#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

ExitCode print_value(const Question& question, const ClientFlags& flags, bool exactly,
                     Surroundings& surroundings) {
  const auto result = ask_first(surroundings.call, flags.endpoints, question);
  if (const auto* failure = std::get_if<NotAnswered>(&result)) {
    return say_not_answered(surroundings, *failure);
  }
  const std::string& value = std::get<Answered>(result).answer.body;
  if (exactly) {
    surroundings.out << value;
  } else {
    // A terminal would obey escape sequences in a value that anyone may have written.
    surroundings.out << (surroundings.out_is_terminal ? printable(value) : value) << '\n';
  }
  return ExitCode::ok;
}

}  // namespace

ExitCode run_get(const Args& args, Surroundings& surroundings) {
  std::string key;
  bool exactly = false;
  CommandLine line(
      "get",
      "Reads a key. Prints the value and a newline; on a terminal, control characters\n"
      "are shown as \\xNN. Exit code 3: there is no such key.",
      "groupy get colour");
  line.add_required("key", key, "any bytes");
  line.add_switch("--raw", exactly, "the value's bytes exactly, and nothing else");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;

  Question question = key_question("GET", key, line.client());
  if (!exactly && line.client().style.format == Format::json) {
    return ask_and_print(question, line.client(), surroundings, {});
  }
  question.request.target += "&raw";
  return print_value(question, line.client(), exactly, surroundings);
}

}  // namespace groupy::cli
