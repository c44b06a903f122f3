// The end of the log's files: writes entries one behind the other, from segment to segment.
//
// It knows what stands where and what of it is on disk, not what of it is the log. A segment is
// synced, with its end entry, before anything is put into the next one: so the unsynced tail never
// spans two, and what stands in a segment proves that the ones before it are on disk. After a
// failure nothing may be written any more. Thread: one at a time.
#pragma once

#include <set>
#include <span>
#include <string_view>
#include <vector>

#include "gms/log/extent.h"
#include "gms/log/segment_preparer.h"

namespace groupy::gms::log {

class EntryWriter {
 public:
  EntryWriter(SegmentPreparer& preparer, DirectoryId directory, std::uint64_t segment_bytes);

  // --- once, at first ---

  // No segment is there yet.
  [[nodiscard]] Failure begin();
  // Goes on at the end of these, all of which is on disk. `next_number` is the next segment's.
  void go_on(std::vector<Extent> extents, std::uint64_t next_number, bool is_closed);
  // Tells the preparer which segment comes next.
  void want_next() { preparer_.want(next_header()); }

  // --- writing ---

  // Gives each record's place. They need not fit into the current segment.
  Result<std::vector<Position>> write(std::span<const Record> records);
  [[nodiscard]] Failure write(EntryKind kind, const RecordId& id);
  // Written and synced. Never begins a segment: a log that only rests must not fail for want of
  // space.
  [[nodiscard]] Failure write_mark();
  [[nodiscard]] Failure sync();
  // Writes over what cannot be read, in any segment; on disk once that is synced.
  [[nodiscard]] Failure put_back(Position at, std::span<const std::string_view> pieces);
  [[nodiscard]] Failure put_back(Position at, const Record& record);
  [[nodiscard]] Failure sync_segments(const std::set<std::uint64_t>& numbers);
  // Of all files; nothing may be called afterwards.
  [[nodiscard]] Failure close();
  // The first segment is no longer read; never the current one.
  [[nodiscard]] Failure close_first();

  bool is_synced() const { return synced_ == end(); }
  // Whether something was written of which no entry says yet that it is on disk.
  bool needs_mark() const { return stated_ < content_; }
  Position end() const { return {extents_.back().number(), extents_.back().end}; }
  const std::vector<Extent>& extents() const { return extents_; }
  // Bytes of entries that still fit into the current segment.
  std::uint64_t room() const;

 private:
  Failure write_batch(std::span<const Record> records, std::vector<Position>& places);
  Failure write_entries(std::span<const EntryHead> heads, std::span<const Record> records);
  Failure make_room_for(std::uint64_t bytes);
  Failure go_to_next_segment(std::uint64_t bytes);
  Failure close_segment();
  SegmentHeader next_header() const;
  Extent& extent_of(std::uint64_t segment);
  EntryPlace place() const { return {current().segment.header.seed(), current().end}; }
  Extent& current() { return extents_.back(); }
  const Extent& current() const { return extents_.back(); }

  SegmentPreparer& preparer_;
  const DirectoryId directory_;
  const std::uint64_t segment_bytes_;
  std::vector<Extent> extents_;  // the last one is written to; never empty once begun
  std::uint64_t next_number_ = 1;
  bool is_closed_ = false;  // the current segment has its end entry
  Position synced_;         // everything before it is on disk
  Position stated_;         // the highest mark that was written
  Position content_;        // behind the last entry that is not a mark
};

}  // namespace groupy::gms::log
