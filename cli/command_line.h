// The command line of one subcommand: its own flags, and those that all client commands share.
//
// One place that decides how help, wrong flags and hints look, and where the endpoints come from.
// Thread: one.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/exit_code.h"
#include "cli/surroundings.h"
#include "cli/table.h"

namespace CLI {
class App;  // its header takes seconds to compile: only sources that need all of it include it
}  // namespace CLI

namespace groupy::cli {

struct ClientFlags {
  std::vector<std::string> endpoints;       // "http://host:port", 1 to kEndpointsMax
  std::chrono::milliseconds timeout{5000};  // the server's limit for one request
  TableStyle style;
};

constexpr std::size_t kEndpointsMax = 64;

class CommandLine {
 public:
  // `example` is one line, shown under the flags.
  CommandLine(const std::string& name, const std::string& what, const std::string& example);

  CommandLine(const CommandLine&) = delete;
  CommandLine& operator=(const CommandLine&) = delete;
  ~CommandLine();

  // The subcommand's own arguments and flags. parse() fills the variables in, which must live until
  // then. `type` is what the help calls the value.
  void add_required(const std::string& name, std::string& value, const std::string& what);
  void add_optional(const std::string& name, std::string& value, const std::string& what);
  void add_switch(const std::string& name, bool& value, const std::string& what);
  void add_option(const std::string& name, std::string& value, const std::string& type,
                  const std::string& what);
  // Whole numbers from 1.
  void add_number(const std::string& name, std::uint64_t& value, const std::string& type,
                  const std::string& what);
  // An option that the help does not show.
  void add_hidden(const std::string& name, std::string& value);
  // Adds --endpoints, --timeout and -o.
  void add_client_flags();

  // Nothing if the command may run. Otherwise it ends with this code, and what there is to say was
  // said: the help that was asked for, or what is wrong.
  std::optional<ExitCode> parse(const Args& args, Surroundings& surroundings);

  const ClientFlags& client() const { return client_; }

 private:
  // What is wrong with the client flags; nothing if they are right.
  std::optional<std::string> read_client_flags(const Surroundings& surroundings);

  std::unique_ptr<CLI::App> app_;
  std::string name_;
  bool has_client_flags_ = false;
  std::string endpoints_text_;
  std::string timeout_text_ = "5s";
  std::string output_text_;
  ClientFlags client_;
};

// One line on stderr, with the program's name in front.
void say_error(Surroundings& surroundings, const std::string& line);
// The same, with where to look for help, for a wrong command line of `command`.
ExitCode usage_error(Surroundings& surroundings, const std::string& command,
                     const std::string& what);

// The help in the form all commands use, which fits a terminal of 80 columns.
void set_help_form(CLI::App& app, const std::string& example);

}  // namespace groupy::cli
