#include "gms/check.h"

#include <cstdio>
#include <cstdlib>

namespace groupy {

void check_failed(const char* what, const char* file, int line) {
  std::fprintf(stderr, "groupy: bug: %s (%s:%d)\n", what, file, line);
  std::abort();
}

}  // namespace groupy
