#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/printable.h"

// GROUPY_VERSION, GROUPY_BOOST_VERSION and GROUPY_ROCKSDB_VERSION come from CMake.

namespace groupy::cli {
namespace {

#if defined(__SANITIZE_ADDRESS__)
constexpr char kSanitizer[] = "address";
#elif defined(__SANITIZE_THREAD__)
constexpr char kSanitizer[] = "thread";
#else
constexpr char kSanitizer[] = "none";
#endif

constexpr char kCompiler[] = "g++ " __VERSION__;

}  // namespace

ExitCode run_version(const Args& args, Surroundings& surroundings) {
  CommandLine line("version", "Shows which build this is.", "groupy version -o json");
  std::string output;
  line.add_option("-o,--output", output, "FORM", "json or plain");
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  if (!output.empty() && output != "json" && output != "plain") {
    return usage_error(surroundings, "version",
                       "--output: '" + printable(output) + "' is neither json nor plain");
  }

  if (output == "json") {
    const nlohmann::json version = {{"version", GROUPY_VERSION},
                                    {"compiler", kCompiler},
                                    {"sanitizer", kSanitizer},
                                    {"boost", GROUPY_BOOST_VERSION},
                                    {"rocksdb", GROUPY_ROCKSDB_VERSION}};
    surroundings.out << version.dump() << '\n';
  } else {
    surroundings.out << "groupy " GROUPY_VERSION "\n"
                     << kCompiler << ", sanitizer: " << kSanitizer
                     << ", boost " GROUPY_BOOST_VERSION ", rocksdb " GROUPY_ROCKSDB_VERSION "\n";
  }
  return ExitCode::ok;
}

}  // namespace groupy::cli
