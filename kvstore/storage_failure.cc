#include "kvstore/storage_failure.h"

#include <cstdio>
#include <cstdlib>

namespace groupy::kvstore {

void stop_process(const StorageFailed& failure) {
  std::fprintf(stderr, "groupy: the storage failed, stopping: %s\n", failure.what.c_str());
  std::_Exit(kExitStorageFailed);
}

}  // namespace groupy::kvstore
