// The subcommands of `groupy`, each in the source file of its name; run_serve and run_log in
// serve_command.cc and log_command.cc.
//
// Each takes the arguments behind its name, parses them itself, and gives the program's exit code;
// what goes wrong was said on stderr by then. Thread: the main thread.
#pragma once

#include "cli/exit_code.h"
#include "cli/surroundings.h"

namespace groupy::cli {

ExitCode run_serve(const Args& args, Surroundings& surroundings);
ExitCode run_demo(const Args& args, Surroundings& surroundings);
ExitCode run_put(const Args& args, Surroundings& surroundings);
ExitCode run_get(const Args& args, Surroundings& surroundings);
ExitCode run_del(const Args& args, Surroundings& surroundings);
ExitCode run_ls(const Args& args, Surroundings& surroundings);
ExitCode run_view(const Args& args, Surroundings& surroundings);
ExitCode run_status(const Args& args, Surroundings& surroundings);
ExitCode run_check(const Args& args, Surroundings& surroundings);
ExitCode run_check_history(const Args& args, Surroundings& surroundings);
ExitCode run_log(const Args& args, Surroundings& surroundings);
ExitCode run_version(const Args& args, Surroundings& surroundings);

}  // namespace groupy::cli
