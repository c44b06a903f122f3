#include "tests/gms/log/memory_files.h"

#include <algorithm>
#include <utility>

namespace groupy::gms::log {

namespace {

Failure dead_in(const MemoryDisk& disk, std::uint64_t life) {
  if (disk.life() == life && !disk.is_crashed()) return std::nullopt;
  return IoError{IoCode::failed, "the process that opened this is gone"};
}

class MemoryFile final : public File {
 public:
  MemoryFile(MemoryDisk& disk, MemoryDisk::SharedInode inode)
      : disk_(disk), life_(disk.life()), inode_(std::move(inode)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    if (Failure dead = dead_in(disk_, life_)) return *dead;
    return disk_.read(*inode_, offset, into);
  }
  Failure write_at(std::uint64_t offset, std::span<const std::string_view> pieces) override {
    if (Failure dead = dead_in(disk_, life_)) return dead;
    return disk_.write(*inode_, offset, pieces);
  }
  Failure sync() override {
    if (Failure dead = dead_in(disk_, life_)) return dead;
    return disk_.sync(*inode_);
  }
  Failure truncate(std::uint64_t size) override {
    if (Failure dead = dead_in(disk_, life_)) return dead;
    return disk_.truncate(*inode_, size);
  }
  Result<std::uint64_t> size() const override {
    if (Failure dead = dead_in(disk_, life_)) return *dead;
    return std::uint64_t{inode_->cached.size()};
  }
  Failure close() override {
    if (Failure dead = dead_in(disk_, life_)) return dead;
    return disk_.close();
  }

 private:
  MemoryDisk& disk_;
  const std::uint64_t life_;
  const MemoryDisk::SharedInode inode_;
};

class MemoryLock final : public Lock {
 public:
  MemoryLock(MemoryDisk& disk, std::string name)
      : disk_(disk), life_(disk.life()), name_(std::move(name)) {}
  ~MemoryLock() override {
    if (disk_.life() == life_) disk_.give_lock(name_);
  }

 private:
  MemoryDisk& disk_;
  const std::uint64_t life_;
  const std::string name_;
};

}  // namespace

Failure MemoryDirectory::is_dead() const {
  return dead_in(disk_, life_);
}

Result<std::unique_ptr<File>> MemoryDirectory::open(const std::string& name) {
  if (Failure dead = is_dead()) return *dead;
  auto inode = disk_.find(name);
  if (!inode) return IoError{IoCode::not_found, "open " + name + ": No such file or directory"};
  return std::unique_ptr<File>(std::make_unique<MemoryFile>(disk_, std::move(inode)));
}

Result<std::unique_ptr<File>> MemoryDirectory::create(const std::string& name) {
  if (Failure dead = is_dead()) return *dead;
  if (disk_.find(name)) return IoError{IoCode::exists, "create " + name + ": File exists"};
  if (Failure failed = disk_.create(name)) return *failed;
  return open(name);
}

Failure MemoryDirectory::rename(const std::string& from, const std::string& to) {
  if (Failure dead = is_dead()) return dead;
  if (!disk_.find(from)) return IoError{IoCode::not_found, "rename " + from + ": not there"};
  return disk_.rename(from, to);
}

Failure MemoryDirectory::remove(const std::string& name) {
  if (Failure dead = is_dead()) return dead;
  if (!disk_.find(name)) return IoError{IoCode::not_found, "remove " + name + ": not there"};
  return disk_.remove(name);
}

Failure MemoryDirectory::make_directory(const std::string& name) {
  if (Failure dead = is_dead()) return dead;
  return disk_.make_directory(name);
}

Result<std::vector<std::string>> MemoryDirectory::list(const std::string& directory) {
  if (Failure dead = is_dead()) return *dead;
  if (!directory.empty() && !disk_.has_directory(directory)) {
    return IoError{IoCode::not_found, "list " + directory + ": No such file or directory"};
  }
  return disk_.names_in(directory);
}

Failure MemoryDirectory::sync(const std::string& directory) {
  if (Failure dead = is_dead()) return dead;
  return disk_.sync_directory(directory);
}

Result<std::uint64_t> MemoryDirectory::free_bytes() {
  if (Failure dead = is_dead()) return *dead;
  return disk_.free_bytes();
}

Result<std::uint64_t> MemoryDirectory::total_bytes() {
  if (Failure dead = is_dead()) return *dead;
  return disk_.capacity_bytes();
}

Result<std::unique_ptr<Lock>> MemoryDirectory::lock(const std::string& name) {
  if (Failure dead = is_dead()) return *dead;
  if (!disk_.take_lock(name)) return IoError{IoCode::locked, "lock " + name + ": held"};
  return std::unique_ptr<Lock>(std::make_unique<MemoryLock>(disk_, name));
}

}  // namespace groupy::gms::log
