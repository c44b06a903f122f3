#include "gms/driver/member_disk.h"

#include <algorithm>
#include <string>
#include <utility>

namespace groupy::gms {

namespace {

using log::Failure;
using log::IoCode;
using log::IoError;
using log::Result;

std::string text_of(Sequence sequence) {
  return std::to_string(sequence.value());
}

// recover() has seen to it that all that is read can be read.
IoError unstable(Sequence sequence) {
  return {IoCode::failed,
          "log: the record with sequence " + text_of(sequence) + " was readable a moment ago"};
}

Failure keep_view(const Record& record, const RecordFormat& format, Recovered& into) {
  auto view = format.decode_view(record.payload);
  if (!view) {
    return IoError{IoCode::refused, "log: the record with sequence " + text_of(record.sequence) +
                                        " is a view that this program does not understand"};
  }
  into.views.emplace(record.sequence, std::move(*view));
  return std::nullopt;
}

}  // namespace

MemberDisk::MemberDisk(log::Directory& files, const MemberDiskOptions& options)
    : files_(files), options_(options), preparer_(files) {}

Result<std::unique_ptr<MemberDisk>> MemberDisk::open(log::Directory& files,
                                                     const MemberDiskOptions& options) {
  std::unique_ptr<MemberDisk> disk(new MemberDisk(files, options));
  if (Failure failed = disk->open_all()) return *failed;
  return disk;
}

Failure MemberDisk::open_all() {
  auto directory = log::DataDirectory::open(files_, options_.node, options_.fresh);
  if (!directory.ok()) return directory.error();
  directory_ = std::move(*directory);
  if (Failure failed = set_reserve()) return failed;
  auto ballot = log::BallotFile::open(files_);
  if (!ballot.ok()) return ballot.error();
  ballot_ = std::move(*ballot);
  log::LogOptions options;
  options.directory = identity().directory;
  options.segment_bytes = options_.segment_bytes;
  // The first segment is made before a group can be saved.
  options.must_exist = !identity().group.is_none();
  auto opened = log::Log::open(files_, preparer_.preparer(), options);
  if (!opened.ok()) return opened.error();
  log_ = std::move(*opened);
  return std::nullopt;
}

Failure MemberDisk::set_reserve() {
  auto total = files_.total_bytes();
  if (!total.ok()) return total.error();
  reserve_bytes_ =
      options_.reserve_bytes.value_or(std::clamp(*total / 10, kReserveMin, kReserveMax));
  return std::nullopt;
}

Result<std::optional<std::string>> MemberDisk::lack_of_space() const {
  auto space = log_->space();
  if (!space.ok()) return space.error();
  if (!space->has_next && space->obstacle) {
    return std::optional("the next segment cannot be made: " + space->obstacle->what);
  }
  if (space->free_bytes >= reserve_bytes_) return std::optional<std::string>();
  return std::optional(std::to_string(space->free_bytes) + " bytes are free, " +
                       std::to_string(reserve_bytes_) + " are the reserve");
}

std::optional<Sequence> MemberDisk::first_unusable(Sequence base, bool accepts_loss) const {
  for (const Damage& damage : log_->condition().damages) {
    const bool has_no_base = damage.kind == Damage::Kind::record && damage.covers(base);
    const bool is_wanted = damage.last.sequence > base;
    if (has_no_base || (accepts_loss && is_wanted)) return damage.first;
  }
  return std::nullopt;
}

Result<Recovered> MemberDisk::recover(const AppliedState& applied, const RecordFormat& format,
                                      bool accepts_loss) {
  const auto base_of_log = [&] { return std::min(applied.sequence, log_->last().sequence); };
  while (const auto unusable = first_unusable(base_of_log(), accepts_loss)) {
    if (Failure failed = log_->give_up_from(*unusable)) return *failed;
  }
  // Only what is in the own log is ever applied: this one has lost its end, and the next start must
  // not find it whole because some of it is back.
  if (applied.sequence > log_->last().sequence) {
    if (Failure failed = log_->declare_loss()) return *failed;
  }
  const log::LogCondition& condition = log_->condition();
  if (condition.has_loss || condition.is_end_unknown || ballot_->has_amnesia()) {
    if (Failure failed = directory_->note_loss()) return *failed;
  }
  Recovered recovered;
  recovered.group = identity().group;
  recovered.start = identity().start;
  recovered.lost_in = identity().lost_in;
  recovered.promise = ballot_->promise();
  recovered.has_amnesia = ballot_->has_amnesia();
  recovered.has_loss = condition.has_loss;
  recovered.is_end_unknown = condition.is_end_unknown;
  recovered.applied = applied.sequence;
  recovered.origins = applied.origins;
  recovered.peers = directory_->peers();
  // What is in front of the log is nobody's concern any more.
  for (const Damage& damage : condition.damages) {
    if (damage.first >= log_->first()) recovered.damages.push_back(damage);
  }
  const Sequence base = base_of_log();
  if (Failure failed = read_base(base, recovered)) return *failed;
  if (Failure failed = read_view(base, format, recovered)) return *failed;
  if (Failure failed = read_tail(format, recovered)) return *failed;
  return recovered;
}

Failure MemberDisk::read_base(Sequence sequence, Recovered& into) {
  auto base = log_->id_at(sequence);
  if (!base.ok()) return base.error();
  // Also if the log starts only behind the record that follows it.
  const bool is_reached = sequence.next() >= log_->first();
  if (!*base || !is_reached) {
    return IoError{IoCode::refused, "log: it starts with sequence " + text_of(log_->first()) +
                                        ", but the application has only what is up to " +
                                        text_of(sequence)};
  }
  into.base = **base;
  return std::nullopt;
}

// The newest at or before the base that can be read. A newer one that is damaged comes back before
// this member leads; until then it counts nobody.
Failure MemberDisk::read_view(Sequence base, const RecordFormat& format, Recovered& into) {
  for (auto at = log_->view_at(base); at; at = log_->view_at(Sequence{at->value() - 1})) {
    auto read = log_->read(*at, 0);
    if (!read.ok()) return read.error();
    if (!read->records.empty()) return keep_view(read->records.front(), format, into);
  }
  return std::nullopt;
}

Failure MemberDisk::read_tail(const RecordFormat& format, Recovered& into) {
  const Sequence last = log_->last().sequence;
  for (Sequence at = into.base.sequence.next(); at <= last;) {
    const auto damage =
        std::ranges::find_if(into.damages, [at](const Damage& each) { return each.covers(at); });
    if (damage != into.damages.end()) {
      const RecordId known =
          damage->kind == Damage::Kind::payload ? damage->last : RecordId{{}, at, {}};
      into.tail.push_back({at == last ? log_->last() : known, {}});
      at = at.next();
      continue;
    }
    auto read = log_->read(at, kRecoveredBytesAtOnce);
    if (!read.ok()) return read.error();
    if (read->records.empty()) return unstable(at);
    for (const Record& record : read->records) {
      RecoveredRecord found{id_of(record), {}};
      if (record.kind == RecordKind::view) {
        if (Failure failed = keep_view(record, format, into)) return failed;
      } else {
        found.origin = format.origin_of(record.payload).value_or(Origin());
      }
      into.tail.push_back(found);
    }
    at = read->records.back().sequence.next();
  }
  return std::nullopt;
}

}  // namespace groupy::gms
