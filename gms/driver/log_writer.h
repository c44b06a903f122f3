// Carries out what a member wants of its disk, in order, with as few syncs as may be.
//
// What is given at once is one *group*: all of it is written, then one sync makes it durable, then
// the highest ticket is reported. A promise or a group id is a border inside of it: what stands
// before is on disk first, then it, then what stands behind. The first failure is reported once and
// is the last report: nothing is ever persisted after it.
// Thread: one at a time, the log thread's; reports come on it.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "gms/driver/member_disk.h"
#include "gms/effects.h"

namespace groupy::gms {

// What is to be done: these effects of a member.
using LogWork = std::variant<AppendRecords, CutLog, SavePromise, SaveGroup, DeclareLogWhole,
                             SavePeers, HealRecords, ReadLog>;

// What was done. This ticket and all before it are on disk.
struct Persisted {
  Ticket ticket;
  bool operator==(const Persisted&) const = default;
};
// The answer to ReadLog, for Member::log_read(). Without records: why there are none, for people.
struct LogRecordsRead {
  LogReader reader;
  std::vector<Record> records;
  std::string why_none;
  bool operator==(const LogRecordsRead&) const = default;
};
// What of the log cannot be read, when that has changed, for Member::damaged().
struct DamageChanged {
  Ticket ticket;
  std::vector<Damage> damages;
  bool operator==(const DamageChanged&) const = default;
};
// Whether there is room for new writes, when that has changed; at first there is. If not, why.
struct SpaceChanged {
  bool has_space = true;
  std::string why_none;
  bool operator==(const SpaceChanged&) const = default;
};
// The disk does not do what it must: the process ends with what this says.
struct LogFailed {
  std::string why;
  bool operator==(const LogFailed&) const = default;
};
using LogResult = std::variant<Persisted, LogRecordsRead, DamageChanged, SpaceChanged, LogFailed>;

constexpr std::size_t kReadBytesMax = 4u << 20;

// What is remembered of others waits so long for a log that rests, then for none.
constexpr Time kPeersWaitMax = std::chrono::seconds(10);

struct LogWriterOptions {
  Time check_space_every = std::chrono::seconds(1);
};

class LogWriter {
 public:
  using Report = std::function<void(LogResult)>;
  LogWriter(std::unique_ptr<MemberDisk> disk, const LogWriterOptions& options, Report report);

  MemberDisk& disk() { return *disk_; }
  bool has_failed() const { return has_failed_; }

  void carry_out(std::vector<LogWork> group);

  // Reads wait until the group they came with is on disk, and are then served one by one, so that
  // no sync waits for more than one; those before a cut see the log without it.
  bool has_reads() const { return !reads_.empty(); }
  void serve_read();

  // What can wait: marks, the copy of a promise, what is remembered of others, a look at the space.
  // `now` never goes back.
  void do_chores(Time now, bool is_idle);
  // When do_chores() is needed, if nothing else happens.
  Time next_chores() const;

  // Leaves a mark and closes. Reads that wait get no answer any more.
  void stop();

 private:
  log::Failure take(AppendRecords& work);
  log::Failure take(const CutLog& work);
  log::Failure take(const SavePromise& work);
  log::Failure take(const SaveGroup& work);
  log::Failure take(const DeclareLogWhole& work);
  log::Failure take(SavePeers& work);
  log::Failure take(const HealRecords& work);
  log::Failure take(const ReadLog& work);
  log::Failure sync();
  log::Failure save_peers();
  log::Failure save_peers_if_due(Time now, bool rests);
  void check_space();
  void tell_damage();
  void fail_if(const log::Failure& failure);

  const std::unique_ptr<MemberDisk> disk_;
  const LogWriterOptions options_;
  const Report report_;
  std::deque<ReadLog> reads_;
  std::optional<std::vector<PeerMemory>> peers_;  // to be saved when the log rests
  std::optional<Time> peers_due_;                 // or then
  std::vector<Damage> told_damages_;
  bool is_synced_ = true;
  bool has_failed_ = false;
  bool has_space_ = true;
  bool was_written_ = false;  // since the last chores
  std::optional<Time> mark_due_;
  Time space_due_{};
};

}  // namespace groupy::gms
