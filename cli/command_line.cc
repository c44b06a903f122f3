#include "cli/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <ostream>
#include <sstream>

#include "cli/address.h"
#include "cli/duration.h"
#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

constexpr char kDefaultEndpoint[] = "http://127.0.0.1:8081";
constexpr char kEndpointsVariable[] = "GROUPY_ENDPOINTS";
// What the API accepts as ?timeout=.
constexpr std::chrono::milliseconds kTimeoutMin{50};
constexpr std::chrono::milliseconds kTimeoutMax{60'000};

std::variant<std::vector<std::string>, NotAnAddress> parse_endpoints(const std::string& text) {
  std::vector<std::string> endpoints;
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) {
    auto endpoint = parse_endpoint(item);
    if (const auto* wrong = std::get_if<NotAnAddress>(&endpoint)) {
      return NotAnAddress{"'" + printable(item) + "': " + wrong->why};
    }
    if (!std::ranges::count(endpoints, std::get<std::string>(endpoint))) {
      endpoints.push_back(std::move(std::get<std::string>(endpoint)));
    }
  }
  if (endpoints.empty()) return NotAnAddress{"no endpoint in it"};
  if (endpoints.size() > kEndpointsMax) {
    return NotAnAddress{"more than " + std::to_string(kEndpointsMax) + " endpoints"};
  }
  return endpoints;
}

std::optional<Format> parse_format(const std::string& text, bool is_terminal) {
  if (text.empty()) return is_terminal ? Format::table : Format::lines;
  if (text == "json") return Format::json;
  if (text == "table") return Format::table;
  if (text == "plain") return Format::lines;
  return std::nullopt;
}

// See no-color.org: set and not empty means none.
bool wants_colours(const Surroundings& surroundings) {
  const auto& environment = surroundings.environment;
  const auto no_color = environment.find("NO_COLOR");
  if (no_color != environment.end() && !no_color->second.empty()) return false;
  const auto term = environment.find("TERM");
  return surroundings.out_is_terminal && (term == environment.end() || term->second != "dumb");
}

// What is wrong with a number, as CLI11 wants it told; its own parser takes -1 for a large one.
std::string wrong_number(const std::string& text) {
  return http::parse_decimal(text).value_or(0) > 0
             ? ""
             : "'" + printable(text) + "': a whole number from 1 expected";
}

}  // namespace

CommandLine::CommandLine(const std::string& name, const std::string& what,
                         const std::string& example)
    : app_(std::make_unique<CLI::App>(what, "groupy " + name)), name_(name) {
  set_help_form(*app_, example);
}

CommandLine::~CommandLine() = default;

void CommandLine::add_required(const std::string& name, std::string& value,
                               const std::string& what) {
  app_->add_option(name, value, what)->required();
}

void CommandLine::add_optional(const std::string& name, std::string& value,
                               const std::string& what) {
  app_->add_option(name, value, what);
}

void CommandLine::add_switch(const std::string& name, bool& value, const std::string& what) {
  app_->add_flag(name, value, what);
}

void CommandLine::add_option(const std::string& name, std::string& value, const std::string& type,
                             const std::string& what) {
  app_->add_option(name, value, what)->type_name(type);
}

void CommandLine::add_number(const std::string& name, std::uint64_t& value, const std::string& type,
                             const std::string& what) {
  app_->add_option(name, value, what)->type_name(type)->check(wrong_number);
}

void CommandLine::add_hidden(const std::string& name, std::string& value) {
  app_->add_option(name, value)->group("");
}

void CommandLine::add_client_flags() {
  has_client_flags_ = true;
  add_option("--endpoints", endpoints_text_, "URL,URL",
             "replicas to ask, the next if one fails;\nelse $GROUPY_ENDPOINTS, else " +
                 std::string(kDefaultEndpoint));
  add_option("--timeout", timeout_text_, "TIME", "limit for one request, 50ms to 60s; default 5s");
  add_option("-o,--output", output_text_, "FORM",
             "json, table or plain (tabs); default: table\non a terminal, else plain");
}

std::optional<ExitCode> CommandLine::parse(const Args& args, Surroundings& surroundings) {
  try {
    // CLI11 takes the arguments from the back.
    app_->parse(Args(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    surroundings.out << app_->help();
    return ExitCode::ok;
  } catch (const CLI::ParseError& error) {
    return usage_error(surroundings, name_, error.what());
  }
  if (!has_client_flags_) return std::nullopt;
  const auto wrong = read_client_flags(surroundings);
  if (!wrong) return std::nullopt;
  return usage_error(surroundings, name_, *wrong);
}

std::optional<std::string> CommandLine::read_client_flags(const Surroundings& surroundings) {
  std::string from = "--endpoints";
  std::string text = endpoints_text_;
  if (app_->count("--endpoints") == 0) {
    const auto variable = surroundings.environment.find(kEndpointsVariable);
    const bool is_set = variable != surroundings.environment.end() && !variable->second.empty();
    if (is_set) from = kEndpointsVariable;
    text = is_set ? variable->second : kDefaultEndpoint;
  }
  auto endpoints = parse_endpoints(text);
  if (const auto* wrong = std::get_if<NotAnAddress>(&endpoints)) return from + ": " + wrong->why;
  client_.endpoints = std::move(std::get<std::vector<std::string>>(endpoints));

  const auto timeout = parse_duration(timeout_text_);
  if (!timeout || *timeout < kTimeoutMin || *timeout > kTimeoutMax) {
    return "--timeout: '" + printable(timeout_text_) + "' is not a time from 50ms to 60s";
  }
  client_.timeout = *timeout;

  const auto format = parse_format(output_text_, surroundings.out_is_terminal);
  if (!format) {
    return "--output: '" + printable(output_text_) + "' is none of json, table, plain";
  }
  client_.style = {*format, wants_colours(surroundings)};
  return std::nullopt;
}

void say_error(Surroundings& surroundings, const std::string& line) {
  surroundings.out.flush();
  surroundings.err << "groupy: " << line << '\n';
}

ExitCode usage_error(Surroundings& surroundings, const std::string& command,
                     const std::string& what) {
  const std::string help = command.empty() ? "groupy help" : "groupy " + command + " --help";
  say_error(surroundings,
            (command.empty() ? what : command + ": " + what) + " (see '" + help + "')");
  return ExitCode::usage;
}

void set_help_form(CLI::App& app, const std::string& example) {
  constexpr std::size_t kFlagColumns = 24;
  app.get_formatter()->column_width(kFlagColumns);
  app.set_help_flag("-h,--help", "this text");
  app.footer("Example: " + example);
}

}  // namespace groupy::cli
