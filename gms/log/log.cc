#include "gms/log/log.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"
#include "gms/log/tail_rewrite.h"

namespace groupy::gms::log {

namespace {

// Heads of at most this many records are in memory at once.
constexpr std::size_t kRecordsPerWrite = 512;
constexpr std::string_view kPadding("\0\0\0\0\0\0\0\0", 8);

std::uint64_t entry_bytes(const Record& record) {
  return Entry::padded(kEntryHeadBytes + record.payload.size());
}

}  // namespace

Log::Log(Directory& files, SegmentPreparer& preparer, const LogOptions& options)
    : files_(files), preparer_(preparer), options_(options), chain_(options.chain) {}

Result<std::unique_ptr<Log>> Log::open(Directory& files, SegmentPreparer& preparer,
                                       const LogOptions& options) {
  GROUPY_CHECK(options.segment_bytes >= kSegmentDataStart + 4 * kEntryHeadBytes &&
                   options.segment_bytes <= kSegmentBytesMax / 2,
               "segments of this size are not made");
  std::unique_ptr<Log> log(new Log(files, preparer, options));
  if (Failure failed = log->recover()) return *failed;
  return log;
}

Failure Log::recover() {
  // The last run may have ended between a new name and the sync that makes it last.
  if (Failure failed = files_.sync("log")) return failed;
  for (bool is_rewritten = false;; is_rewritten = true) {
    auto list = find_extents(files_, options_.directory);
    if (!list.ok()) return list.error();
    if (list->extents.empty()) {
      if (!options_.must_exist) return go_to_next_segment(0);
      return IoError{IoCode::refused, "log/ is empty, but something was promised with it"};
    }
    auto found = scan_log(std::move(*list), options_.chain);
    if (!found.ok()) return found.error();
    if (!found->tail.needs_rewriting()) return begin_with(std::move(*found));
    if (is_rewritten) {
      return IoError{IoCode::failed, "log: what was written anew does not read back"};
    }
    if (Failure failed = rewrite_tail(files_, *found, options_.directory, options_.segment_bytes)) {
      return failed;
    }
  }
}

Failure Log::begin_with(FoundLog found) {
  if (Failure failed = write_marks_again(found)) return failed;
  chain_ = std::move(found.chain);
  condition_ = {found.has_loss, found.is_end_unknown, std::move(found.damages)};
  extents_ = std::move(found.extents);
  synced_ = stated_ = content_ = end();
  next_number_ = found.spare ? found.spare->header.number : found.highest_number + 1;
  is_closed_ = found.is_closed || current().end > current().segment.header.entries_end_max();
  if (Failure failed = dispose_of(found.unused)) return failed;
  if (found.spare) {
    preparer_.adopt(std::move(*found.spare));
  } else {
    preparer_.want(next_header());
  }
  // What is appended next stands where the lost ones were: without a note, the next start would
  // find a whole log that ends too early.
  return condition_.is_end_unknown && !condition_.has_loss ? note_loss() : std::nullopt;
}

Failure Log::note_loss() {
  if (Failure failed = write_local(EntryKind::loss, {})) return failed;
  condition_.has_loss = true;
  return sync_segment();
}

Failure Log::dispose_of(const std::vector<std::uint64_t>& numbers) {
  for (const std::uint64_t number : numbers) {
    auto name = take_out_segment(files_, number);
    if (!name.ok()) return name.error();
    if (Failure failed = preparer_.give_back(*name)) return failed;
  }
  return std::nullopt;
}

Failure Log::fail(Failure failure) {
  if (failure && !failure_) failure_ = std::move(failure);
  return failure_;
}

void Log::take_ticket(Ticket ticket) {
  GROUPY_CHECK(ticket > taken_, "write tickets do not rise");
  taken_ = ticket;
}

Failure Log::append(Ticket ticket, std::span<const Record> records) {
  if (failure_) return failure_;
  take_ticket(ticket);
  while (!records.empty()) {
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    if (Failure failed = make_room_for(entry_bytes(records.front()))) return fail(failed);
    while (count < std::min(records.size(), kRecordsPerWrite)) {
      bytes += entry_bytes(records[count]);
      if (bytes > room()) break;
      ++count;
    }
    if (Failure failed = write_records(records.first(count))) return fail(failed);
    records = records.subspan(count);
  }
  return std::nullopt;
}

// All of them fit into the current segment.
Failure Log::write_records(std::span<const Record> records) {
  std::vector<EntryHead> heads;
  heads.reserve(records.size());
  const EntryPlace first{current().segment.header.seed(), current().end};
  EntryPlace place = first;
  for (const Record& record : records) {
    GROUPY_CHECK(record.sequence == chain_.last().sequence.next() &&
                     record.previous == chain_.last().checksum,
                 "a record is appended that does not follow the last one");
    heads.push_back(encode_record_head(record, synced_, place));
    chain_.append(id_of(record), {current().number(), place.offset}, record.kind);
    place.offset += entry_bytes(record);
  }
  current().highest = std::max(current().highest, records.back().sequence);
  if (Failure failed = write_entries(heads, records)) return failed;
  content_ = end();
  return std::nullopt;
}

Failure Log::write_local(EntryKind kind, const RecordId& id) {
  if (Failure failed = make_room_for(kEntryHeadBytes)) return failed;
  const EntryPlace place{current().segment.header.seed(), current().end};
  const EntryHead head = encode_local_head(kind, id, synced_, place);
  if (Failure failed = write_entries(std::span(&head, 1), {})) return failed;
  if (kind != EntryKind::mark) content_ = end();
  return std::nullopt;
}

// `records` are those of the heads, or none.
Failure Log::write_entries(std::span<const EntryHead> heads, std::span<const Record> records) {
  std::vector<std::string_view> pieces;
  pieces.reserve(3 * heads.size());
  std::uint64_t bytes = 0;
  for (std::size_t i = 0; i < heads.size(); ++i) {
    pieces.emplace_back(heads[i].data(), heads[i].size());
    bytes += heads[i].size();
    if (records.empty()) continue;
    const std::string_view payload = records[i].payload.bytes();
    pieces.push_back(payload);
    bytes += payload.size();
    pieces.push_back(kPadding.substr(0, Entry::padded(bytes) - bytes));
    bytes = Entry::padded(bytes);
  }
  if (Failure failed = current().segment.file->write_at(current().end, pieces)) return failed;
  current().end += bytes;
  stated_ = synced_;
  was_written_ = true;
  return std::nullopt;
}

std::uint64_t Log::room() const {
  const Extent& extent = extents_.back();
  const std::uint64_t most = extent.segment.header.entries_end_max();
  return is_closed_ || extent.end >= most ? 0 : most - extent.end;
}

Failure Log::make_room_for(std::uint64_t bytes) {
  if (bytes <= room()) return std::nullopt;
  if (Failure failed = close_segment()) return failed;
  // Before anything is put into the next one: the unsynced tail never spans two segments, and what
  // stands in a segment proves that the ones before it are on disk.
  if (Failure failed = sync_segment()) return failed;
  return go_to_next_segment(bytes);
}

Failure Log::close_segment() {
  if (is_closed_) return std::nullopt;
  const EntryPlace place{current().segment.header.seed(), current().end};
  const EntryHead head = encode_local_head(EntryKind::segment_end, {}, synced_, place);
  is_closed_ = true;
  return write_entries(std::span(&head, 1), {});
}

// Never begins a segment: a log that only rests must not fail for want of space.
Failure Log::write_mark() {
  const bool fits = room() >= kEntryHeadBytes;
  if (Failure failed = fits ? write_local(EntryKind::mark, {}) : close_segment()) return failed;
  return sync_segment();
}

SegmentHeader Log::next_header() const {
  SegmentHeader header;
  header.number = next_number_;
  header.directory = options_.directory;
  header.size = options_.segment_bytes;
  header.predecessor = extents_.empty() ? 0 : extents_.back().number();
  return header;
}

Failure Log::go_to_next_segment(std::uint64_t bytes) {
  SegmentHeader header = next_header();
  header.size = segment_size_for(bytes, options_.segment_bytes);
  auto segment = preparer_.take(header);
  if (!segment.ok()) return segment.error();
  extents_.push_back({std::move(*segment), kSegmentDataStart, Sequence{}});
  ++next_number_;
  is_closed_ = false;
  synced_ = end();
  if (extents_.size() == 1) stated_ = content_ = synced_;
  preparer_.want(next_header());
  return std::nullopt;
}

Failure Log::cut(Ticket ticket, const RecordId& keep) {
  if (failure_) return failure_;
  take_ticket(ticket);
  GROUPY_CHECK(keep.sequence <= chain_.last().sequence && keep.sequence.next() >= chain_.first(),
               "a cut keeps something that is not in the log");
  if (Failure failed = write_local(EntryKind::cut, keep)) return fail(failed);
  chain_.cut(keep);
  forget_damages_behind(keep.sequence);
  return std::nullopt;
}

Failure Log::restart(Ticket ticket, const RecordId& id) {
  if (failure_) return failure_;
  take_ticket(ticket);
  if (Failure failed = write_local(EntryKind::restart, id)) return fail(failed);
  chain_.restart(id);
  condition_.damages.clear();
  condition_.is_end_unknown = false;
  return std::nullopt;
}

Failure Log::give_up_from(Sequence first) {
  if (failure_) return failure_;
  GROUPY_CHECK(first > Sequence{} && first <= chain_.last().sequence,
               "something is given up that is not in the log");
  std::optional<RecordId> keep;
  // The log ends with a record that knows who it is.
  while (!keep) {
    const Sequence before{first.value() - 1};
    auto id = id_at(before);
    if (!id.ok()) return id.error();
    keep = *id;
    // Also of the first records of all, which are lost in front of first().
    const Damage* damage = damage_at(before);
    if (!keep && damage == nullptr && !chain_.has(before)) {
      return IoError{IoCode::refused, "log: damaged, and what is in front of it was retired"};
    }
    first = damage != nullptr ? damage->first : before;
  }
  if (Failure failed = fail(note_loss())) return failed;
  if (Failure failed = fail(write_local(EntryKind::cut, *keep))) return failed;
  chain_.cut(*keep);
  forget_damages_behind(keep->sequence);
  return fail(sync_segment());
}

Failure Log::declare_whole(Ticket ticket) {
  if (failure_) return failure_;
  take_ticket(ticket);
  if (Failure failed = write_local(EntryKind::whole, {})) return fail(failed);
  condition_.has_loss = false;
  condition_.is_end_unknown = false;
  return std::nullopt;
}

Failure Log::sync_segment() {
  if (synced_ == end()) return std::nullopt;
  if (Failure failed = current().segment.file->sync()) return failed;
  synced_ = end();
  return std::nullopt;
}

Result<Ticket> Log::sync() {
  if (failure_) return *failure_;
  if (Failure failed = fail(sync_segment())) return *failed;
  persisted_ = taken_;
  return persisted_;
}

Failure Log::tick(Time now) {
  if (failure_) return failure_;
  if (std::exchange(was_written_, false) || !resting_since_) resting_since_ = now;
  const bool needs_mark = stated_ < content_ && synced_ == end();
  if (!needs_mark || now - *resting_since_ < kIdleBeforeMark) return std::nullopt;
  return fail(write_mark());
}

Failure Log::stop() {
  if (Failure failed = fail(sync_segment())) return failed;
  persisted_ = taken_;
  if (stated_ < content_) {
    if (Failure failed = fail(write_mark())) return failed;
  }
  for (Extent& extent : extents_) {
    if (Failure failed = fail(extent.segment.file->close())) return failed;
  }
  return std::nullopt;
}

}  // namespace groupy::gms::log
