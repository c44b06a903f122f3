#include "cli/key_request.h"

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {

Question key_question(const std::string& method, const std::string& key, const ClientFlags& flags) {
  Question question;
  question.request.method = method;
  question.request.target =
      "/kv/" + http::percent_encode(key) + "?timeout=" + http::render_duration(flags.timeout);
  question.limit = with_slack(flags.timeout);
  return question;
}

ExitCode ask_and_print(const Question& question, const ClientFlags& flags,
                       Surroundings& surroundings, const PrintResult& print) {
  const auto result = ask_first(surroundings.call, flags.endpoints, question);
  if (const auto* failure = std::get_if<NotAnswered>(&result)) {
    return say_not_answered(surroundings, *failure);
  }
  const auto& [endpoint, answer] = std::get<Answered>(result);
  const auto object = parse_object(answer.body);
  if (!object) return say_no_replica(surroundings, endpoint);
  if (flags.style.format == Format::json) {
    surroundings.out << object->dump() << '\n';
  } else {
    print(*object, flags.style, surroundings.out);
  }
  return ExitCode::ok;
}

std::string shown_field(const nlohmann::json& object, const char* name) {
  if (const auto number = number_field(object, name)) return std::to_string(*number);
  if (const auto text = text_field(object, name)) return printable(*text);
  return "-";
}

ExitCode say_no_replica(Surroundings& surroundings, const std::string& endpoint) {
  say_error(surroundings,
            endpoint + ": the answer makes no sense (is that a replica's HTTP address?)");
  return ExitCode::error;
}

}  // namespace groupy::cli
