// What the program tells its caller by its exit code.
//
// Scripts rely on these numbers: a write that ends with `unavailable` did not happen and may be
// repeated, one that ends with `outcome_unknown` may have happened. Numbers are never reused.
#pragma once

namespace groupy::cli {

enum class ExitCode : int {
  ok = 0,
  error = 1,  // port taken, refused by the server, replicas differ
  usage = 2,  // the command line, environment or configuration file makes no sense
  not_found = 3,
  condition_failed = 4,
  unavailable = 5,      // no replica could do it now; a write was not done
  outcome_unknown = 6,  // a write may or may not have been done
  disk_failed = 7,
  injected_crash = 86,  // asked for with --crash-one-in
};

}  // namespace groupy::cli
