// A library to preload: counts a process's syncs in the file $COUNT_SYNCS_DIR/<process id>, as one
// native 64-bit number that others may read at any time.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace {

using Counter = std::atomic<std::uint64_t>;

Counter* map_counter() {
  const char* folder = std::getenv("COUNT_SYNCS_DIR");
  if (folder == nullptr) return nullptr;
  const std::string path = std::string(folder) + "/" + std::to_string(::getpid());
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (file < 0 || ::ftruncate(file, sizeof(Counter)) != 0) return nullptr;
  void* mapped = ::mmap(nullptr, sizeof(Counter), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  ::close(file);
  return mapped == MAP_FAILED ? nullptr : static_cast<Counter*>(mapped);
}

void count() {
  static Counter* const counter = map_counter();
  if (counter != nullptr) ++*counter;
}

}  // namespace

extern "C" {

int fsync(int descriptor) {
  static const auto real = reinterpret_cast<decltype(&::fsync)>(::dlsym(RTLD_NEXT, "fsync"));
  count();
  return real(descriptor);
}

int fdatasync(int descriptor) {
  static const auto real =
      reinterpret_cast<decltype(&::fdatasync)>(::dlsym(RTLD_NEXT, "fdatasync"));
  count();
  return real(descriptor);
}

}  // extern "C"
