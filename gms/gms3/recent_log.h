// The end of this member's log, in memory: who each record is, and for the newest ones what it
// says.
//
// Records that are not stable are always here. Those before are kept, within a bound, for members
// that lag a little and for the application; older ones are read from the log.
// Thread: one at a time.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <vector>

#include "gms/record.h"
#include "gms/recovered.h"

namespace groupy::gms3 {

class RecentLog {
 public:
  // What is found on disk: who the records are, but not what they say.
  RecentLog(const gms::RecordId& base, const std::vector<gms::RecoveredRecord>& tail);

  // The last record, or the base of an empty log.
  const gms::RecordId& last() const { return entries_.empty() ? base_ : entries_.back().id; }
  // Nothing for a record that is too old to be known here, not there yet, or damaged so that it
  // does not know who it is.
  std::optional<gms::RecordId> id_at(gms::Sequence sequence) const;

  // The record must follow last().
  void append(gms::Record record);
  // It is known now who this record is, if it is here and was not known.
  void identify(const gms::RecordId& id);
  // What stands behind `keep` is gone; `keep` must be known.
  gms::RecordId cut(gms::Sequence keep);
  // Records up to `up_to` may go, oldest first, as far as the bounds want it.
  void shrink(gms::Sequence up_to, std::size_t records_max, std::size_t bytes_max);

  // From `from` up to `end`, at most `count` records, and at most `bytes` of payload but always
  // one. Nothing if `from` has to be read from the log.
  std::optional<std::vector<gms::Record>> read(gms::Sequence from, gms::Sequence end,
                                               std::size_t count, std::size_t bytes) const;

  // Payloads behind this sequence, in bytes, as far as they are in memory.
  std::size_t bytes_behind(gms::Sequence sequence) const;

  void check_invariants() const;

 private:
  struct Entry {
    gms::RecordId id;
    std::optional<gms::Record> record;
    std::size_t bytes_before = 0;  // of payloads in all earlier entries, for differences
  };
  const Entry* find(gms::Sequence sequence) const;
  std::size_t bytes_in_all() const;

  gms::RecordId base_;  // what the first entry follows
  std::deque<Entry> entries_;
};

}  // namespace groupy::gms3
