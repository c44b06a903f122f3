#include <fstream>
#include <iterator>
#include <ostream>

#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/serve_options.h"

namespace groupy::cli {
namespace {

constexpr std::size_t kConfigBytesMax = 1u << 20;

// Nothing for a file above the limit too: it is none of ours.
std::optional<std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(kConfigBytesMax + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(file.gcount()));
  if (!file.eof() || text.size() > kConfigBytesMax) return std::nullopt;
  return text;
}

}  // namespace

ExitCode run_serve(const Args& args, Surroundings& surroundings) {
  const auto options = parse_serve_options(args, surroundings.environment, read_file);
  if (const auto* help = std::get_if<HelpAsked>(&options)) {
    surroundings.out << help->text;
    return ExitCode::ok;
  }
  if (const auto* error = std::get_if<UsageError>(&options)) {
    return usage_error(surroundings, "serve", error->what);
  }
  return static_cast<ExitCode>(surroundings.serve(std::get<ServeOptions>(options)));
}

}  // namespace groupy::cli
