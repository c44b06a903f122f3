#include "cli/serve_settings.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <sstream>

#include "cli/command_line.h"
#include "cli/config_file.h"
#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

enum class Takes { one_value, a_list, nothing };

struct Flag {
  const char* name;
  Takes takes;
  const char* type;
  const char* help;  // null: known by name, not shown
};

constexpr std::array<Flag, 18> kFlags{{
    {"id", Takes::one_value, "N", "this replica's number in the group, from 1"},
    {"http", Takes::one_value, "HOST:PORT", "for clients; default 127.0.0.1:8081"},
    {"peer", Takes::one_value, "HOST:PORT", "for other replicas; default 127.0.0.1:9081"},
    {"group", Takes::one_value, "LIST", "founding members: 1=HOST:PORT,2=HOST:PORT,…"},
    {"join", Takes::one_value, "HOST:PORT", "instead: --peer of any member of a group"},
    {"join-timeout", Takes::one_value, "TIME", "give up --join after; default 60s"},
    {"advertise-http", Takes::one_value, "ADDR", "what others see instead of --http"},
    {"advertise-peer", Takes::one_value, "ADDR", "what others dial instead of --peer"},
    {"allow-host", Takes::a_list, "NAME", "accept this Host header too (repeatable)"},
    {"log-format", Takes::one_value, "FORM", "text or json; default text"},
    {"data", Takes::one_value, "DIR", "what this replica must not lose is kept there"},
    {"suspect-after", Takes::one_value, "TIME", "silence that is a loss; default 200ms"},
    {"gms", Takes::one_value, "1|3", "generation of the group service; default 3"},
    {"config", Takes::one_value, "FILE", "TOML, same names; $GROUPY_<NAME> beats it"},
    {"set", Takes::a_list, "NAME=VALUE", nullptr},
    {"accept-tail-loss", Takes::nothing, "", "vote although the log's end is lost"},
    {"crash-one-in", Takes::one_value, "N", nullptr},
    {"seed", Takes::one_value, "S", nullptr},
}};

const Flag* find(const std::string& name) {
  const auto at = std::ranges::find(kFlags, name, &Flag::name);
  return at == kFlags.end() ? nullptr : &*at;
}

