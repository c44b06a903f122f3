// Whether the code that acknowledges clients does nothing but compute.
//
// The simulator can only be trusted if the core has no clock, thread, randomness, file or socket of
// its own: one hidden read of a clock and a run cannot be repeated. So the core may include nothing
// but listed headers of the standard library, and some names may not occur in it, nor in what it
// includes of ours, by however many steps. Thread: any.
#pragma once

#include <string_view>

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

// The core of gms, its generations and codecs, and of kvstore all but a few listed files.
bool is_core(std::string_view path);

// Headers and names that do not belong into the core; nothing for files outside of it.
Findings impurities(const SourceFile& file);

// The same in files outside of the core that it includes, itself or through others. Of each such
// file once, with the way there. Files that are not given (generated ones) count as pure.
Findings reached_impurities(const SourceFiles& files);

}  // namespace groupy::tidy
