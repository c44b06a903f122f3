// Stops the process where our own code is wrong.
//
// For promises that only a bug of ours can break, in release builds too: going on with a broken
// invariant could lose what was acknowledged. Never for bytes from outside (drop and count those)
// and never for a disk that fails (that stops the process with its own exit code).
#pragma once

namespace groupy {

// Returns if `holds`; otherwise writes `what` and the caller's place to stderr and aborts.
#define GROUPY_CHECK(holds, what) \
  ((holds) ? static_cast<void>(0) : ::groupy::check_failed(what, __FILE__, __LINE__))

[[noreturn]] void check_failed(const char* what, const char* file, int line);

}  // namespace groupy
