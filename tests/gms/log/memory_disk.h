// A disk in memory that keeps only what it must.
//
// What was not synced may be lost, torn or landed, each sector of 512 bytes by itself; new names,
// renames and removals count only after their directory was synced. A sync that fails drops its
// pages and calls them clean: they read back fine until the power goes. Everything that happens is
// decided by the seed and the operations' order. Thread: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gms/log/file.h"

namespace groupy::gms::log {

enum class DiskFault : std::uint8_t {
  crash,      // the operation does not happen, nor does any later one
  half_done,  // a crash with the operation done in part
  error,      // the operation fails, and others go on; of a sync: see above
  no_space,   // as error, of whatever needs space
};

// The numbers of an open file, as long as the process lives that opened it.
struct Inode {
  std::string cached;                // what reads give
  std::string durable;               // what a power cut leaves for sure
  std::set<std::uint64_t> unsynced;  // sectors
  bool is_truncated = false;         // and not synced since
  std::set<std::uint64_t> bad;       // sectors that cannot be read, nor written in part
};

class MemoryDisk {
 public:
  static constexpr std::uint64_t kSectorBytes = 512;

  explicit MemoryDisk(std::uint64_t seed, std::uint64_t capacity_bytes = 1u << 30);

  // --- what can go wrong ---

  // The `ordinal`th operation that changes something, counted from now and 1, has this fault.
  void fail_at(std::uint64_t ordinal, DiskFault fault);
  bool is_failing() const { return fail_at_ != 0; }
  // Nothing is done any more until power_off() or kill().
  bool is_crashed() const { return is_crashed_; }
  // What was not synced is lost, or not.
  void power_off();
  // The process dies, the page cache stays.
  void kill();
  // Reads and later operations see the altered byte, a power cut does not mend it.
  void flip(const std::string& name, std::uint64_t offset, std::uint8_t bits);
  // The sector gives read errors until it is written as a whole.
  void make_unreadable(const std::string& name, std::uint64_t sector);
  void set_capacity(std::uint64_t bytes) { capacity_bytes_ = bytes; }

  // --- what is there ---

  std::uint64_t operations() const { return operations_; }
  std::uint64_t life() const { return life_; }
  std::uint64_t free_bytes() const;
  // By files that have a name.
  std::uint64_t used_bytes() const;
  std::uint64_t capacity_bytes() const { return capacity_bytes_; }
  std::string contents(const std::string& name) const;
  std::vector<std::string> names_in(const std::string& directory) const;

  // --- for memory_files ---

  using SharedInode = std::shared_ptr<Inode>;
  SharedInode find(const std::string& name) const;
  bool has_directory(const std::string& name) const { return directories_.contains(name); }
  Failure create(const std::string& name);
  Failure rename(const std::string& from, const std::string& to);
  Failure remove(const std::string& name);
  Failure make_directory(const std::string& name);
  Failure sync_directory(const std::string& name);
  Result<std::size_t> read(const Inode& inode, std::uint64_t offset, std::span<char> into) const;
  Failure write(Inode& inode, std::uint64_t offset, std::span<const std::string_view> pieces);
  Failure sync(Inode& inode);
  Failure truncate(Inode& inode, std::uint64_t size);
  Failure close();
  // False if it is held.
  bool take_lock(const std::string& name) { return locks_.insert(name).second; }
  void give_lock(const std::string& name) { locks_.erase(name); }

 private:
  // A name that came, went, or both.
  struct NameChange {
    std::string gone;
    std::string added;
    SharedInode inode;
  };

  // Counts an operation and tells what shall go wrong with it.
  std::optional<DiskFault> begin();
  std::uint64_t draw(std::uint64_t below);
  void change_name(NameChange change);
  void make_durable(const NameChange& change);
  static Failure write_bad(Inode& inode, std::uint64_t offset, std::uint64_t end);
  void land_some(Inode& inode);
  void land(Inode& inode, std::uint64_t sector, std::uint64_t bytes);
  void land_truncation(Inode& inode);
  void lose_names();

  std::mt19937_64 random_;
  std::uint64_t capacity_bytes_;
  std::map<std::string, SharedInode> names_;
  std::map<std::string, SharedInode> durable_names_;
  std::vector<NameChange> pending_;
  std::set<std::string> directories_;
  std::set<std::string> durable_directories_;
  std::set<std::string> locks_;
  std::uint64_t operations_ = 0;
  std::uint64_t fail_at_ = 0;
  DiskFault fault_ = DiskFault::crash;
  bool is_crashed_ = false;
  std::uint64_t life_ = 1;
};

}  // namespace groupy::gms::log
