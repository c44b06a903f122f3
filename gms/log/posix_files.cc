#include "gms/log/posix_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <system_error>

namespace groupy::gms::log {

namespace {

constexpr std::size_t kPiecesPerCall = 512;  // below IOV_MAX

IoCode code_of(int error) {
  switch (error) {
    case ENOENT:
      return IoCode::not_found;
    case EEXIST:
      return IoCode::exists;
    case ENOSPC:
    case EDQUOT:
      return IoCode::no_space;
    case EWOULDBLOCK:
      return IoCode::locked;
    case EIO:
      return IoCode::unreadable;
    case EACCES:
    case EPERM:
    case ENOTDIR:
      return IoCode::refused;
    default:
      return IoCode::failed;
  }
}

IoError error_of(const char* operation, const std::string& path, int error) {
  return {code_of(error),
          std::string(operation) + " " + path + ": " + std::generic_category().message(error)};
}

// Repeats a call that a signal interrupted.
template <typename Call>
auto uninterrupted(Call call) {
  for (;;) {
    const auto result = call();
    if (result >= 0 || errno != EINTR) return result;
  }
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }
  // Linux gives the number free even when close() fails or is interrupted: never twice.
  int close() {
    const int number = number_;
    number_ = -1;
    if (number < 0) return 0;
    return ::close(number) == 0 || errno == EINTR ? 0 : errno;
  }

 private:
  int number_;
};

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = uninterrupted([&] {
        return ::pread(descriptor_.number(), into.data() + done, into.size() - done,
                       static_cast<off_t>(offset + done));
      });
      if (got < 0) return failure_of("read", errno);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

  Failure write_at(std::uint64_t offset, std::span<const std::string_view> pieces) override {
    while (!pieces.empty()) {
      const auto count = std::min(pieces.size(), kPiecesPerCall);
      if (Failure failed = write_some(offset, pieces.first(count))) return failed;
      for (const std::string_view piece : pieces.first(count)) offset += piece.size();
      pieces = pieces.subspan(count);
    }
    return std::nullopt;
  }

  Failure sync() override {
    if (uninterrupted([&] { return ::fdatasync(descriptor_.number()); }) == 0) return std::nullopt;
    return failure_of("sync", errno);
  }

  Failure truncate(std::uint64_t size) override {
    const auto end = static_cast<off_t>(size);
    if (uninterrupted([&] { return ::ftruncate(descriptor_.number(), end); }) == 0) {
      return std::nullopt;
    }
    return failure_of("truncate", errno);
  }

  Result<std::uint64_t> size() const override {
    struct stat found {};
    if (::fstat(descriptor_.number(), &found) != 0) return failure_of("stat", errno);
    return static_cast<std::uint64_t>(found.st_size);
  }

  Failure close() override {
    if (const int error = descriptor_.close()) return error_of("close", path_, error);
    return std::nullopt;
  }

 private:
  // At most kPiecesPerCall of them; goes on where a short write stopped.
  Failure write_some(std::uint64_t offset, std::span<const std::string_view> pieces) {
    std::array<iovec, kPiecesPerCall> vectors;
    std::ranges::transform(pieces, vectors.begin(), [](std::string_view piece) {
      return iovec{const_cast<char*>(piece.data()), piece.size()};
    });
    std::span<iovec> left(vectors.data(), pieces.size());
    for (;;) {
      while (!left.empty() && left.front().iov_len == 0) left = left.subspan(1);
      if (left.empty()) return std::nullopt;
      const ssize_t put = uninterrupted([&] {
        return ::pwritev(descriptor_.number(), left.data(), static_cast<int>(left.size()),
                         static_cast<off_t>(offset));
      });
      if (put < 0) return failure_of("write", errno);
      if (put == 0) return IoError{IoCode::failed, "write " + path_ + ": nothing was written"};
      offset += static_cast<std::uint64_t>(put);
      skip(left, static_cast<std::size_t>(put));
    }
  }

  static void skip(std::span<iovec>& left, std::size_t bytes) {
    while (!left.empty() && bytes >= left.front().iov_len) {
      bytes -= left.front().iov_len;
      left = left.subspan(1);
    }
    if (left.empty()) return;
    left.front().iov_base = static_cast<char*>(left.front().iov_base) + bytes;
    left.front().iov_len -= bytes;
  }

  // With the name that the file has now: segments are renamed after they were opened.
  IoError failure_of(const char* operation, int error) const {
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor_.number());
    std::error_code unknown;
    const std::string name = std::filesystem::read_symlink(link, unknown).string();
    return error_of(operation, unknown ? path_ : name, error);
  }

  Descriptor descriptor_;
  const std::string path_;  // when it was opened
};

class PosixLock final : public Lock {
 public:
  explicit PosixLock(int descriptor) : descriptor_(descriptor) {}

 private:
  Descriptor descriptor_;
};

class PosixDirectory : public Directory {
 public:
  explicit PosixDirectory(std::string path) : path_(std::move(path)) {}

  Result<std::unique_ptr<File>> open(const std::string& name) override {
    return open_file("open", name, O_RDWR);
  }
  Result<std::unique_ptr<File>> create(const std::string& name) override {
    return open_file("create", name, O_RDWR | O_CREAT | O_EXCL);
  }

