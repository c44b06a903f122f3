#include "kvstore/storage_failure.h"

#include <cstdio>
#include <cstdlib>
#include <utility>

namespace groupy::kvstore {

namespace {

LastWords& last_words() {
  static LastWords words;
  return words;
}

}  // namespace

void set_last_words(LastWords words) {
  last_words() = std::move(words);
}

void stop_process(const StorageFailed& failure) {
  if (last_words()) last_words()(failure);
  std::fprintf(stderr, "groupy: the storage failed, stopping: %s\n", failure.what.c_str());
  std::_Exit(kExitStorageFailed);
}

}  // namespace groupy::kvstore
