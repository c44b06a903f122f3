// A disk in a test's hands: its syncs wait to be let go, are counted, and may fail.
//
// Passes everything on to another directory, one call at a time, so that a log thread and its
// helper can share a MemoryDisk. Names are those that files have now: a segment that was built in
// tmp/ counts as log/. Thread: any.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "gms/log/file.h"

namespace groupy::gms {

class HeldFiles final : public log::Directory {
 public:
  explicit HeldFiles(log::Directory& files) : files_(files) {}

  // From now on, files whose names start like this do not get through their syncs.
  void hold_syncs_of(const std::string& start);
  // Returns when one waits.
  void await_held();
  void let_go();
  void fail_syncs_of(const std::string& start);
  std::uint64_t syncs_of(const std::string& start) const;
  // Returns when there were so many.
  void await_syncs_of(const std::string& start, std::uint64_t count);

  log::Result<std::unique_ptr<log::File>> open(const std::string& name) override;
  log::Result<std::unique_ptr<log::File>> create(const std::string& name) override;
  log::Failure rename(const std::string& from, const std::string& to) override;
  log::Failure remove(const std::string& name) override;
  log::Failure make_directory(const std::string& name) override;
  log::Result<std::vector<std::string>> list(const std::string& directory) override;
  log::Failure sync(const std::string& directory) override;
  log::Result<std::uint64_t> free_bytes() override;
  log::Result<std::uint64_t> total_bytes() override;
  log::Result<std::unique_ptr<log::Lock>> lock(const std::string& name) override;

 private:
  friend class HeldFile;
  using SharedName = std::shared_ptr<std::string>;

  std::unique_ptr<log::File> held(const std::string& name, std::unique_ptr<log::File> file);
  std::uint64_t count_of(const std::string& start) const;
  log::Failure sync_file(const std::string& name, log::File& file);

  log::Directory& files_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, SharedName> names_;  // of the newest file that was opened under each
  std::map<std::string, std::uint64_t> syncs_;
  std::string held_;
  std::string failing_;
  int waiting_ = 0;
};

}  // namespace groupy::gms
