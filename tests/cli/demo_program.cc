// `groupy` with replicas that only pretend: each answers /readyz, and misbehaves if told to.
//
// What the demo test runs: all of the program is real but what is behind `serve`. MISBEHAVE names
// what a replica does: "2:fail" says so and ends with code 3, "2:deaf" ignores SIGTERM.
#include <signal.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "cli/http_call.h"
#include "cli/program.h"
#include "cli/serve_options.h"
#include "tests/cli/scripted_server.h"

namespace {

using groupy::cli::test::ScriptedAnswer;
using groupy::cli::test::ScriptedServer;

int pretend_to_serve(const groupy::cli::ServeOptions& options) {
  const char* const told = std::getenv("MISBEHAVE");
  const std::string misbehaviour = told ? told : "";
  const std::string id = std::to_string(options.id.value());
  if (misbehaviour == id + ":fail") {
    std::cerr << "replica " << id << " cannot open its database" << std::endl;
    return 3;
  }
  if (misbehaviour == id + ":deaf") ::signal(SIGTERM, SIG_IGN);
  std::ofstream(std::filesystem::temp_directory_path() / ("left-by-" + id)) << "data";
  const ScriptedServer server(
      [](auto&&...) {
        return ScriptedAnswer{200, "ready\n"};
      },
      options.addresses.http.port);
  while (true) ::pause();
}

}  // namespace

int main(int argc, char** argv) {
  groupy::cli::Surroundings surroundings{std::cin, std::cout, std::cerr};
  for (const char* name : {"MISBEHAVE", "TMPDIR", "GROUPY_JOIN"}) {
    if (const char* value = std::getenv(name)) surroundings.environment[name] = value;
  }
  surroundings.program = std::filesystem::read_symlink("/proc/self/exe");
  surroundings.call = groupy::cli::call_over_http;
  surroundings.serve = pretend_to_serve;
  const groupy::cli::Args args(argv + 1, argv + argc);
  return static_cast<int>(groupy::cli::run_program(args, surroundings));
}
