// The program `groupy`: finds the subcommand and runs it.
//
// Thread: the main thread.
#pragma once

#include "cli/exit_code.h"
#include "cli/surroundings.h"

namespace groupy::cli {

// `args` without the program's own name. An output that could not be written is an error too: half
// a listing in a full disk must not look like success.
ExitCode run_program(const Args& args, Surroundings& surroundings);

}  // namespace groupy::cli
