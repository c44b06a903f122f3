// A library to preload: files keep only what was synced when the process is killed.
//
// What is written to regular files below $FORGETFUL_DIR stays in this process, which reads it back
// like anybody would, and reaches the file when that file is synced, or when the process ends in
// peace. So kill -9 does to them what a power cut does. Where $FORGETFUL_LIES is set, syncs of
// files whose path contains it do nothing and say that they did: what a program would lose that
// does not wait for them. Each sync takes $FORGETFUL_SYNC_MS longer, before anything reaches
// the file. Of the syncs of files whose path contains $FORGETFUL_FAILS, the one with the number
// $FORGETFUL_FAILS_AT fails, and no other; with $FORGETFUL_FAILS_WRITES, of the writes. New names,
// renames, removals and O_TRUNC are not forgotten, and stat() by path does not see what is kept.
// Files that are mapped or written by stdio are left alone.
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <cstdarg>
#include <cstdlib>
#include <cstring>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace {

template <typename Function>
Function next_of(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

// The C library's own.
struct RealCalls {
  decltype(&::pwrite) pwrite = next_of<decltype(&::pwrite)>("pwrite");
  decltype(&::pread) pread = next_of<decltype(&::pread)>("pread");
  decltype(&::read) read = next_of<decltype(&::read)>("read");
  decltype(&::write) write = next_of<decltype(&::write)>("write");
  decltype(&::writev) writev = next_of<decltype(&::writev)>("writev");
  decltype(&::pwritev) pwritev = next_of<decltype(&::pwritev)>("pwritev");
  decltype(&::fsync) fsync = next_of<decltype(&::fsync)>("fsync");
  decltype(&::fdatasync) fdatasync = next_of<decltype(&::fdatasync)>("fdatasync");
  decltype(&::ftruncate) ftruncate = next_of<decltype(&::ftruncate)>("ftruncate");
  decltype(&::fstat) fstat = next_of<decltype(&::fstat)>("fstat");
  decltype(&::open) open = next_of<decltype(&::open)>("open");
};

const RealCalls& real() {
  static const RealCalls calls;
  return calls;
}

// A write, or where the file was cut or grown to (`bytes` is empty, `is_size`).
struct Change {
  off_t offset;
  std::string bytes;
  bool is_size = false;
};

// What a file still has to get, and a descriptor of ours to give it.
struct Kept {
  int descriptor = -1;
  off_t size = 0;  // with all changes
  std::vector<Change> changes;
};

using FileId = std::pair<dev_t, ino_t>;

class Disk {
 public:
  static Disk& the() {
    static Disk* disk = new Disk;  // never destroyed: others may write until the very end
    return *disk;
  }

  // Whether this file's writes are kept; if so, `id` is its name here.
  bool keeps(int descriptor, FileId& id) {
    struct stat found {};
    if (folder_.empty() || real().fstat(descriptor, &found) != 0 || !S_ISREG(found.st_mode)) {
      return false;
    }
    id = {found.st_dev, found.st_ino};
    const std::lock_guard lock(mutex_);
    if (kept_.contains(id)) return true;
    if (!path_of(descriptor).starts_with(folder_)) return false;
    const std::string own = "/proc/self/fd/" + std::to_string(descriptor);
    const int writer = real().open(own.c_str(), O_WRONLY | O_CLOEXEC);
    if (writer < 0) return false;
    kept_[id] = {writer, found.st_size, {}};
    return true;
  }
  // The same for reads: only a file that was written has anything here.
  bool has(int descriptor, FileId& id) {
    struct stat found {};
    if (folder_.empty() || real().fstat(descriptor, &found) != 0) return false;
    id = {found.st_dev, found.st_ino};
    const std::lock_guard lock(mutex_);
    return kept_.contains(id);
  }

  // How many bytes it took; -1 if it fails.
  ssize_t write(const FileId& id, off_t offset, const iovec* parts, int count) {
    const std::lock_guard lock(mutex_);
    Kept& file = kept_.at(id);
    if (fails_writes_ && fails_now(file)) return -1;
    Change change{offset, {}};
    for (int i = 0; i < count; ++i) {
      change.bytes.append(static_cast<const char*>(parts[i].iov_base), parts[i].iov_len);
    }
    const auto done = static_cast<ssize_t>(change.bytes.size());
    file.size = std::max<off_t>(file.size, offset + done);
    file.changes.push_back(std::move(change));
    return done;
  }

  void resize(const FileId& id, off_t size) {
    const std::lock_guard lock(mutex_);
    Kept& file = kept_.at(id);
    file.size = size;
    file.changes.push_back({size, {}, true});
  }

  off_t size(const FileId& id) {
    const std::lock_guard lock(mutex_);
    return kept_.at(id).size;
  }

  ssize_t read(int descriptor, const FileId& id, char* into, std::size_t count, off_t offset) {
    const std::lock_guard lock(mutex_);
    const Kept& file = kept_.at(id);
    if (offset >= file.size) return 0;
    const auto length = std::min<off_t>(static_cast<off_t>(count), file.size - offset);
    const ssize_t got = real().pread(descriptor, into, static_cast<std::size_t>(length), offset);
    if (got < 0) return got;
    std::memset(into + got, 0, static_cast<std::size_t>(length - got));
    for (const Change& change : file.changes) lay_over(change, into, offset, length);
    return static_cast<ssize_t>(length);
  }

  // Gives the file what is kept for it, unless its syncs are lies.
  bool give(const FileId& id) {
    const std::lock_guard lock(mutex_);
    Kept& file = kept_.at(id);
    return is_lied_to(file) || give(file);
  }
  void give_all() {
    const std::lock_guard lock(mutex_);
    for (auto& [id, file] : kept_) give(file);
  }
  void forget(const FileId& id) {
    const std::lock_guard lock(mutex_);
    Kept& file = kept_.at(id);
    file.changes.clear();
    file.size = 0;
  }
  bool is_lie(const FileId& id) {
    const std::lock_guard lock(mutex_);
    return is_lied_to(kept_.at(id));
  }
  // Whether the sync that begins is the one to fail.
  bool fails_sync(const FileId& id) {
    const std::lock_guard lock(mutex_);
    return !fails_writes_ && fails_now(kept_.at(id));
  }
  std::chrono::milliseconds sync_takes() const { return sync_takes_; }

 private:
  Disk() {
    std::array<char, PATH_MAX> resolved{};
    if (::realpath(setting("FORGETFUL_DIR").c_str(), resolved.data()) != nullptr) {
      folder_ = std::string(resolved.data()) + "/";
    }
    lies_ = setting("FORGETFUL_LIES");
    fails_ = setting("FORGETFUL_FAILS");
    fails_at_ = std::strtoul(setting("FORGETFUL_FAILS_AT").c_str(), nullptr, 10);
    fails_writes_ = !setting("FORGETFUL_FAILS_WRITES").empty();
    sync_takes_ =
        std::chrono::milliseconds(std::strtoul(setting("FORGETFUL_SYNC_MS").c_str(), nullptr, 10));
    std::atexit([] { Disk::the().give_all(); });
  }

  static std::string setting(const char* name) {
    const char* value = std::getenv(name);
    return value == nullptr ? "" : value;
  }

  static std::string path_of(int descriptor) {
    std::array<char, PATH_MAX> path{};
    const std::string own = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = ::readlink(own.c_str(), path.data(), path.size());
    return length < 0 ? "" : std::string(path.data(), static_cast<std::size_t>(length));
  }

  static void lay_over(const Change& change, char* into, off_t offset, off_t length) {
    if (change.is_size) {  // what was behind the new end is zero, if it is there again
      const off_t start = std::max<off_t>(change.offset - offset, 0);
      if (start < length) std::memset(into + start, 0, static_cast<std::size_t>(length - start));
      return;
    }
    const off_t start = std::max(change.offset, offset);
    const off_t end =
        std::min(change.offset + static_cast<off_t>(change.bytes.size()), offset + length);
    if (start >= end) return;
    std::memcpy(into + (start - offset), change.bytes.data() + (start - change.offset),
                static_cast<std::size_t>(end - start));
  }

  static bool give(Kept& file) {
    for (const Change& change : file.changes) {
      if (change.is_size) {
        if (real().ftruncate(file.descriptor, change.offset) != 0) return false;
        continue;
      }
      for (std::size_t done = 0; done < change.bytes.size();) {
        const ssize_t put =
            real().pwrite(file.descriptor, change.bytes.data() + done, change.bytes.size() - done,
                          change.offset + static_cast<off_t>(done));
        if (put < 0) return false;
        done += static_cast<std::size_t>(put);
      }
    }
    file.changes.clear();
    return true;
  }

  // Whether what begins is the one to fail.
  bool fails_now(const Kept& file) { return has_part(file, fails_) && ++tries_ == fails_at_; }
  bool is_lied_to(const Kept& file) const { return has_part(file, lies_); }
  // By the name that the file has now; nothing is no part of it.
  static bool has_part(const Kept& file, const std::string& part) {
    return !part.empty() && path_of(file.descriptor).find(part) != std::string::npos;
  }

  std::string folder_;  // with a slash at its end; empty: nothing is kept
  std::string lies_;
  std::string fails_;
  unsigned long fails_at_ = 0;
  unsigned long tries_ = 0;  // with the files that fails_ means
  bool fails_writes_ = false;
  std::chrono::milliseconds sync_takes_{0};
  std::mutex mutex_;
  std::map<FileId, Kept> kept_;
};

// Where the next write() or read() of this descriptor goes.
off_t position_of(int descriptor, const FileId& id, bool is_write) {
  const bool appends = is_write && (::fcntl(descriptor, F_GETFL) & O_APPEND) != 0;
  return appends ? Disk::the().size(id) : ::lseek(descriptor, 0, SEEK_CUR);
}

ssize_t written(const FileId& id, off_t offset, const iovec* parts, int count) {
  const ssize_t done = Disk::the().write(id, offset, parts, count);
  if (done < 0) errno = EIO;
  return done;
}

ssize_t write_here(int descriptor, const FileId& id, const iovec* parts, int count) {
  const off_t offset = position_of(descriptor, id, true);
  const ssize_t done = written(id, offset, parts, count);
  if (done >= 0) ::lseek(descriptor, offset + done, SEEK_SET);
  return done;
}

int sync_with(int descriptor, decltype(&::fsync) call) {
  FileId id;
  if (!Disk::the().has(descriptor, id)) return call(descriptor);
  std::this_thread::sleep_for(Disk::the().sync_takes());
  if (Disk::the().fails_sync(id)) {
    errno = EIO;
    return -1;
  }
  if (!Disk::the().give(id)) return -1;
  return Disk::the().is_lie(id) ? 0 : call(descriptor);
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* from, size_t count) {
  FileId id;
  if (!Disk::the().keeps(descriptor, id)) return real().write(descriptor, from, count);
  const iovec part{const_cast<void*>(from), count};
  return write_here(descriptor, id, &part, 1);
}

ssize_t writev(int descriptor, const iovec* parts, int count) {
  FileId id;
  if (!Disk::the().keeps(descriptor, id)) return real().writev(descriptor, parts, count);
  return write_here(descriptor, id, parts, count);
}

ssize_t pwritev(int descriptor, const iovec* parts, int count, off_t offset) {
  FileId id;
  if (!Disk::the().keeps(descriptor, id)) return real().pwritev(descriptor, parts, count, offset);
  return written(id, offset, parts, count);
}
ssize_t pwritev64(int descriptor, const iovec* parts, int count, off64_t offset) {
  return pwritev(descriptor, parts, count, offset);
}

ssize_t pwrite(int descriptor, const void* from, size_t count, off_t offset) {
  FileId id;
  if (!Disk::the().keeps(descriptor, id)) return real().pwrite(descriptor, from, count, offset);
  const iovec part{const_cast<void*>(from), count};
  return written(id, offset, &part, 1);
}
ssize_t pwrite64(int descriptor, const void* from, size_t count, off64_t offset) {
  return pwrite(descriptor, from, count, offset);
}

ssize_t pread(int descriptor, void* into, size_t count, off_t offset) {
  FileId id;
  if (!Disk::the().has(descriptor, id)) return real().pread(descriptor, into, count, offset);
  return Disk::the().read(descriptor, id, static_cast<char*>(into), count, offset);
}
ssize_t pread64(int descriptor, void* into, size_t count, off64_t offset) {
  return pread(descriptor, into, count, offset);
}

ssize_t read(int descriptor, void* into, size_t count) {
  FileId id;
  if (!Disk::the().has(descriptor, id)) return real().read(descriptor, into, count);
  const off_t offset = position_of(descriptor, id, false);
  const ssize_t got = Disk::the().read(descriptor, id, static_cast<char*>(into), count, offset);
  if (got > 0) ::lseek(descriptor, offset + got, SEEK_SET);
  return got;
}

int ftruncate(int descriptor, off_t size) noexcept {
  FileId id;
  if (!Disk::the().keeps(descriptor, id)) return real().ftruncate(descriptor, size);
  Disk::the().resize(id, size);
  return 0;
}
int ftruncate64(int descriptor, off64_t size) noexcept {
  return ftruncate(descriptor, size);
}

int fstat(int descriptor, struct stat* found) noexcept {
  const int result = real().fstat(descriptor, found);
  FileId id;
  if (result == 0 && S_ISREG(found->st_mode) && Disk::the().has(descriptor, id)) {
    found->st_size = Disk::the().size(id);
  }
  return result;
}
int fstat64(int descriptor, struct stat64* found) noexcept {
  return fstat(descriptor, reinterpret_cast<struct stat*>(found));  // the same on 64 bits
}

int fsync(int descriptor) {
  return sync_with(descriptor, real().fsync);
}
int fdatasync(int descriptor) {
  return sync_with(descriptor, real().fdatasync);
}
// Starts writing out, and promises nothing.
int sync_file_range(int, off64_t, off64_t, unsigned) {
  return 0;
}

int open(const char* path, int flags, ...) {
  mode_t mode = 0;
  if ((flags & (O_CREAT | O_TMPFILE)) != 0) {
    va_list more;
    va_start(more, flags);
    mode = va_arg(more, mode_t);
    va_end(more);
  }
  const int descriptor = real().open(path, flags, mode);
  FileId id;
  if (descriptor >= 0 && (flags & O_TRUNC) != 0 && Disk::the().has(descriptor, id)) {
    Disk::the().forget(id);
  }
  return descriptor;
}
int open64(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  return open(path, flags, mode);
}

}  // extern "C"
