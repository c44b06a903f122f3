// What the commands on one key have in common: the request, and printing the answer.
//
// Thread: one.
#pragma once

#include <functional>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "cli/ask.h"
#include "cli/command_line.h"

namespace groupy::cli {

// A read of `key`, as `method`, within the limit of the flags.
Question key_question(const std::string& method, const std::string& key, const ClientFlags& flags);

// Prints the JSON object of an answer for people or for pipes.
using PrintResult = std::function<void(const nlohmann::json&, const TableStyle&, std::ostream&)>;

// Asks the endpoints and prints the answer: as it came for -o json, else with `print`.
ExitCode ask_and_print(const Question& question, const ClientFlags& flags,
                       Surroundings& surroundings, const PrintResult& print);

// A text or number of a JSON object as one printable cell; "-" for null, or if it is not there.
std::string shown_field(const nlohmann::json& object, const char* name);

// Says that what answered at `endpoint` does not speak as a replica does.
ExitCode say_no_replica(Surroundings& surroundings, const std::string& endpoint);

}  // namespace groupy::cli
