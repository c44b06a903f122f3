#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"

namespace groupy::cli {
namespace {

using nlohmann::json;

// What one replica says of itself, or why it says nothing.
std::variant<json, std::string> status_in(const std::string& endpoint, const CallResult& result) {
  if (const auto* error = std::get_if<http::ClientError>(&result)) {
    return describe(endpoint, *error);
  }
  const auto& answer = std::get<http::ClientAnswer>(result);
  if (const auto refusal = refusal_in(answer, Intent::read)) {
    return endpoint + ": " + refusal->what;
  }
  if (auto object = parse_object(answer.body)) return std::move(*object);
  return endpoint + ": the answer makes no sense (is that a replica's HTTP address?)";
}

Table::Row row_of(const std::string& endpoint, const json& status) {
  return {{endpoint.substr(std::string_view("http://").size())},
          {shown_field(status, "node")},
          {shown_field(status, "role")},
          {shown_field(status, "view")},
          {shown_field(status, "stable")},
          {shown_field(status, "applied")},
          {shown_field(status, "revision")},
          {shown_field(status, "hash")},
          {shown_field(status, "color"), true}};
}

}  // namespace

ExitCode run_status(const Args& args, Surroundings& surroundings) {
  CommandLine line("status",
                   "Asks all endpoints how they are doing; one row for each that answers. Equal\n"
                   "hashes at equal APPLIED prove equal states. Exit code 5: one did not answer.",
                   "groupy status --endpoints http://127.0.0.1:8081,http://127.0.0.1:8082");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  const ClientFlags& flags = line.client();

  Question question;
  question.request.target = "/status";
  question.limit = flags.timeout;
  const auto results = ask_all(surroundings.call, flags.endpoints, question);
  Table table({"HTTP", "NODE", "ROLE", "VIEW", "STABLE", "APPLIED", "REVISION", "HASH", "COLOUR"},
              flags.style);
  json document = {{"replicas", json::array()}};
  std::vector<std::string> errors;
  for (std::size_t i = 0; i < results.size(); ++i) {
    const std::string& endpoint = flags.endpoints[i];
    auto status = status_in(endpoint, results[i]);
    if (auto* object = std::get_if<json>(&status)) {
      table.add(row_of(endpoint, *object));
      document["replicas"].push_back({{"endpoint", endpoint}, {"status", std::move(*object)}});
    } else {
      errors.push_back(std::get<std::string>(status));
      document["replicas"].push_back({{"endpoint", endpoint}, {"error", errors.back()}});
    }
  }
  if (flags.style.format == Format::json) {
    surroundings.out << document.dump() << '\n';
  } else if (errors.size() < results.size()) {
    table.print(surroundings.out);
  }
  for (const std::string& error : errors) say_error(surroundings, error);
  return errors.empty() ? ExitCode::ok : ExitCode::unavailable;
}

}  // namespace groupy::cli
