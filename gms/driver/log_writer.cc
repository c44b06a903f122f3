#include "gms/driver/log_writer.h"

#include <algorithm>
#include <utility>

namespace groupy::gms {

using log::Failure;

LogWriter::LogWriter(std::unique_ptr<MemberDisk> disk, const LogWriterOptions& options,
                     Report report)
    : disk_(std::move(disk)),
      options_(options),
      report_(std::move(report)),
      told_damages_(disk_->log().condition().damages) {}

void LogWriter::carry_out(std::vector<LogWork> group) {
  for (LogWork& work : group) {
    if (has_failed_) return;
    fail_if(std::visit([this](auto& each) { return take(each); }, work));
  }
  if (!has_failed_) tell_damage();
  if (!has_failed_) fail_if(sync());
}

void LogWriter::tell_damage() {
  const std::vector<Damage>& damages = disk_->log().condition().damages;
  if (damages == told_damages_) return;
  told_damages_ = damages;
  report_(DamageChanged{disk_->log().taken(), damages});
}

Failure LogWriter::take(AppendRecords& work) {
  is_synced_ = false;
  return disk_->log().append(work.ticket, work.records);
}

// Who asked before meant what is taken back now.
Failure LogWriter::take(const CutLog& work) {
  while (has_reads()) serve_read();
  is_synced_ = false;
  if (work.is_loss) {
    if (Failure failed = disk_->log().declare_loss()) return failed;
    if (Failure failed = disk_->directory().note_loss()) return failed;
  }
  return disk_->log().cut(work.ticket, work.keep);
}

Failure LogWriter::take(const HealRecords& work) {
  is_synced_ = false;
  return disk_->log().heal(work.ticket, work.records);
}

Failure LogWriter::take(const DeclareLogWhole& work) {
  is_synced_ = false;
  return disk_->log().declare_whole(work.ticket);
}

Failure LogWriter::take(const SavePromise& work) {
  if (Failure failed = sync()) return failed;
  if (Failure failed = disk_->ballot().save(work.promise)) return failed;
  report_(Persisted{work.ticket});
  return std::nullopt;
}

Failure LogWriter::take(const SaveGroup& work) {
  if (Failure failed = sync()) return failed;
  if (Failure failed = disk_->directory().set_group(work.group)) return failed;
  report_(Persisted{work.ticket});
  return std::nullopt;
}

Failure LogWriter::take(SavePeers& work) {
  peers_ = std::move(work.peers);
  return std::nullopt;
}

// A file's sync and a directory's: nobody waits for them, so no group may stand behind them. A log
// that never rests lets one wait in the end.
Failure LogWriter::save_peers_if_due(Time now, bool rests) {
  if (!peers_) return std::nullopt;
  if (!peers_due_) peers_due_ = now + kPeersWaitMax;
  return rests || now >= *peers_due_ ? save_peers() : std::nullopt;
}

// Without space, what was remembered before stays, until there is news again.
Failure LogWriter::save_peers() {
  peers_due_.reset();
  if (!peers_) return std::nullopt;
  Failure failed = disk_->directory().save_peers(std::move(*std::exchange(peers_, std::nullopt)));
  if (failed && failed->code == log::IoCode::no_space) return std::nullopt;
  return failed;
}

Failure LogWriter::take(const ReadLog& work) {
  reads_.push_back(work);
  return std::nullopt;
}

Failure LogWriter::sync() {
  if (std::exchange(is_synced_, true)) return std::nullopt;
  was_written_ = true;
  auto ticket = disk_->log().sync();
  if (!ticket.ok()) return ticket.error();
  report_(Persisted{*ticket});
  return std::nullopt;
}

void LogWriter::serve_read() {
  const ReadLog wish = reads_.front();
  reads_.pop_front();
  LogRecordsRead answer{wish.reader, {}, {}};
  auto read = disk_->log().read(wish.from, std::min(wish.bytes_max, kReadBytesMax));
  if (!read.ok()) {
    answer.why_none = read.error().what;
  } else {
    answer.records = std::move(read->records);
    if (answer.records.empty()) {
      answer.why_none = "log: the record with sequence " + std::to_string(wish.from.value()) +
                        (read->damaged ? " is damaged" : " is not there");
    }
  }
  report_(std::move(answer));
  tell_damage();
}

void LogWriter::do_chores(Time now, bool is_idle) {
  if (has_failed_) return;
  const bool is_space_due = now >= space_due_;
  // A log that is never idle must not keep a promise in one slot only.
  if (is_idle || is_space_due) fail_if(disk_->ballot().copy());
  if (!has_failed_) fail_if(disk_->log().tick(now));
  if (std::exchange(was_written_, false)) {
    mark_due_ = now + log::kIdleBeforeMark;
  } else if (mark_due_ && now >= *mark_due_) {
    mark_due_.reset();
  }
  if (!has_failed_) fail_if(save_peers_if_due(now, is_idle && !mark_due_));
  if (has_failed_ || !is_space_due) return;
  check_space();
  space_due_ = now + options_.check_space_every;
}

Time LogWriter::next_chores() const {
  return mark_due_ ? std::min(*mark_due_, space_due_) : space_due_;
}

void LogWriter::check_space() {
  auto lack = disk_->lack_of_space();
  const bool has_space = lack.ok() && !*lack;
  // What could not be made may work now.
  if (!has_space) disk_->preparer().wake();
  if (has_space == std::exchange(has_space_, has_space)) return;
  if (has_space) {
    report_(SpaceChanged{true, {}});
  } else {
    report_(SpaceChanged{false, lack.ok() ? **lack : lack.error().what});
  }
}

void LogWriter::stop() {
  if (!has_failed_) fail_if(disk_->ballot().copy());
  if (!has_failed_) fail_if(save_peers());
  if (!has_failed_) fail_if(disk_->log().stop());
}

void LogWriter::fail_if(const Failure& failure) {
  if (!failure || std::exchange(has_failed_, true)) return;
  report_(LogFailed{failure->what});
}

}  // namespace groupy::gms
