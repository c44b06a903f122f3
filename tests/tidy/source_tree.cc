#include "tests/tidy/source_tree.h"

#include <algorithm>
#include <fstream>
#include <iterator>

namespace groupy::tidy {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFolders[] = {"gms",   "kvstore", "http",    "cli", "tests",
                                    "bench", "docker",  "scripts", ".ci", "cmake"};

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace

SourceFiles read_tree(const fs::path& root) {
  SourceFiles files;
  for (const char* name : kFolders) {
    if (!fs::is_directory(root / name)) continue;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root / name)) {
      if (!entry.is_regular_file()) continue;
      files.push_back(
          {entry.path().lexically_relative(root).generic_string(), read_file(entry.path())});
    }
  }
  std::ranges::sort(files, {}, &SourceFile::path);
  return files;
}

}  // namespace groupy::tidy
