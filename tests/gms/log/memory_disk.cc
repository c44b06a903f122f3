#include "tests/gms/log/memory_disk.h"

#include <algorithm>
#include <utility>

namespace groupy::gms::log {

namespace {

std::string directory_of(const std::string& name) {
  const std::size_t slash = name.rfind('/');
  return slash == std::string::npos ? std::string() : name.substr(0, slash);
}

Failure failure(DiskFault fault, const std::string& what) {
  switch (fault) {
    case DiskFault::crash:
    case DiskFault::half_done:
      return IoError{IoCode::failed, what + ": the machine is down"};
    case DiskFault::no_space:
      return IoError{IoCode::no_space, what + ": No space left on device"};
    case DiskFault::error:
      break;
  }
  return IoError{IoCode::failed, what + ": Input/output error"};
}

}  // namespace

MemoryDisk::MemoryDisk(std::uint64_t seed, std::uint64_t capacity_bytes)
    : random_(seed), capacity_bytes_(capacity_bytes) {}

std::uint64_t MemoryDisk::draw(std::uint64_t below) {
  return random_() % below;
}

void MemoryDisk::fail_at(std::uint64_t ordinal, DiskFault fault) {
  fail_at_ = operations_ + ordinal;
  fault_ = fault;
}

std::optional<DiskFault> MemoryDisk::begin() {
  if (is_crashed_) return DiskFault::crash;
  if (++operations_ != fail_at_) return std::nullopt;
  fail_at_ = 0;
  is_crashed_ = fault_ == DiskFault::crash || fault_ == DiskFault::half_done;
  return fault_;
}

MemoryDisk::SharedInode MemoryDisk::find(const std::string& name) const {
  const auto at = names_.find(name);
  return at == names_.end() ? nullptr : at->second;
}

std::string MemoryDisk::contents(const std::string& name) const {
  const SharedInode inode = find(name);
  return inode ? inode->cached : std::string();
}

std::vector<std::string> MemoryDisk::names_in(const std::string& directory) const {
  std::vector<std::string> found;
  for (const auto& [name, inode] : names_) {
    if (directory_of(name) != directory) continue;
    found.push_back(directory.empty() ? name : name.substr(directory.size() + 1));
  }
  if (directory.empty()) found.insert(found.end(), directories_.begin(), directories_.end());
  std::ranges::sort(found);
  return found;
}

std::uint64_t MemoryDisk::used_bytes() const {
  std::uint64_t bytes = 0;
  for (const auto& [name, inode] : names_) bytes += inode->cached.size();
  return bytes;
}

std::uint64_t MemoryDisk::free_bytes() const {
  const std::uint64_t used = used_bytes();
  return used >= capacity_bytes_ ? 0 : capacity_bytes_ - used;
}

void MemoryDisk::flip(const std::string& name, std::uint64_t offset, std::uint8_t bits) {
  const SharedInode inode = find(name);
  for (std::string* bytes : {&inode->cached, &inode->durable}) {
    if (offset < bytes->size()) {
      char& byte = (*bytes)[static_cast<std::size_t>(offset)];
      byte = static_cast<char>(static_cast<std::uint8_t>(byte) ^ bits);
    }
  }
}

void MemoryDisk::make_unreadable(const std::string& name, std::uint64_t sector) {
  find(name)->bad.insert(sector);
}

// --- names ---

void MemoryDisk::change_name(NameChange change) {
  if (!change.gone.empty()) names_.erase(change.gone);
  if (!change.added.empty()) names_[change.added] = change.inode;
  pending_.push_back(std::move(change));
}

void MemoryDisk::make_durable(const NameChange& change) {
  if (!change.gone.empty()) durable_names_.erase(change.gone);
  if (!change.added.empty()) durable_names_[change.added] = change.inode;
}

Failure MemoryDisk::create(const std::string& name) {
  if (const auto fault = begin()) return failure(*fault, "create " + name);
  change_name({{}, name, std::make_shared<Inode>()});
  return std::nullopt;
}

Failure MemoryDisk::rename(const std::string& from, const std::string& to) {
  const auto fault = begin();
  if (fault && *fault != DiskFault::half_done) return failure(*fault, "rename " + from);
  change_name({from, to, find(from)});
  return fault ? failure(*fault, "rename " + from) : std::nullopt;
}

Failure MemoryDisk::remove(const std::string& name) {
  if (const auto fault = begin()) return failure(*fault, "remove " + name);
  change_name({name, {}, nullptr});
  return std::nullopt;
}

Failure MemoryDisk::make_directory(const std::string& name) {
  if (directories_.contains(name)) return std::nullopt;
  if (const auto fault = begin()) return failure(*fault, "make directory " + name);
  directories_.insert(name);
  return std::nullopt;
}

Failure MemoryDisk::sync_directory(const std::string& name) {
  if (const auto fault = begin()) return failure(*fault, "sync " + name);
  if (name.empty()) durable_directories_ = directories_;
  std::vector<NameChange> rest;
  for (NameChange& change : pending_) {
    const bool is_here = (!change.added.empty() && directory_of(change.added) == name) ||
                         (!change.gone.empty() && directory_of(change.gone) == name);
    if (!is_here) {
      rest.push_back(std::move(change));
      continue;
    }
    make_durable(change);
    // What came under the old name has moved on.
    if (!change.gone.empty()) {
      std::erase_if(rest, [&](const NameChange& each) { return each.added == change.gone; });
    }
  }
  pending_ = std::move(rest);
  return std::nullopt;
}

// Of the changes that no sync covered, the first few count.
void MemoryDisk::lose_names() {
  const std::uint64_t kept = draw(pending_.size() + 1);
  for (std::uint64_t i = 0; i < kept; ++i) make_durable(pending_[static_cast<std::size_t>(i)]);
  pending_.clear();
  for (const std::string& directory : directories_) {
    if (draw(2) == 0) durable_directories_.insert(directory);
  }
  directories_ = durable_directories_;
  std::erase_if(durable_names_, [this](const auto& named) {
    const std::string directory = directory_of(named.first);
    return !directory.empty() && !directories_.contains(directory);
  });
  names_ = durable_names_;
}

// --- contents ---

Result<std::size_t> MemoryDisk::read(const Inode& inode, std::uint64_t offset,
                                     std::span<char> into) const {
  if (offset >= inode.cached.size()) return std::size_t{0};
  const auto first = static_cast<std::size_t>(offset);
  const std::size_t size = std::min(into.size(), inode.cached.size() - first);
  const auto bad = inode.bad.lower_bound(offset / kSectorBytes);
  if (bad != inode.bad.end() && *bad * kSectorBytes < offset + size) {
    return IoError{IoCode::unreadable, "read: Input/output error"};
  }
  std::copy_n(inode.cached.begin() + static_cast<std::ptrdiff_t>(first), size, into.begin());
  return size;
}

// A sector that is written in part has to be read first, as the page cache does.
Failure MemoryDisk::write_bad(Inode& inode, std::uint64_t offset, std::uint64_t end) {
  const std::uint64_t size = std::max(end, std::uint64_t{inode.cached.size()});
  for (std::uint64_t at = offset / kSectorBytes; at * kSectorBytes < end; ++at) {
    if (!inode.bad.contains(at)) continue;
    const bool is_whole =
        offset <= at * kSectorBytes && end >= std::min((at + 1) * kSectorBytes, size);
    if (!is_whole) return IoError{IoCode::unreadable, "write: Input/output error"};
    inode.bad.erase(at);
  }
  return std::nullopt;
}

Failure MemoryDisk::write(Inode& inode, std::uint64_t offset,
                          std::span<const std::string_view> pieces) {
  const auto fault = begin();
  if (fault == DiskFault::crash) return failure(*fault, "write");
  std::string bytes;
  for (const std::string_view piece : pieces) bytes += piece;
  const bool fits = std::max(offset + bytes.size(), std::uint64_t{inode.cached.size()}) <=
                    inode.cached.size() + free_bytes();
  if (fault) bytes.resize(static_cast<std::size_t>(draw(bytes.size() + 1)));
  if (!fits) bytes.clear();
  if (!bytes.empty()) {
    const std::uint64_t end = offset + bytes.size();
    if (Failure failed = write_bad(inode, offset, end)) return failed;
    if (inode.cached.size() < end) inode.cached.resize(static_cast<std::size_t>(end), '\0');
    std::ranges::copy(bytes, inode.cached.begin() + static_cast<std::ptrdiff_t>(offset));
    for (std::uint64_t at = offset / kSectorBytes; at * kSectorBytes < end; ++at) {
      inode.unsynced.insert(at);
    }
  }
  if (fault) return failure(*fault, "write");
  return fits ? std::nullopt : failure(DiskFault::no_space, "write");
}

// The first `bytes` of what the sector holds reach the disk.
void MemoryDisk::land(Inode& inode, std::uint64_t sector, std::uint64_t bytes) {
  const std::uint64_t from = sector * kSectorBytes;
  const std::uint64_t to = std::min<std::uint64_t>(from + bytes, inode.cached.size());
  if (to <= from) return;
  if (inode.durable.size() < to) inode.durable.resize(static_cast<std::size_t>(to), '\0');
  const auto first = static_cast<std::size_t>(from);
  const auto size = static_cast<std::size_t>(to - from);
  inode.durable.replace(first, size, inode.cached, first, size);
}

void MemoryDisk::land_truncation(Inode& inode) {
  if (!std::exchange(inode.is_truncated, false)) return;
  if (inode.durable.size() > inode.cached.size()) inode.durable.resize(inode.cached.size());
}

void MemoryDisk::land_some(Inode& inode) {
  if (inode.is_truncated && draw(2) == 0) land_truncation(inode);
  inode.is_truncated = false;
  for (const std::uint64_t sector : inode.unsynced) {
    switch (draw(4)) {
      case 0:
        break;
      case 1:
        land(inode, sector, draw(kSectorBytes + 1));
        break;
      default:
        land(inode, sector, kSectorBytes);
    }
  }
  inode.unsynced.clear();
}

Failure MemoryDisk::sync(Inode& inode) {
  const auto fault = begin();
  if (fault == DiskFault::crash) return failure(*fault, "sync");
  if (fault == DiskFault::half_done) {
    for (const std::uint64_t sector : inode.unsynced) {
      if (draw(2) == 0) land(inode, sector, kSectorBytes);
    }
    return failure(*fault, "sync");
  }
  if (fault) {
    land_some(inode);
    return failure(*fault, "sync");
  }
  land_truncation(inode);
  for (const std::uint64_t sector : inode.unsynced) land(inode, sector, kSectorBytes);
  inode.unsynced.clear();
  return std::nullopt;
}

Failure MemoryDisk::truncate(Inode& inode, std::uint64_t size) {
  const auto fault = begin();
  if (fault && *fault != DiskFault::half_done) return failure(*fault, "truncate");
  if (size < inode.cached.size()) {
    inode.cached.resize(static_cast<std::size_t>(size));
    inode.unsynced.erase(inode.unsynced.lower_bound((size + kSectorBytes - 1) / kSectorBytes),
                         inode.unsynced.end());
    inode.is_truncated = true;
  }
  return fault ? failure(*fault, "truncate") : std::nullopt;
}

Failure MemoryDisk::close() {
  if (const auto fault = begin()) return failure(*fault, "close");
  return std::nullopt;
}

// --- ends ---

void MemoryDisk::power_off() {
  std::set<SharedInode> inodes;
  for (const auto& [name, inode] : names_) inodes.insert(inode);
  for (const auto& [name, inode] : durable_names_) inodes.insert(inode);
  for (const NameChange& change : pending_) {
    if (change.inode) inodes.insert(change.inode);
  }
  lose_names();
  for (const SharedInode& inode : inodes) {
    land_some(*inode);
    inode->cached = inode->durable;
  }
  kill();
}

void MemoryDisk::kill() {
  ++life_;
  locks_.clear();
  is_crashed_ = false;
  fail_at_ = 0;
}

}  // namespace groupy::gms::log
