// What a replica's answer means for the command that asked.
//
// Turns an HTTP status and its problem document into an exit code, a line for people, and whether
// another replica may be asked. Never trusts the body: it may come from anything that speaks HTTP.
// Thread: pure.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>

#include "cli/exit_code.h"
#include "http/client.h"

namespace groupy::cli {

// A read may be asked again anywhere; a write only if it was certainly not done.
enum class Intent { read, write };

struct Refusal {
  ExitCode code = ExitCode::error;
  bool may_ask_next = false;
  std::string what;  // for people, printable
};

// Nothing if the answer is a success (2xx).
std::optional<Refusal> refusal_in(const http::ClientAnswer& answer, Intent intent);

// The JSON object in a body; nothing if it holds none, or one nested deeper than any of ours, which
// json.hpp would copy and write recursively.
std::optional<nlohmann::json> parse_object(const std::string& body);

// A field of the wanted kind, or nothing: answers are not trusted to be complete. Numbers may stand
// as strings, as they do when they may pass 2^53.
std::optional<std::string> text_field(const nlohmann::json& object, const char* name);
std::optional<std::uint64_t> number_field(const nlohmann::json& object, const char* name);
// The bytes of `name`, or of `name`_base64, where they are no UTF-8.
std::optional<std::string> bytes_field(const nlohmann::json& object, const std::string& name);

}  // namespace groupy::cli
