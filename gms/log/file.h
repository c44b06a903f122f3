// The few things that the log asks of a disk, so that tests and the simulator can be the disk.
//
// Errors are values and name the file. What was written is on disk only after sync() of the file
// returned without one; a new name, a rename or a removal only after sync() of the directory that
// holds it. After a failed sync nothing is known about any write since the last good one, and a
// later success proves nothing. Names are relative to the data directory: "log/000...1".
// Thread: one at a time per file; directories: any.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gms/check.h"

namespace groupy::gms::log {

enum class IoCode : std::uint8_t {
  not_found,
  exists,
  no_space,
  locked,      // another process has it
  refused,     // what is on disk may not be used: foreign, too new, unreadable, or not allowed
  unreadable,  // the disk does not give this place back; others it may
  failed,      // anything else the disk said
};

struct IoError {
  IoCode code = IoCode::failed;
  std::string what;  // one line: operation, file, reason
  bool operator==(const IoError&) const = default;
};

// Nothing: it was done.
using Failure = std::optional<IoError>;

// A value, or why there is none.
template <typename Value>
class [[nodiscard]] Result {
 public:
  Result(Value value) : value_(std::move(value)) {}
  Result(IoError error) : error_(std::move(error)) {}

  bool ok() const { return value_.has_value(); }
  Value& operator*() {
    GROUPY_CHECK(ok(), "the value of a failed result is used");
    return *value_;
  }
  Value* operator->() { return &**this; }
  const IoError& error() const { return error_; }

 private:
  std::optional<Value> value_;
  IoError error_;
};

class File {
 public:
  File() = default;
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  // Closes without looking at the result: only after close(), or where nothing was promised.
  virtual ~File() = default;

  // Fills `into` from `offset` on; tells how much there was, less than asked only at the end.
  virtual Result<std::size_t> read_at(std::uint64_t offset, std::span<char> into) const = 0;
  // All pieces, one behind the other, from `offset` on. After an error any part may be written.
  [[nodiscard]] virtual Failure write_at(std::uint64_t offset,
                                         std::span<const std::string_view> pieces) = 0;
  [[nodiscard]] virtual Failure sync() = 0;
  // Nothing is left behind `size`, and its space is free; on disk only after sync().
  [[nodiscard]] virtual Failure truncate(std::uint64_t size) = 0;
  virtual Result<std::uint64_t> size() const = 0;
  [[nodiscard]] virtual Failure close() = 0;
};

// Held until destroyed, or until the process ends.
class Lock {
 public:
  Lock() = default;
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;
  virtual ~Lock() = default;
};

// A data directory and what is in it. "" names the directory itself.
class Directory {
 public:
  Directory() = default;
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;
  virtual ~Directory() = default;

  virtual Result<std::unique_ptr<File>> open(const std::string& name) = 0;
  // An empty file; fails if there is something of that name.
  virtual Result<std::unique_ptr<File>> create(const std::string& name) = 0;
  // Replaces `to` if it is there; files that are open stay usable.
  [[nodiscard]] virtual Failure rename(const std::string& from, const std::string& to) = 0;
  [[nodiscard]] virtual Failure remove(const std::string& name) = 0;
  // No error if it is there already.
  [[nodiscard]] virtual Failure make_directory(const std::string& name) = 0;
  // Names in `directory`, without its own in front, sorted.
  virtual Result<std::vector<std::string>> list(const std::string& directory) = 0;
  [[nodiscard]] virtual Failure sync(const std::string& directory) = 0;
  // What an ordinary user may still write.
  virtual Result<std::uint64_t> free_bytes() = 0;
  // What the whole file system holds, used or not.
  virtual Result<std::uint64_t> total_bytes() = 0;
  // Code `locked` if another process holds it.
  virtual Result<std::unique_ptr<Lock>> lock(const std::string& name) = 0;
};

// As read_at(), but what the disk does not give is taken for damaged bytes: they are neither zeros
// nor part of anything that has a checksum.
Result<std::size_t> read_with_damage(const File& file, std::uint64_t offset, std::span<char> into);

// Into a block that cannot be read nothing is written in part: writes those of them anew that
// stand between the two, with what can be read and with damaged bytes.
[[nodiscard]] Failure rewrite_unreadable(File& file, std::uint64_t begin, std::uint64_t end);

// Everything that is in the file, if it is at most `size_max` long.
Result<std::string> read_whole(const File& file, std::uint64_t size_max);

}  // namespace groupy::gms::log
