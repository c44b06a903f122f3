// The log of a member: what it appended, in order, and what of it is on disk.
//
// append() and cut() write, sync() makes everything written so far durable at once: who writes
// while a sync runs is taken by the next one. A ticket that sync() gave covers all earlier tickets,
// but for what a cut took back meanwhile. The first write, sync or close that fails is the last
// thing that this log does: every later call gives the same error, and nothing is on disk but what
// an earlier sync() covered. docs/disk_format.md tells what is on disk and what is guaranteed.
// Thread: one at a time; it has none of its own.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "gms/log/entry_writer.h"
#include "gms/log/log_scan.h"

namespace groupy::gms::log {

// A log that rests this long gets a mark, so that damage in its end is told from an unsynced tail.
constexpr Time kIdleBeforeMark = std::chrono::milliseconds(10);

struct LogOptions {
  DirectoryId directory;
  std::uint64_t segment_bytes = 64u << 20;
  bool must_exist = false;  // a log without a segment is refused: its files are gone
  ChainOptions chain;
};

// What is wrong with the log; empty and false for a whole one.
struct LogCondition {
  // What this member had promised may be missing: it neither votes nor leads until declared whole.
  bool has_loss = false;
  // Records were on disk behind last(), and cannot be read: then there is a loss too.
  bool is_end_unknown = false;
  std::vector<Damage> damages;  // by rising sequence
};

struct LogSpace {
  std::uint64_t free_bytes = 0;    // of the file system
  std::uint64_t segment_room = 0;  // bytes of entries that still fit into the current segment
  bool has_next = false;           // the next segment is there already
  Failure obstacle;                // why it could not be made, if that was tried
};

struct LogRead {
  std::vector<Record> records;
  // The record behind these was asked for and is damaged.
  std::optional<Sequence> damaged;
};

class Log {
 public:
  // Recovers what is there. Before this returns, all of it is on disk, and its end is a mark or in
  // a segment that was written anew. An error: the log must not be used, and says why.
  static Result<std::unique_ptr<Log>> open(Directory& files, SegmentPreparer& preparer,
                                           const LogOptions& options);

  Sequence first() const { return chain_.first(); }
  const RecordId& last() const { return chain_.last(); }
  const LogCondition& condition() const { return condition_; }
  Ticket persisted() const { return persisted_; }
  // The highest that anything was written under.
  Ticket taken() const { return taken_; }

  // --- writing; tickets rise ---

  // Each record must follow the one before it.
  [[nodiscard]] Failure append(Ticket ticket, std::span<const Record> records);
  // Everything behind `keep`, which must be in the log, is taken back, in memory at once and on
  // disk with the next sync: no later than what is appended behind it.
  [[nodiscard]] Failure cut(Ticket ticket, const RecordId& keep);
  // The whole log is taken back; it goes on behind `id`, up to which a snapshot has everything.
  [[nodiscard]] Failure restart(Ticket ticket, const RecordId& id);
  // Nothing from `first` on, which is damaged, can be relied on: it is taken back, with what may
  // have to go with it in front, and a loss is noted; on disk when this returns.
  [[nodiscard]] Failure give_up_from(Sequence first);
  // What was missing is here again: the log holds a leader's stable prefix.
  [[nodiscard]] Failure declare_whole(Ticket ticket);
  // Puts damaged records back, from other members: consecutive ones, the last of which is the last
  // of a damage. What is in the way of that (a cut meanwhile) leaves the condition as it is. On
  // disk when this returns.
  [[nodiscard]] Failure heal(Ticket ticket, std::span<const Record> records);
  // The end of the log is missing, and the log itself does not show it. On disk when this returns.
  [[nodiscard]] Failure declare_loss();
  // The highest ticket that is on disk.
  Result<Ticket> sync();
  // Writes and syncs a mark if nothing was written for a while. `now` never goes back.
  [[nodiscard]] Failure tick(Time now);
  // Syncs, leaves a mark, closes. Nothing may be called afterwards.
  [[nodiscard]] Failure stop();

  // --- reading ---

  // From `from` on, at least one if there is one, else until `bytes_max` of payload are reached.
  // What is found damaged is added to the condition.
  Result<LogRead> read(Sequence from, std::size_t bytes_max);
  // Nothing if the record is not in the log, or damaged so that it does not know who it is.
  Result<std::optional<RecordId>> id_at(Sequence sequence) const;
  // The record of the newest view at or before `sequence`; nothing if none is known.
  std::optional<Sequence> view_at(Sequence sequence) const { return chain_.view_at(sequence); }

  // --- space ---

  // Gives up whole segments whose records are all at or below `up_to`; never the last record's, and
  // none while something is missing from the log.
  [[nodiscard]] Failure retire(Sequence up_to);
  Result<LogSpace> space() const;
  // What all segments of the log take on disk.
  std::uint64_t bytes_on_disk() const;

 private:
  Log(Directory& files, SegmentPreparer& preparer, const LogOptions& options);

  Failure recover();
  Failure begin_with(FoundLog found);
  Failure note_loss();
  Failure repeat_loss();
  Failure dispose_of(const std::vector<std::uint64_t>& numbers);

  Failure fail(Failure failure);
  void take_ticket(Ticket ticket);

  Failure heal_payload(const Damage& damage, const Record& record);
  Failure heal_records(Damage& damage, std::span<const Record> records);
  Failure forget_healed(Damage& damage, const Record& front);
  Position end_before(const Damage& damage) const;
  Position start_behind(const Damage& damage) const;

  const Damage* damage_at(Sequence sequence) const;
  void add_damage(const Damage& damage);
  void forget_damages_behind(Sequence sequence);

  // Nothing was written since then.
  struct Rest {
    Time since{};
    Position end;
  };

  Directory& files_;
  SegmentPreparer& preparer_;
  const LogOptions options_;
  EntryWriter writer_;
  Chain chain_;
  LogCondition condition_;
  Ticket taken_;
  Ticket persisted_;
  std::optional<Rest> rest_;
  Failure failure_;
};

}  // namespace groupy::gms::log
