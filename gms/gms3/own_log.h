// This member's log as its leader and worker use it: appended to, cut, and known as far as needed.
//
// One place where a record enters or leaves the log, so that all that follows from the log's
// content follows everywhere: who counts (views), whose submission is next (origins), what is on
// disk (writes). Records of one turn are written under one ticket. Thread: one at a time.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "gms/gms3/damages.h"
#include "gms/gms3/origins.h"
#include "gms/gms3/outbox.h"
#include "gms/gms3/recent_log.h"
#include "gms/gms3/view_history.h"
#include "gms/gms3/voters.h"
#include "gms/gms3/writes.h"
#include "gms/record_format.h"

namespace groupy::gms3 {

class OwnLog {
 public:
  OwnLog(const gms::Recovered& recovered, const gms::RecordFormat& format, Outbox& outbox);

  const gms::RecordId& last() const { return recent_.last(); }
  std::optional<gms::RecordId> id_at(gms::Sequence sequence) const {
    return recent_.id_at(sequence);
  }
  gms::Sequence synced() const { return writes_.synced(); }
  // What may be claimed of this log in an election: only what is on disk.
  gms::LogEnd synced_end() const;
  // How far it is on disk and can be read, for an application that was given all up to `given`.
  gms::Sequence sound(gms::Sequence given) const { return damages_.sound(given, synced()); }
  // By what a leader's record is compared; nothing if it is not known who stands there.
  std::optional<gms::Checksum> checksum_at(gms::Sequence sequence) const;
  const Damages& damages() const { return damages_; }
  // Whether a leader knows all it needs: what is to be delivered behind `given`, and the newest
  // view, for what is damaged behind a known one may have been a newer one.
  bool may_lead(gms::Sequence given) const {
    return !damages_.has_any_behind(std::min(given, views_.newest_at()));
  }
  // Null before the first.
  const gms::View* view() const { return views_.newest(); }
  // The newest at or before this place; null if it is not known.
  const gms::View* view_at(gms::Sequence sequence) const { return views_.at(sequence); }
  // Of the newest view.
  const Voters& voters() const { return voters_; }
  Writes& writes() { return writes_; }
  const Writes& writes() const { return writes_; }
  Origins& origins() { return origins_; }
  const Origins& origins() const { return origins_; }
  const RecentLog& recent() const { return recent_; }
  const gms::RecordFormat& format() const { return format_; }

  // Why this member cannot have the record in its log, for people; nothing if it can.
  std::optional<std::string> reason_against(const gms::Record& record) const;
  // Behind last(). Written with the next flush().
  void append(gms::Record record);
  // A new record behind last().
  void append_new(gms::RecordKind kind, gms::Ballot ballot, gms::Payload payload);
  void cut(gms::Sequence keep);
  // Something may be missing: noted under this ticket, and nothing is taken back.
  gms::Ticket note_loss();
  void flush();
  // What was written under this ticket, and before, is on disk.
  void persisted(gms::Ticket ticket) {
    writes_.persisted(ticket);
    damages_.persisted(ticket);
  }
  // Whether a cut since the last call took back what may have been promised, and cannot be read.
  [[nodiscard]] bool take_loss() { return std::exchange(has_cut_loss_, false); }

  // What the log says of its damage. Why this member must start again, for people; usually nothing.
  [[nodiscard]] std::optional<std::string> damaged(gms::Ticket ticket,
                                                   std::vector<gms::Damage> damages);
  // The record at this place is known to be this one.
  void identify(const gms::RecordId& id) { recent_.identify(id); }
  // Damaged records, which came from another member, are put back under this ticket. Nothing if
  // they are damaged no more: what was asked for may be cut since, and others stand in their
  // places.
  std::optional<gms::Ticket> heal(const std::vector<gms::Record>& records);
  // The first view cannot be read: another member's stands in for it.
  void borrow_view(const gms::View& view);

  // Nothing up to here will be cut.
  void settled(gms::Sequence stable);
  void shrink(gms::Sequence up_to, std::size_t records_max, std::size_t bytes_max) {
    recent_.shrink(std::min(up_to, synced()), records_max, bytes_max);
  }

  void check_invariants() const { recent_.check_invariants(); }

 private:
  void note(const gms::Record& record);

  const gms::RecordFormat& format_;
  Outbox& outbox_;
  RecentLog recent_;
  Writes writes_;
  Origins origins_;
  ViewHistory views_;
  Voters voters_;
  Damages damages_;
  bool has_cut_loss_ = false;
  std::vector<gms::Record> unwritten_;
};

}  // namespace groupy::gms3
