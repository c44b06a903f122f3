#include "cli/answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/printable.h"
#include "http/base64.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

using nlohmann::json;

constexpr int kDepthMax = 32;

bool is_too_deep(const std::string& body) {
  int depth = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kDepthMax) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

std::string what_it_says(unsigned status, const json& problem) {
  const auto detail = text_field(problem, "detail");
  const auto title = text_field(problem, "title");
  const auto code = text_field(problem, "code");
  const std::string status_text = "HTTP status " + std::to_string(status);
  const std::string text = detail ? *detail : title ? *title : status_text;
  return printable(text) + (code ? " (" + printable(*code) + ")" : "");
}

}  // namespace

std::optional<Refusal> refusal_in(const http::ClientAnswer& answer, Intent intent) {
  if (answer.status >= 200 && answer.status < 300) return std::nullopt;
  const json problem = parse_object(answer.body).value_or(json::object());
  const bool not_applied = text_field(problem, "applied") == "no";
  const bool is_wrong_route = text_field(problem, "code") == "no_route";
  Refusal refusal{ExitCode::error, false, what_it_says(answer.status, problem)};
  switch (answer.status) {
    case 404:
      if (!is_wrong_route) refusal.code = ExitCode::not_found;
      break;
    case 412:
      refusal.code = ExitCode::condition_failed;
      break;
    case 429:
      refusal.code = ExitCode::unavailable;
      break;
    case 501:
    case 505:
      break;
    default:
      if (answer.status < 500) break;
      // A gateway in between answers 502 to 504 too: only a replica's word that it was not applied
      // makes a write safe to repeat.
      if (intent == Intent::write && !not_applied) {
        refusal.code = ExitCode::outcome_unknown;
      } else if (answer.status != 500) {
        refusal.code = ExitCode::unavailable;
        refusal.may_ask_next = intent == Intent::read || answer.status == 503;
      }
  }
  return refusal;
}

std::optional<json> parse_object(const std::string& body) {
  if (is_too_deep(body)) return std::nullopt;
  json parsed = json::parse(body, nullptr, false);
  if (!parsed.is_object()) return std::nullopt;
  return parsed;
}

std::optional<std::string> text_field(const json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end() || !field->is_string()) return std::nullopt;
  return field->get<std::string>();
}

std::optional<std::uint64_t> number_field(const json& object, const char* name) {
  const auto field = object.find(name);
  if (field == object.end()) return std::nullopt;
  if (field->is_number_unsigned()) return field->get<std::uint64_t>();
  if (!field->is_string()) return std::nullopt;
  return http::parse_decimal(field->get_ref<const std::string&>());
}

std::optional<std::string> bytes_field(const json& object, const std::string& name) {
  if (auto text = text_field(object, name.c_str())) return text;
  const auto encoded = text_field(object, (name + "_base64").c_str());
  return encoded ? http::from_base64(*encoded) : std::nullopt;
}

}  // namespace groupy::cli
