// Runs one replica until it is told to stop: what puts the boxes of the house together.
//
// Thread: the main thread, before any other was started.
#pragma once

#include "cli/serve_options.h"

namespace groupy::cli {

// Gives the process's exit code (exit_code.h); what went wrong was said on stderr by then.
int serve(const ServeOptions& options);

}  // namespace groupy::cli