std::string variable_of(const std::string& flag) {
  std::string variable = "GROUPY_";
  for (const char c : flag) {
    const bool is_lower = c >= 'a' && c <= 'z';
    variable += c == '-' ? '_' : is_lower ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

std::vector<std::string> split_list(const std::string& text) {
  std::vector<std::string> items;
  std::istringstream list(text);
  for (std::string item; std::getline(list, item, ',');) items.push_back(std::move(item));
  return items;
}

using Collected = std::variant<Settings, HelpAsked, UsageError>;

Collected read_flags(const Args& args) {
  CLI::App app("Runs one replica until SIGTERM.", "groupy serve");
  set_help_form(app,
                "groupy serve --id 1 --data data1 \\\n"
                "           --group 1=127.0.0.1:9081,2=127.0.0.1:9082,3=127.0.0.1:9083");
  std::map<std::string, std::vector<std::string>> found;
  for (const Flag& flag : kFlags) {
    const std::string dashed = std::string("--") + flag.name;
    const std::string help = flag.help ? flag.help : "";
    CLI::Option* option =
        flag.takes == Takes::nothing
            ? app.add_flag(dashed)
            : app.add_option(dashed, found[flag.name], help)->expected(1)->type_name(flag.type);
    option->allow_extra_args(false)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    if (!flag.help) option->group("");
  }
  try {
    app.parse(Args(args.rbegin(), args.rend()));
  } catch (const CLI::CallForHelp&) {
    return HelpAsked{app.help()};
  } catch (const CLI::ParseError& error) {
    return UsageError{error.what()};
  }
  Settings settings;
  for (const Flag& flag : kFlags) {
    const std::string dashed = std::string("--") + flag.name;
    const std::size_t count = app.count(dashed);
    if (count == 0) continue;
    if (count > 1 && flag.takes == Takes::one_value) return UsageError{dashed + ": given twice"};
    if (flag.takes == Takes::nothing) found[flag.name] = {"true"};
    settings[flag.name] = {std::move(found[flag.name]), dashed};
  }
  return settings;
}

// Adds what a weaker place says, where a stronger one does not say it: in how a replica comes into
// its group, it is the whole that is said there, so --group beats GROUPY_JOIN too.
void add_weaker(Settings weaker, Settings& settings) {
  if (settings.contains("group") && weaker.contains("join")) {
    weaker.erase("join");
    weaker.erase("join-timeout");
  }
  if (settings.contains("join")) weaker.erase("group");
  settings.merge(weaker);
}

// A switch that is off stays in, so that it hides a weaker place's that is on.
std::optional<UsageError> read_switch(Setting& setting) {
  const auto is_on = http::parse_switch(setting.values.front());
  if (!is_on) {
    return UsageError{setting.from + ": '" + printable(setting.values.front()) +
                      "': true or false expected"};
  }
  setting.values = {*is_on ? "true" : "false"};
  return std::nullopt;
}

// An empty variable counts as none, as is usual.
std::optional<UsageError> add_environment(const Environment& environment, Settings& settings) {
  Settings found;
  for (const Flag& flag : kFlags) {
    const std::string variable = variable_of(flag.name);
    const auto at = environment.find(variable);
    if (at == environment.end() || at->second.empty()) continue;
    const bool is_list = flag.takes == Takes::a_list;
    Setting setting{is_list ? split_list(at->second) : std::vector{at->second}, variable};
    if (flag.takes == Takes::nothing) {
      if (auto error = read_switch(setting)) return error;
    }
    found[flag.name] = std::move(setting);
  }
  add_weaker(std::move(found), settings);
  return std::nullopt;
}

std::optional<UsageError> add_file(const ReadFile& read_file, Settings& settings) {
  const auto config = settings.find("config");
  if (config == settings.end()) return std::nullopt;
  const std::string path = config->second.values.front();
  const std::optional<std::string> text = read_file(path);
  if (!text) return UsageError{config->second.from + ": cannot read " + printable(path)};
  auto parsed = parse_config(*text);
  if (const auto* bad = std::get_if<BadConfig>(&parsed)) {
    return UsageError{printable(path) + ": " + bad->what};
  }
  Settings found;
  for (auto& [name, values] : std::get<ConfigValues>(parsed)) {
    const Flag* flag = find(name);
    const std::string from = printable(name) + " in " + printable(path);
    if (!flag || name == "config") return UsageError{from + ": there is no such setting"};
    const bool is_group_list = name == "group";
    if (values.size() > 1 && is_group_list) {
      for (std::size_t i = 1; i < values.size(); ++i) values[0] += "," + values[i];
      values.resize(1);
    }
    if (values.size() > 1 && flag->takes != Takes::a_list) {
      return UsageError{from + ": one value expected, not a list"};
    }
    Setting setting{std::move(values), from};
    if (flag->takes == Takes::nothing) {
      if (auto error = read_switch(setting)) return error;
    }
    found[name] = std::move(setting);
  }
  add_weaker(std::move(found), settings);
  return std::nullopt;
}

}  // namespace

Collected collect_serve_settings(const Args& args, const Environment& environment,
                                 const ReadFile& read_file) {
  Collected collected = read_flags(args);
  auto* settings = std::get_if<Settings>(&collected);
  if (!settings) return collected;
  if (auto error = add_environment(environment, *settings)) return std::move(*error);
  if (auto error = add_file(read_file, *settings)) return std::move(*error);
  for (const Flag& flag : kFlags) {
    const auto at = settings->find(flag.name);
    const bool is_off = flag.takes == Takes::nothing && at != settings->end() &&
                        at->second.values.front() == "false";
    if (is_off) settings->erase(at);
  }
  return collected;
}

}  // namespace groupy::cli
