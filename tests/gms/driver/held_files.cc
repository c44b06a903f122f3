#include "tests/gms/driver/held_files.h"

#include <utility>

namespace groupy::gms {

using log::Failure;
using log::File;
using log::IoCode;
using log::IoError;
using log::Lock;
using log::Result;

class HeldFile final : public File {
 public:
  HeldFile(HeldFiles& owner, std::shared_ptr<std::string> name, std::unique_ptr<File> file)
      : owner_(owner), name_(std::move(name)), file_(std::move(file)) {}

  Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const override {
    const std::lock_guard lock(owner_.mutex_);
    return file_->read_at(offset, into);
  }
  Failure write_at(std::uint64_t offset, std::span<const std::string_view> pieces) override {
    const std::lock_guard lock(owner_.mutex_);
    return file_->write_at(offset, pieces);
  }
  Failure sync() override { return owner_.sync_file(*name_, *file_); }
  Failure truncate(std::uint64_t size) override {
    const std::lock_guard lock(owner_.mutex_);
    return file_->truncate(size);
  }
  Result<std::uint64_t> size() const override {
    const std::lock_guard lock(owner_.mutex_);
    return file_->size();
  }
  Failure close() override {
    const std::lock_guard lock(owner_.mutex_);
    return file_->close();
  }

 private:
  HeldFiles& owner_;
  const std::shared_ptr<std::string> name_;
  const std::unique_ptr<File> file_;
};

void HeldFiles::hold_syncs_of(const std::string& start) {
  const std::lock_guard lock(mutex_);
  held_ = start;
}

void HeldFiles::await_held() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return waiting_ > 0; });
}

void HeldFiles::let_go() {
  {
    const std::lock_guard lock(mutex_);
    held_.clear();
  }
  changed_.notify_all();
}

void HeldFiles::fail_syncs_of(const std::string& start) {
  const std::lock_guard lock(mutex_);
  failing_ = start;
}

std::uint64_t HeldFiles::syncs_of(const std::string& start) const {
  const std::lock_guard lock(mutex_);
  return count_of(start);
}

void HeldFiles::await_syncs_of(const std::string& start, std::uint64_t count) {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return count_of(start) >= count; });
}

std::uint64_t HeldFiles::count_of(const std::string& start) const {
  std::uint64_t count = 0;
  for (const auto& [name, syncs] : syncs_) {
    if (name.starts_with(start)) count += syncs;
  }
  return count;
}

std::unique_ptr<File> HeldFiles::held(const std::string& name, std::unique_ptr<File> file) {
  auto shared = std::make_shared<std::string>(name);
  names_[name] = shared;
  return std::make_unique<HeldFile>(*this, std::move(shared), std::move(file));
}

Failure HeldFiles::sync_file(const std::string& name, File& file) {
  std::unique_lock lock(mutex_);
  const auto is_held = [&] { return !held_.empty() && name.starts_with(held_); };
  if (is_held()) {
    ++waiting_;
    changed_.notify_all();
    changed_.wait(lock, [&] { return !is_held(); });
    --waiting_;
  }
  ++syncs_[name];
  changed_.notify_all();
  if (!failing_.empty() && name.starts_with(failing_)) {
    return IoError{IoCode::failed, "sync " + name + ": Input/output error"};
  }
  return file.sync();
}

Result<std::unique_ptr<File>> HeldFiles::open(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto file = files_.open(name);
  if (!file.ok()) return file.error();
  return held(name, std::move(*file));
}

Result<std::unique_ptr<File>> HeldFiles::create(const std::string& name) {
  const std::lock_guard lock(mutex_);
  auto file = files_.create(name);
  if (!file.ok()) return file.error();
  return held(name, std::move(*file));
}

Failure HeldFiles::rename(const std::string& from, const std::string& to) {
  const std::lock_guard lock(mutex_);
  if (Failure failed = files_.rename(from, to)) return failed;
  const auto at = names_.find(from);
  if (at == names_.end()) return std::nullopt;
  const SharedName name = at->second;
  names_.erase(at);
  *name = to;
  names_[to] = name;
  return std::nullopt;
}

Failure HeldFiles::remove(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return files_.remove(name);
}

Failure HeldFiles::make_directory(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return files_.make_directory(name);
}

Result<std::vector<std::string>> HeldFiles::list(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  return files_.list(directory);
}

Failure HeldFiles::sync(const std::string& directory) {
  const std::lock_guard lock(mutex_);
  return files_.sync(directory);
}

Result<std::uint64_t> HeldFiles::free_bytes() {
  const std::lock_guard lock(mutex_);
  return files_.free_bytes();
}

Result<std::uint64_t> HeldFiles::total_bytes() {
  const std::lock_guard lock(mutex_);
  return files_.total_bytes();
}

Result<std::unique_ptr<Lock>> HeldFiles::lock(const std::string& name) {
  const std::lock_guard lock(mutex_);
  return files_.lock(name);
}

}  // namespace groupy::gms
