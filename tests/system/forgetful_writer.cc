// Writes a file, syncs half of it, reads all of it back, and ends or waits to be killed.
//
// Usage: forgetful_writer FILE end|wait. For the test of forgetful_disk.
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>
#include <iostream>
#include <string>

namespace {

bool write_and_read(int file) {
  std::string first = "synced, ";
  std::string second = "not ";
  std::string third = "synced";
  const iovec part{second.data(), second.size()};
  if (::write(file, first.data(), first.size()) < 0 || ::fdatasync(file) != 0 ||
      ::pwritev(file, &part, 1, 8) < 0 || ::pwrite(file, third.data(), third.size(), 12) < 0) {
    return false;
  }
  struct stat found {};
  if (::fstat(file, &found) != 0) return false;
  std::string all(static_cast<std::size_t>(found.st_size) + 1, '?');
  const ssize_t got = ::pread(file, all.data(), all.size(), 0);
  std::cout << "reads: " << all.substr(0, static_cast<std::size_t>(got)) << std::endl;
  return ::close(file) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const int file = ::open(argv[1], O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  if (file < 0 || !write_and_read(file)) return 1;
  if (std::strcmp(argv[2], "end") == 0) return 0;
  for (;;) ::pause();
}
