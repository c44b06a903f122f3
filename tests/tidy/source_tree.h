// Reads the project's files from the disk for the tidy rules.
//
// Only the project's own folders are looked at: what lies beside them (builds, an editor's files)
// is not ours to judge. Thread: any.
#pragma once

#include <filesystem>

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

// All regular files of the project's folders, sorted by path.
SourceFiles read_tree(const std::filesystem::path& root);

}  // namespace groupy::tidy
