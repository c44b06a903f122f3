#include <unistd.h>

#include <exception>
#include <filesystem>
#include <iostream>
#include <system_error>

#include "cli/exit_code.h"
#include "cli/http_call.h"
#include "cli/program.h"
#include "cli/serve.h"

namespace {

groupy::cli::Environment own_environment() {
  groupy::cli::Environment environment;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    const std::string text = *variable;
    const std::size_t equals = text.find('=');
    if (equals != std::string::npos) environment[text.substr(0, equals)] = text.substr(equals + 1);
  }
  return environment;
}

// By its name, so that process lists show it; a binary that was replaced meanwhile has none.
std::string own_path() {
  constexpr char kSelf[] = "/proc/self/exe";
  std::error_code failed;
  const std::filesystem::path path = std::filesystem::read_symlink(kSelf, failed);
  return !failed && std::filesystem::exists(path, failed) ? path.string() : kSelf;
}

}  // namespace

int main(int argc, char** argv) {
  std::ios::sync_with_stdio(false);
  groupy::cli::Surroundings surroundings{std::cin, std::cout, std::cerr};
  surroundings.out_is_terminal = ::isatty(STDOUT_FILENO) == 1;
  surroundings.environment = own_environment();
  surroundings.program = own_path();
  surroundings.call = groupy::cli::call_over_http;
  surroundings.serve = groupy::cli::serve;
  const groupy::cli::Args args(argv + (argc > 0 ? 1 : 0), argv + argc);
  try {
    return static_cast<int>(groupy::cli::run_program(args, surroundings));
  } catch (const std::exception& error) {
    // What the system refuses us where no other way out is made: memory, threads, descriptors.
    std::cerr << "groupy: " << error.what() << '\n';
    return static_cast<int>(groupy::cli::ExitCode::error);
  }
}
