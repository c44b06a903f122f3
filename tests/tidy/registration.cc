#include "tests/tidy/registration.h"

#include <algorithm>

namespace groupy::tidy {
namespace {

const SourceFile* find_file(const SourceFiles& files, std::string_view path) {
  const auto at = std::ranges::find(files, path, &SourceFile::path);
  return at == files.end() ? nullptr : &*at;
}

// Whether `path` is one of the words of a list of sources; comments do not count.
bool names(std::string_view list, std::string_view path) {
  constexpr std::string_view kSeparators = " \t\n()\"";
  for (std::string_view line : lines_of(list)) {
    line = line.substr(0, line.find('#'));
    while (!line.empty()) {
      const std::size_t end = std::min(line.find_first_of(kSeparators), line.size());
      if (line.substr(0, end) == path) return true;
      line.remove_prefix(std::min(end + 1, line.size()));
    }
  }
  return false;
}

bool is_registered(const SourceFiles& files, std::string_view path) {
  for (std::string_view in = folder(path); !in.empty(); in = folder(in)) {
    if (const SourceFile* list = find_file(files, std::string(in) + "/CMakeLists.txt")) {
      return names(list->text, path.substr(in.size() + 1));
    }
  }
  return false;
}

}  // namespace

Findings unregistered_tests(const SourceFiles& files) {
  Findings findings;
  for (const SourceFile& file : files) {
    if (!file.path.starts_with("tests/") || !file.path.ends_with("_test.cc")) continue;
    if (!is_registered(files, file.path)) {
      findings.push_back({file.path, 0, "", "named in no CMakeLists.txt"});
    }
  }
  return findings;
}

}  // namespace groupy::tidy
