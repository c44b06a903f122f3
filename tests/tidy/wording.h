// How files introduce themselves, and words that must not stand in them.
//
// Thread: any.
#pragma once

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

constexpr std::size_t kHeaderCommentLinesMax = 10;

// A header that does not start with a comment of at most ten lines and then `#pragma once`.
Findings bad_opening(const SourceFile& file);

// Notes to oneself (the usual four words in capitals), in any file.
Findings notes_to_oneself(const SourceFile& file);

// Classes and files with names that say nothing, and C++ files that do not end in .h or .cc.
Findings empty_names(const SourceFile& file);

// Scripts that do not start with a comment on what they do or that go on after an error.
Findings bad_script(const SourceFile& file);

}  // namespace groupy::tidy
