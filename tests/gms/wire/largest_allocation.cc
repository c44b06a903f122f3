#include "tests/gms/wire/largest_allocation.h"

#include <atomic>
#include <cstdlib>
#include <new>

namespace groupy::gms::wire {
namespace {
std::atomic<std::size_t> largest{0};
}  // namespace

std::size_t take_largest_allocation() {
  return largest.exchange(0);
}

}  // namespace groupy::gms::wire

// In place of the library's: arrays and nothrow come here too.
void* operator new(std::size_t size) {
  auto& largest = groupy::gms::wire::largest;
  if (size > largest) largest = size;
  void* const block = std::malloc(size == 0 ? 1 : size);
  if (block == nullptr) throw std::bad_alloc();
  return block;
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
