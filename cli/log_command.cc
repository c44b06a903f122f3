#include <ostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/printable.h"
#include "gms/log/dump.h"
#include "gms/log/posix_files.h"

namespace groupy::cli {
namespace {

ExitCode dump(const Args& args, Surroundings& surroundings) {
  CommandLine line("log dump",
                   "Shows what stands in the log of a data directory, one line for each segment,\n"
                   "record, cut, mark and damaged place, with what was cut or replaced: which of\n"
                   "it is the log, a start decides. Changes nothing and takes no lock; where a\n"
                   "replica is writing, the end may look torn.\n"
                   "Exit code 1: not all of it could be read.",
                   "groupy log dump /var/lib/groupy");
  std::string path;
  line.add_required("DIR", path, "what serve got as --data");
  if (const auto ended = line.parse(args, surroundings)) return *ended;

  auto directory = gms::log::open_posix_directory_to_read(path);
  gms::log::Failure failed;
  if (directory.ok()) {
    failed = gms::log::dump_log(**directory,
                                [&](const std::string& text) { surroundings.out << text << '\n'; });
  } else {
    failed = directory.error();
  }
  if (!failed) return ExitCode::ok;
  say_error(surroundings, printable(failed->what));
  return ExitCode::error;
}

}  // namespace

ExitCode run_log(const Args& args, Surroundings& surroundings) {
  if (args.empty()) return usage_error(surroundings, "log", "log what? There is: dump");
  if (args.front() == "--help" || args.front() == "-h") return dump({"--help"}, surroundings);
  if (args.front() != "dump") {
    return usage_error(surroundings, "log",
                       "no log command '" + printable(args.front()) + "'; there is: dump");
  }
  return dump(Args(args.begin() + 1, args.end()), surroundings);
}

}  // namespace groupy::cli
