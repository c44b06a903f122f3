#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"

namespace groupy::cli {
namespace {

using nlohmann::json;

void print_view(const json& view, const TableStyle& style, std::ostream& out) {
  const std::string number = shown_field(view, "number");
  Table table({"VIEW", "ID", "ROLE", "HTTP", "PEER", "INCARNATION", "LAG", "CONTACT_MS"}, style);
  for (const json& member : view.value("members", json::array())) {
    if (!member.is_object()) continue;
    table.add({{number},
               {shown_field(member, "id")},
               {shown_field(member, "role")},
               {shown_field(member, "http")},
               {shown_field(member, "peer")},
               {shown_field(member, "incarnation")},
               {shown_field(member, "lag")},
               {shown_field(member, "contact_ms")}});
  }
  table.print(out);
  if (style.format == Format::table) {
    out << "\nleader " << shown_field(view, "leader")
        << "; why this view: " << shown_field(view, "reason") << '\n';
  }
}

}  // namespace

ExitCode run_view(const Args& args, Surroundings& surroundings) {
  CommandLine line(
      "view",
      "Shows the view that the asked replica has installed: who is in the group, in the\n"
      "order of joining, and who leads. Fields that are not known stand as -.",
      "groupy view -o json");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  Question question;
  question.request.target = "/view";
  question.limit = line.client().timeout;
  return ask_and_print(question, line.client(), surroundings, print_view);
}

}  // namespace groupy::cli