  Failure rename(const std::string& from, const std::string& to) override {
    if (::rename(path_of(from).c_str(), path_of(to).c_str()) == 0) return std::nullopt;
    return error_of("rename", path_of(from) + " to " + path_of(to), errno);
  }
  Failure remove(const std::string& name) override {
    if (::unlink(path_of(name).c_str()) == 0) return std::nullopt;
    return error_of("remove", path_of(name), errno);
  }
  Failure make_directory(const std::string& name) override {
    if (::mkdir(path_of(name).c_str(), 0700) == 0 || errno == EEXIST) return std::nullopt;
    return error_of("make directory", path_of(name), errno);
  }

  Result<std::vector<std::string>> list(const std::string& directory) override {
    const std::string path = path_of(directory);
    const std::unique_ptr<DIR, int (*)(DIR*)> open(::opendir(path.c_str()), &::closedir);
    if (!open) return error_of("list", path, errno);
    std::vector<std::string> names;
    for (;;) {
      errno = 0;
      const dirent* entry = ::readdir(open.get());
      if (entry == nullptr) break;
      const std::string name = entry->d_name;
      if (name != "." && name != "..") names.push_back(name);
    }
    if (errno != 0) return error_of("list", path, errno);
    std::ranges::sort(names);
    return names;
  }

  Failure sync(const std::string& directory) override {
    const std::string path = path_of(directory);
    const Descriptor open(
        uninterrupted([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
    if (open.number() < 0) return error_of("open", path, errno);
    if (uninterrupted([&] { return ::fsync(open.number()); }) == 0) return std::nullopt;
    return error_of("sync", path, errno);
  }

  Result<std::uint64_t> free_bytes() override {
    struct statvfs found {};
    if (::statvfs(path_.c_str(), &found) != 0) return error_of("statvfs", path_, errno);
    return std::uint64_t{found.f_bavail} * found.f_frsize;
  }
  Result<std::uint64_t> total_bytes() override {
    struct statvfs found {};
    if (::statvfs(path_.c_str(), &found) != 0) return error_of("statvfs", path_, errno);
    return std::uint64_t{found.f_blocks} * found.f_frsize;
  }

  Result<std::unique_ptr<Lock>> lock(const std::string& name) override {
    const std::string path = path_of(name);
    const int descriptor =
        uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600); });
    if (descriptor < 0) return error_of("open", path, errno);
    auto held = std::make_unique<PosixLock>(descriptor);
    if (uninterrupted([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) != 0) {
      return error_of("lock", path, errno);
    }
    return std::unique_ptr<Lock>(std::move(held));
  }

 protected:
  std::string path_of(const std::string& name) const {
    return name.empty() ? path_ : path_ + "/" + name;
  }

  Result<std::unique_ptr<File>> open_file(const char* operation, const std::string& name,
                                          int flags) {
    const std::string path = path_of(name);
    const int descriptor =
        uninterrupted([&] { return ::open(path.c_str(), flags | O_CLOEXEC, 0600); });
    if (descriptor < 0) return error_of(operation, path, errno);
    return std::unique_ptr<File>(std::make_unique<PosixFile>(descriptor, path));
  }

 private:
  const std::string path_;
};

// Its files are opened so that the system itself refuses to write them.
class ReadOnlyDirectory final : public PosixDirectory {
 public:
  using PosixDirectory::PosixDirectory;

  Result<std::unique_ptr<File>> open(const std::string& name) override {
    return open_file("open", name, O_RDONLY);
  }
  Result<std::unique_ptr<File>> create(const std::string& name) override { return refused(name); }
  Failure rename(const std::string& from, const std::string&) override { return refused(from); }
  Failure remove(const std::string& name) override { return refused(name); }
  Failure make_directory(const std::string& name) override { return refused(name); }
  Failure sync(const std::string& name) override { return refused(name); }
  Result<std::unique_ptr<Lock>> lock(const std::string& name) override { return refused(name); }

 private:
  IoError refused(const std::string& name) const {
    return {IoCode::refused, path_of(name) + ": opened only to be read"};
  }
};

Failure check_is_directory(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) != 0) return error_of("stat", path, errno);
  if (!S_ISDIR(found.st_mode)) return error_of("open", path, ENOTDIR);
  return std::nullopt;
}

Failure sync_parent_of(const std::filesystem::path& path) {
  return PosixDirectory(path.parent_path().string()).sync("");
}

// Each level is on disk in the one above before the next is made. So if the last start ended in
// between, only the name of the lowest one that is there may be missing on disk.
Failure make_levels(const std::filesystem::path& path) {
  std::error_code unknown;
  if (std::filesystem::exists(path, unknown)) {
    Failure failed = sync_parent_of(path);
    // Who may not read what holds it did not make it either.
    return failed && failed->code != IoCode::refused ? failed : std::nullopt;
  }
  if (Failure failed = make_levels(path.parent_path())) return failed;
  if (::mkdir(path.c_str(), 0700) != 0 && errno != EEXIST) {
    return error_of("make directory", path.string(), errno);
  }
  return sync_parent_of(path);
}

}  // namespace

Result<std::unique_ptr<Directory>> open_posix_directory(const std::string& path) {
  std::filesystem::path levels = std::filesystem::absolute(path).lexically_normal();
  if (!levels.has_filename()) levels = levels.parent_path();  // it ended with a slash
  if (Failure failed = make_levels(levels)) return *failed;
  if (Failure failed = check_is_directory(path)) return *failed;
  return std::unique_ptr<Directory>(std::make_unique<PosixDirectory>(path));
}

Result<std::unique_ptr<Directory>> open_posix_directory_to_read(const std::string& path) {
  if (Failure failed = check_is_directory(path)) return *failed;
  return std::unique_ptr<Directory>(std::make_unique<ReadOnlyDirectory>(path));
}

}  // namespace groupy::gms::log
