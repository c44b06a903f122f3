// Whether every test is built: a test file that CMake does not know passes for ever.
//
// Thread: any.
#pragma once

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

// Files tests/**/*_test.cc that the nearest CMakeLists.txt, in their folder or above, does not
// name.
Findings unregistered_tests(const SourceFiles& files);

}  // namespace groupy::tidy
