#include "gms/log/entry_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gms/check.h"

namespace groupy::gms::log {

namespace {

// Heads of at most this many records are in memory at once.
constexpr std::size_t kRecordsPerWrite = 512;
constexpr std::string_view kPadding("\0\0\0\0\0\0\0\0", 8);

std::uint64_t entry_bytes(const Record& record) {
  return Entry::padded(kEntryHeadBytes + record.payload.size());
}

}  // namespace

EntryWriter::EntryWriter(SegmentPreparer& preparer, DirectoryId directory,
                         std::uint64_t segment_bytes)
    : preparer_(preparer), directory_(directory), segment_bytes_(segment_bytes) {}

Failure EntryWriter::begin() {
  if (Failure failed = go_to_next_segment(0)) return failed;
  stated_ = content_ = synced_;
  return std::nullopt;
}

void EntryWriter::go_on(std::vector<Extent> extents, std::uint64_t next_number, bool is_closed) {
  extents_ = std::move(extents);
  next_number_ = next_number;
  is_closed_ = is_closed || current().end > current().segment.header.entries_end_max();
  synced_ = stated_ = content_ = end();
}

Result<std::vector<Position>> EntryWriter::write(std::span<const Record> records) {
  std::vector<Position> places;
  places.reserve(records.size());
  while (!records.empty()) {
    if (Failure failed = make_room_for(entry_bytes(records.front()))) return *failed;
    std::size_t count = 0;
    std::uint64_t bytes = 0;
    while (count < std::min(records.size(), kRecordsPerWrite)) {
      bytes += entry_bytes(records[count]);
      if (bytes > room()) break;
      ++count;
    }
    if (Failure failed = write_batch(records.first(count), places)) return *failed;
    records = records.subspan(count);
  }
  return places;
}

// All of them fit into the current segment.
Failure EntryWriter::write_batch(std::span<const Record> records, std::vector<Position>& places) {
  std::vector<EntryHead> heads;
  heads.reserve(records.size());
  EntryPlace at = place();
  for (const Record& record : records) {
    heads.push_back(encode_record_head(record, synced_, at));
    places.push_back({current().number(), at.offset});
    at.offset += entry_bytes(record);
  }
  // Sequences rise within a batch, and nothing else is asked of `highest`.
  current().highest = std::max(current().highest, records.back().sequence);
  if (Failure failed = write_entries(heads, records)) return failed;
  content_ = end();
  return std::nullopt;
}

Failure EntryWriter::write(EntryKind kind, const RecordId& id) {
  if (Failure failed = make_room_for(kEntryHeadBytes)) return failed;
  const EntryHead head = encode_local_head(kind, id, synced_, place());
  if (Failure failed = write_entries(std::span(&head, 1), {})) return failed;
  if (kind != EntryKind::mark) content_ = end();
  return std::nullopt;
}

// `records` are those of the heads, or none.
Failure EntryWriter::write_entries(std::span<const EntryHead> heads,
                                   std::span<const Record> records) {
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
  return std::nullopt;
}

std::uint64_t EntryWriter::room() const {
  const std::uint64_t most = current().segment.header.entries_end_max();
  return is_closed_ || current().end >= most ? 0 : most - current().end;
}

Failure EntryWriter::make_room_for(std::uint64_t bytes) {
  if (bytes <= room()) return std::nullopt;
  if (Failure failed = close_segment()) return failed;
  if (Failure failed = sync()) return failed;
  return go_to_next_segment(bytes);
}

Failure EntryWriter::close_segment() {
  if (is_closed_) return std::nullopt;
  const EntryHead head = encode_local_head(EntryKind::segment_end, {}, synced_, place());
  is_closed_ = true;
  return write_entries(std::span(&head, 1), {});
}

Failure EntryWriter::write_mark() {
  const bool fits = room() >= kEntryHeadBytes;
  if (Failure failed = fits ? write(EntryKind::mark, {}) : close_segment()) return failed;
  return sync();
}

SegmentHeader EntryWriter::next_header() const {
  SegmentHeader header;
  header.number = next_number_;
  header.directory = directory_;
  header.size = segment_bytes_;
  header.predecessor = extents_.empty() ? 0 : extents_.back().number();
  return header;
}

Failure EntryWriter::go_to_next_segment(std::uint64_t bytes) {
  SegmentHeader header = next_header();
  header.size = segment_size_for(bytes, segment_bytes_);
  auto segment = preparer_.take(header);
  if (!segment.ok()) return segment.error();
  extents_.push_back({std::move(*segment), kSegmentDataStart, Sequence{}, false});
  ++next_number_;
  is_closed_ = false;
  synced_ = end();
  want_next();
  return std::nullopt;
}

Failure EntryWriter::sync() {
  if (is_synced()) return std::nullopt;
  if (Failure failed = current().segment.file->sync()) return failed;
  synced_ = end();
  return std::nullopt;
}

Extent& EntryWriter::extent_of(std::uint64_t segment) {
  const auto found = std::ranges::find(extents_, segment, &Extent::number);
  GROUPY_CHECK(found != extents_.end(), "a segment is written to that is not there");
  return *found;
}

Failure EntryWriter::put_back(Position at, std::span<const std::string_view> pieces) {
  File& file = *extent_of(at.segment).segment.file;
  std::uint64_t end = at.offset;
  for (const std::string_view piece : pieces) end += piece.size();
  if (Failure failed = rewrite_unreadable(file, at.offset, end)) return failed;
  return file.write_at(at.offset, pieces);
}

// Everything before its segment was on disk; of more it need not tell.
Failure EntryWriter::put_back(Position at, const Record& record) {
  Extent& extent = extent_of(at.segment);
  const EntryHead head = encode_record_head(record, {at.segment, kSegmentDataStart},
                                            {extent.segment.header.seed(), at.offset});
  const std::uint64_t bytes = head.size() + record.payload.size();
  const std::array pieces{std::string_view(head.data(), head.size()), record.payload.bytes(),
                          kPadding.substr(0, Entry::padded(bytes) - bytes)};
  extent.highest = std::max(extent.highest, record.sequence);
  return put_back(at, pieces);
}

Failure EntryWriter::sync_segments(const std::set<std::uint64_t>& numbers) {
  for (const std::uint64_t number : numbers) {
    if (Failure failed = extent_of(number).segment.file->sync()) return failed;
  }
  return std::nullopt;
}

Failure EntryWriter::close() {
  for (Extent& extent : extents_) {
    if (Failure failed = extent.segment.file->close()) return failed;
  }
  return std::nullopt;
}

Failure EntryWriter::close_first() {
  if (Failure failed = extents_.front().segment.file->close()) return failed;
  extents_.erase(extents_.begin());
  return std::nullopt;
}

}  // namespace groupy::gms::log
