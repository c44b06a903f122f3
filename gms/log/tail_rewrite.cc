#include "gms/log/tail_rewrite.h"

#include <algorithm>
#include <array>
#include <utility>

#include "gms/log/record_cursor.h"
#include "gms/log/segment_reader.h"

namespace groupy::gms::log {

namespace {

// Writes the entries of a segment that is still being built. Each says that all before it is on
// disk: the segment gets its name only when that is so.
class TailWriter {
 public:
  explicit TailWriter(Segment& segment)
      : segment_(segment), seed_(segment.header.seed()), number_(segment.header.number) {}

  Failure put_local(EntryKind kind, const RecordId& id) {
    return put(encode_local_head(kind, id, {number_, offset_}, {seed_, offset_}), {});
  }
  Failure put_record(const Record& record) {
    return put(encode_record_head(record, {number_, offset_}, {seed_, offset_}),
               record.payload.bytes());
  }

 private:
  Failure put(const EntryHead& head, std::string_view payload) {
    const std::array pieces{std::string_view(head.data(), head.size()), payload};
    const std::uint64_t at = offset_;
    offset_ += Entry::padded(head.size() + payload.size());
    return segment_.file->write_at(at, pieces);
  }

  Segment& segment_;
  const std::uint64_t seed_;
  const std::uint64_t number_;
  std::uint64_t offset_ = kSegmentDataStart;
};

// Everything behind the mark, and what is added to it, fits into this.
std::uint64_t bytes_needed(const FoundLog& log) {
  std::uint64_t bytes = 4 * kEntryHeadBytes;
  for (const Extent& extent : log.extents) {
    if (extent.number() == log.mark.segment && extent.end > log.mark.offset) {
      bytes += extent.end - log.mark.offset;
    } else if (extent.number() > log.mark.segment) {
      bytes += extent.end - kSegmentDataStart;
    }
  }
  return bytes;
}

Failure put_cut(const FoundLog& log, TailWriter& writer) {
  const Tail& tail = log.tail;
  if (!tail.is_cut && !tail.is_restarted) return std::nullopt;
  return writer.put_local(tail.is_restarted ? EntryKind::restart : EntryKind::cut, tail.kept);
}

// Behind the records, so that none of them hides it should it decay: then the end is unknown.
Failure put_note(const FoundLog& log, TailWriter& writer) {
  if (!log.has_loss && !log.tail.has_notes) return std::nullopt;
  return writer.put_local(log.has_loss ? EntryKind::loss : EntryKind::whole, log.chain.last());
}

Failure unstable() {
  return IoError{IoCode::failed, "log: what was just read reads otherwise now"};
}

Failure put_records(const FoundLog& log, TailWriter& writer) {
  if (log.tail.first_record == Sequence{}) return std::nullopt;
  RecordCursor cursor(log.extents, log.chain);
  for (Sequence at = log.tail.first_record; at <= log.chain.last().sequence; at = at.next()) {
    auto found = cursor.find(at);
    if (!found.ok()) return found.error();
    if (!*found) return unstable();
    auto record = cursor.record();
    if (!record.ok()) return record.error();
    if (!*record) return unstable();
    if (Failure failed = writer.put_record(**record)) return failed;
  }
  return std::nullopt;
}

// The spare was on disk as zeros before it got its name. If it still reads so, nothing was ever put
// into it, and it need not be filled again.
Result<bool> can_use_spare(const FoundLog& log, const SegmentHeader& header) {
  if (!log.spare || log.spare->header.size != header.size) return false;
  auto size = log.spare->file->size();
  if (!size.ok()) return size.error();
  if (*size != header.size) return false;
  return SegmentReader(*log.spare, header.size).is_zero_from(kSegmentDataStart);
}

// A start must not fail for want of space that its tail does not need.
Result<Segment> segment_for_tail(Directory& files, FoundLog& log, SegmentHeader header) {
  auto has_spare = can_use_spare(log, header);
  if (!has_spare.ok()) return has_spare.error();
  if (*has_spare) {
    log.spare->file.reset();
    auto name = take_out_segment(files, log.spare->header.number);
    if (!name.ok()) return name.error();
    return build_from_zeros(files, header, *name);
  }
  auto segment = build_segment(files, header, {});
  if (segment.ok() || segment.error().code != IoCode::no_space) return segment;
  header.size = segment_size_for(bytes_needed(log), 0);
  return build_segment(files, header, {});
}

}  // namespace

Failure rewrite_tail(Directory& files, FoundLog& log, DirectoryId directory,
                     std::uint64_t segment_bytes) {
  SegmentHeader header;
  header.number = log.highest_number + 1;
  header.directory = directory;
  header.predecessor = log.mark.segment;
  header.replaces_from = log.mark.offset;
  header.size = segment_size_for(bytes_needed(log), segment_bytes);
  auto segment = segment_for_tail(files, log, header);
  if (!segment.ok()) return segment.error();
  TailWriter writer(*segment);
  if (Failure failed = put_cut(log, writer)) return failed;
  if (Failure failed = put_records(log, writer)) return failed;
  if (Failure failed = put_note(log, writer)) return failed;
  if (Failure failed = writer.put_local(EntryKind::mark, {})) return failed;
  if (Failure failed = install_segment(files, *segment)) return failed;
  return segment->file->close();
}

Failure give_back_replaced(FoundLog& log) {
  for (Extent& extent : log.extents) {
    if (!extent.is_replaced_from_end) continue;
    auto size = extent.segment.file->size();
    if (!size.ok()) return size.error();
    if (*size <= extent.end) continue;
    if (Failure failed = extent.segment.file->truncate(extent.end)) return failed;
  }
  return std::nullopt;
}

Failure write_marks_again(FoundLog& log) {
  const auto extent = std::ranges::find(log.extents, log.mark.segment, &Extent::number);
  if (extent == log.extents.end()) {
    return IoError{IoCode::refused, "log: a mark in a segment that is not there"};
  }
  if (extent->end <= log.mark.offset) return std::nullopt;
  std::string bytes(static_cast<std::size_t>(extent->end - log.mark.offset), '\0');
  File& file = *extent->segment.file;
  auto got = read_with_damage(file, log.mark.offset, bytes);
  if (!got.ok()) return got.error();
  bytes.resize(*got);
  if (Failure failed = file.write_at(log.mark.offset, std::array{std::string_view(bytes)})) {
    return failed;
  }
  return file.sync();
}

}  // namespace groupy::gms::log
