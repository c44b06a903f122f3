#include <ostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/demo_group.h"
#include "cli/printable.h"
#include "cli/serve_options.h"
#include "cli/temporary_folder.h"

namespace groupy::cli {
namespace {

constexpr std::chrono::milliseconds kLookAfter{1'000};

struct DemoFlags {
  std::uint64_t replicas = 3;
  std::uint64_t http_base = 8081;
  std::string generation = "3";
  std::string folder;
  std::string crash_one_in;
};

std::optional<std::string> wrong_in(const DemoFlags& flags) {
  if (flags.replicas < 1 || flags.replicas > kFoundersMax) {
    return "--replicas: 1 to " + std::to_string(kFoundersMax) + " expected";
  }
  const std::size_t above = kPeerPortDistance + flags.replicas - 1;
  if (flags.http_base < 1 || flags.http_base > 65535 - above) {
    return "--http-base: the peer ports, 1000 higher, must stay within 65535";
  }
  if (flags.generation == "2") return "--gms 2 is not built yet: 1 and 3 are";
  if (flags.generation != "1" && flags.generation != "3") {
    return "--gms: '" + printable(flags.generation) + "': 1 or 3 expected";
  }
  if (flags.generation == "1" && !flags.folder.empty()) {
    return "--dir: generation 1 keeps everything in memory";
  }
  if (!flags.crash_one_in.empty()) return "--crash-one-in is not built yet";
  return std::nullopt;
}

void print_welcome(const DemoGroup& group, int generation, std::ostream& out) {
  const auto& replicas = group.replicas();
  out << "A group of " << replicas.size() << " is running (gms" << generation
      << "). Ctrl-C ends it.\n\n";
  for (const auto& replica : replicas) {
    out << "  replica " << replica.number << "  " << replica.endpoint << "  pid "
        << replica.process.pid() << "  log " << replica.log_file << '\n';
  }
  out << "\nTry:\n"
      << "  curl -X PUT " << replicas.front().endpoint << "/kv/colour -d blue\n"
      << "  curl " << replicas.back().endpoint << "/kv/colour\n"
      << "  curl " << replicas.front().endpoint << "/view\n"
      << std::flush;
}

// Tells what happens until a signal ends it, or the last replica has ended.
ExitCode watch(DemoGroup& group, HeldSignals& signals, Surroundings& surroundings) {
  while (true) {
    const std::optional<int> signal = signals.wait(kLookAfter);
    if (signal && *signal != SIGCHLD) return ExitCode::ok;
    for (const std::string& line : group.news()) surroundings.out << line << std::endl;
    if (!group.has_living()) {
      say_error(surroundings, "demo: no replica is left");
      return ExitCode::error;
    }
  }
}

ExitCode run_group(DemoPlan plan, Surroundings& surroundings) {
  // First, so that they are held until the folder is gone: an impatient Ctrl-C leaves nothing
  // behind.
  HeldSignals signals{SIGINT, SIGTERM, SIGHUP, SIGCHLD};
  const auto parent = surroundings.environment.find("TMPDIR");
  const TemporaryFolder folder(
      "groupy-demo", parent == surroundings.environment.end() ? std::string() : parent->second);
  if (folder.path().empty()) {
    say_error(surroundings, "demo: cannot make a folder like " + printable(folder.tried()));
    return ExitCode::error;
  }
  plan.folder = folder.path();
  const int generation = plan.generation;
  DemoGroup group(std::move(plan), surroundings.call, signals);
  ExitCode code = ExitCode::ok;
  switch (group.start()) {
    case DemoGroup::Started::all_ready:
      print_welcome(group, generation, surroundings.out);
      code = watch(group, signals, surroundings);
      break;
    case DemoGroup::Started::failed:
      say_error(surroundings, "demo: " + group.failure());
      code = ExitCode::error;
      break;
    case DemoGroup::Started::interrupted:
      break;
  }
  group.stop();
  return code;
}

}  // namespace

ExitCode run_demo(const Args& args, Surroundings& surroundings) {
  DemoFlags flags;
  CommandLine line("demo",
                   "Runs a group of replicas on this machine until Ctrl-C. Nothing is left behind\n"
                   "unless --dir is given. Peers listen 1000 ports above --http-base.",
                   "groupy demo --replicas 5");
  line.add_number("--replicas", flags.replicas, "N", "how many, 1 to 7; default 3");
  line.add_number("--http-base", flags.http_base, "PORT", "HTTP port of the first; default 8081");
  line.add_option("--gms", flags.generation, "1|3", "generation of the group service; default 3");
  line.add_option("--dir", flags.folder, "DIR", "keep the replicas' data there, and go on from it");
  line.add_hidden("--crash-one-in", flags.crash_one_in);
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  if (const auto wrong = wrong_in(flags)) return usage_error(surroundings, "demo", *wrong);

  DemoPlan plan;
  plan.replicas = flags.replicas;
  plan.http_base = static_cast<std::uint16_t>(flags.http_base);
  plan.generation = flags.generation == "1" ? 1 : 3;
  plan.data = flags.folder;
  plan.program = surroundings.program;
  plan.environment = surroundings.environment;
  const std::vector<std::string> taken = ports_not_free(plan);
  for (const std::string& port : taken) say_error(surroundings, "demo: " + port);
  if (!taken.empty()) {
    say_error(surroundings, "demo: nothing was started (choose other ports with --http-base)");
    return ExitCode::error;
  }
  return run_group(std::move(plan), surroundings);
}

}  // namespace groupy::cli
