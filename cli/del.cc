#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"

namespace groupy::cli {
namespace {

void print_result(const nlohmann::json& result, const TableStyle& style, std::ostream& out) {
  const std::string deleted = shown_field(result, "deleted");
  const std::string revision = shown_field(result, "revision");
  if (style.format == Format::lines) {
    out << deleted << '\t' << revision << '\n';
  } else {
    out << "deleted " << deleted << ", revision " << revision << '\n';
  }
}

}  // namespace

ExitCode run_del(const Args& args, Surroundings& surroundings) {
  std::string key;
  CommandLine line("del",
                   "Deletes a key. Prints how many there were (0 or 1) and the store's revision.\n"
                   "Nothing there is no error: afterwards the key is gone, as it was asked for.",
                   "groupy del colour");
  line.add_required("key", key, "any bytes");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;

  Question question = key_question("DELETE", key, line.client());
  question.intent = Intent::write;
  return ask_and_print(question, line.client(), surroundings, print_result);
}

}  // namespace groupy::cli
