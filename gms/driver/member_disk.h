// What a member must not forget, on its disk: whose directory it is, the promise, the log.
//
// open() takes the directory for this process, counts the start, and recovers the log; then the
// application opens its database in there, and recover() says with what the member starts. From
// then on the log thread is the only one that uses this. All errors are final, and one line each.
// Thread: one at a time; it has none of its own, but for the preparer's once that is started.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "gms/driver/preparer_thread.h"
#include "gms/log/ballot_file.h"
#include "gms/log/data_directory.h"
#include "gms/log/log.h"
#include "gms/record_format.h"
#include "gms/recovered.h"

namespace groupy::gms {

struct MemberDiskOptions {
  NodeId node;
  DirectoryId fresh;  // random: becomes the directory's id if it is new
  std::uint64_t segment_bytes = 64u << 20;
  // With less free space there is none for new writes. Nothing: a tenth of the file system, between
  // kReserveMin and kReserveMax.
  std::optional<std::uint64_t> reserve_bytes;
};

constexpr std::uint64_t kReserveMax = 1u << 30;
// What the application may write at once, and a segment. With less a member would end, and not
// only take nothing new.
constexpr std::uint64_t kReserveMin = 256u << 20;
// Of payload, that is read at once while recovering.
constexpr std::size_t kRecoveredBytesAtOnce = 1u << 20;

// How much of the log the application has on disk.
struct AppliedState {
  Sequence sequence;
  std::vector<Origin> origins;  // highest delivered of each directory
};

class MemberDisk {
 public:
  // `files` must outlive this. Code `locked` if another process has the directory.
  static log::Result<std::unique_ptr<MemberDisk>> open(log::Directory& files,
                                                       const MemberDiskOptions& options);

  const log::Identity& identity() const { return directory_->identity(); }

  // Call once, before anything is written. Damaged records are told as such: other members have
  // them. If the very one that the application stands at does not know who it is, or if the
  // operator accepts it, the log is taken back to before the damage instead, and this is told as a
  // loss.
  log::Result<Recovered> recover(const AppliedState& applied, const RecordFormat& format,
                                 bool accepts_loss = false);

  log::DataDirectory& directory() { return *directory_; }
  log::BallotFile& ballot() { return *ballot_; }
  log::Log& log() { return *log_; }
  PreparerThread& preparer() { return preparer_; }

  // Why there is no space for new writes; nothing if there is.
  log::Result<std::optional<std::string>> lack_of_space() const;

 private:
  MemberDisk(log::Directory& files, const MemberDiskOptions& options);
  log::Failure open_all();
  log::Failure set_reserve();

  std::optional<Sequence> first_unusable(Sequence base, bool accepts_loss) const;
  log::Failure read_base(Sequence base, Recovered& into);
  log::Failure read_view(Sequence base, const RecordFormat& format, Recovered& into);
  log::Failure read_tail(const RecordFormat& format, Recovered& into);

  log::Directory& files_;
  const MemberDiskOptions options_;
  std::uint64_t reserve_bytes_ = 0;
  std::unique_ptr<log::DataDirectory> directory_;
  std::unique_ptr<log::BallotFile> ballot_;
  PreparerThread preparer_;
  std::unique_ptr<log::Log> log_;
};

}  // namespace groupy::gms
