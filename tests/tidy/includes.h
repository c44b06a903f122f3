// Who may include whom: the arrows between the boxes, and the headers that cost much to compile.
//
// An include against the arrows is how a layered house becomes a ball: one is enough. The expensive
// headers stay in few sources because a build takes as long as they say. Thread: any.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

// The box that a file of the product belongs to, e.g. "gms/wire"; empty for tests and all else.
std::string box_of(std::string_view path);

// Includes that the arrows do not allow, folders that are no known box, and includes that are not
// relative to the root of the project.
Findings includes_against_arrows(const SourceFile& file);

// json.hpp in a header, and RocksDB's headers anywhere but in its one source.
Findings misplaced_includes(const SourceFile& file);

// The paths of the files that include a header whose name starts with `prefix`.
std::vector<std::string> files_that_include(const SourceFiles& files, std::string_view prefix);

}  // namespace groupy::tidy
