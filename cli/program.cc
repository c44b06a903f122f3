#include "cli/program.h"

#include <algorithm>
#include <array>
#include <optional>
#include <ostream>
#include <string_view>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

struct Subcommand {
  std::string_view name;
  std::string_view what;
  ExitCode (*run)(const Args&, Surroundings&);
};

constexpr std::array<Subcommand, 11> kSubcommands{{
    {"serve", "run one replica", run_serve},
    {"demo", "run a whole group of replicas on this machine", run_demo},
    {"put", "write a key", run_put},
    {"get", "read a key", run_get},
    {"del", "delete a key", run_del},
    {"ls", "list the keys with a prefix", run_ls},
    {"view", "show who is in the group", run_view},
    {"status", "show how replicas are doing", run_status},
    {"check", "check consistency, check history: does all agree?", run_check},
    {"log", "log dump: show what is in a replica's log", run_log},
    {"version", "show which build this is", run_version},
}};

// Planned, and not there yet.
constexpr std::array<std::string_view, 10> kNotBuilt{"watch",    "txn",       "lease",    "views",
                                                     "members",  "leader",    "settings", "bench",
                                                     "snapshot", "completion"};

bool is_not_built(std::string_view name) {
  return std::ranges::find(kNotBuilt, name) != kNotBuilt.end();
}

const Subcommand* find(std::string_view name) {
  const auto at = std::ranges::find(kSubcommands, name, &Subcommand::name);
  return at == kSubcommands.end() ? nullptr : &*at;
}

void print_help(std::ostream& out) {
  out << "Groupy: a replicated key-value store on a group service with atomic multicast.\n\n"
         "Usage: groupy COMMAND [flags and arguments]\n\n";
  constexpr std::size_t kNameColumns = 10;
  for (const Subcommand& command : kSubcommands) {
    out << "  " << command.name << std::string(kNameColumns - command.name.size(), ' ')
        << command.what << '\n';
  }
  out << "\n'groupy COMMAND --help' tells more. Example: groupy demo\n";
}

// Client flags may stand in front of the subcommand too, as users of other stores are used to:
// behind it, they are the same.
Args with_flags_behind_command(Args args) {
  std::size_t at = 0;
  while (at < args.size()) {
    const std::string& arg = args[at];
    if (arg == "--endpoints" || arg == "--timeout" || arg == "-o" || arg == "--output") {
      at += 2;
    } else if (arg.starts_with("--endpoints=") || arg.starts_with("--timeout=") ||
               arg.starts_with("--output=")) {
      at += 1;
    } else {
      break;
    }
  }
  if (at >= args.size() || (!find(args[at]) && !is_not_built(args[at]))) return args;
  const std::size_t words = std::min<std::size_t>(args[at] == "check" ? 2 : 1, args.size() - at);
  std::rotate(args.begin(), args.begin() + static_cast<std::ptrdiff_t>(at),
              args.begin() + static_cast<std::ptrdiff_t>(at + words));
  return args;
}

// How many letters must be changed, added or left out to make `b` of `a`.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

// The subcommand that was probably meant, or an empty text.
std::string hint_for(std::string_view name) {
  constexpr std::size_t kLongestName = 32;
  constexpr std::size_t kMistakesMax = 2;
  if (name.size() > kLongestName) return "";
  const auto nearest = std::ranges::min_element(
      kSubcommands, {}, [&](const Subcommand& command) { return distance(name, command.name); });
  const std::size_t mistakes = distance(name, nearest->name);
  if (mistakes > kMistakesMax || mistakes >= name.size()) return "";
  return "; did you mean '" + std::string(nearest->name) + "'?";
}

ExitCode dispatch(const Args& args, Surroundings& surroundings) {
  if (args.empty()) {
    print_help(surroundings.err);
    return ExitCode::usage;
  }
  const std::string& name = args.front();
  if (name == "help" || name == "--help" || name == "-h") {
    print_help(surroundings.out);
    return ExitCode::ok;
  }
  if (is_not_built(name)) return usage_error(surroundings, "", name + " is not built yet");
  const Subcommand* command = find(name == "--version" ? "version" : name);
  if (!command) {
    const std::string kind = name.starts_with('-') ? "flag" : "command";
    return usage_error(surroundings, "",
                       "unknown " + kind + " '" + printable(name) + "'" + hint_for(name));
  }
  return command->run(Args(args.begin() + 1, args.end()), surroundings);
}

}  // namespace

ExitCode run_program(const Args& args, Surroundings& surroundings) {
  const ExitCode code = dispatch(with_flags_behind_command(args), surroundings);
  surroundings.out.flush();
  if (surroundings.out || code != ExitCode::ok) return code;
  say_error(surroundings, "the output could not be written");
  return ExitCode::error;
}

}  // namespace groupy::cli
