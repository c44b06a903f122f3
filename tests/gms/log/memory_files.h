// The log's view of a MemoryDisk: files and directories of one life of a process.
//
// What was opened before MemoryDisk::kill() or power_off() gives errors afterwards, as a dead
// process's descriptors would. Thread: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gms/log/file.h"
#include "tests/gms/log/memory_disk.h"

namespace groupy::gms::log {

class MemoryDirectory final : public Directory {
 public:
  explicit MemoryDirectory(MemoryDisk& disk) : disk_(disk), life_(disk.life()) {}

  Result<std::unique_ptr<File>> open(const std::string& name) override;
  Result<std::unique_ptr<File>> create(const std::string& name) override;
  Failure rename(const std::string& from, const std::string& to) override;
  Failure remove(const std::string& name) override;
  Failure make_directory(const std::string& name) override;
  Result<std::vector<std::string>> list(const std::string& directory) override;
  Failure sync(const std::string& directory) override;
  Result<std::uint64_t> free_bytes() override;
  Result<std::uint64_t> total_bytes() override;
  Result<std::unique_ptr<Lock>> lock(const std::string& name) override;

 private:
  Failure is_dead() const;

  MemoryDisk& disk_;
  const std::uint64_t life_;
};

}  // namespace groupy::gms::log
