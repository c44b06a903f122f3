#include "gms/log/dump.h"

#include <array>
#include <charconv>

#include "gms/log/segment_reader.h"

namespace groupy::gms::log {

namespace {

std::string hex_of(Checksum checksum) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), checksum.value(), 16).ptr;
  const std::string hex(digits.begin(), end);
  return std::string(digits.size() - hex.size(), '0') + hex;
}

std::string text_of(const RecordId& id) {
  return "sequence " + std::to_string(id.sequence.value()) + " ballot " +
         std::to_string(id.ballot.value()) + " checksum " + hex_of(id.checksum);
}

std::string text_of(const Position& position) {
  return std::to_string(position.segment) + ":" + std::to_string(position.offset);
}

std::string text_of(const Entry& entry, std::string_view payload) {
  std::string text = name_of(entry.kind);
  if (entry.kind == EntryKind::record) {
    const Record& record = entry.record.record;
    text += record.kind == RecordKind::view ? " view " : " application ";
    text += text_of(entry.id) + " previous " + hex_of(record.previous) + " bytes " +
            std::to_string(entry.record.payload_size);
    if (!wire::is_payload_of(entry.record, payload)) text += " PAYLOAD DAMAGED";
  } else if (entry.kind != EntryKind::mark && entry.kind != EntryKind::segment_end) {
    text += " behind " + text_of(entry.id);
  }
  return text + " synced " + text_of(entry.synced);
}

std::string text_of(const SegmentHeader& header) {
  std::string text = "segment " + std::to_string(header.number) + " bytes " +
                     std::to_string(header.size) + " directory " + header.directory.to_hex();
  if (header.replaces_from != 0) {
    return text + " replaces all from " +
           text_of(Position{header.predecessor, header.replaces_from});
  }
  return text + " follows " + std::to_string(header.predecessor);
}

// The header of whatever directory; nothing if both copies are unreadable.
Result<std::optional<SegmentHeader>> header_of(const File& file) {
  for (const std::uint64_t at : {std::uint64_t{0}, kSegmentHeaderCopyAt}) {
    std::array<char, kSegmentHeaderBytes> bytes{};
    auto got = read_with_damage(file, at, bytes);
    if (!got.ok()) return got.error();
    if (auto header = decode_segment_header({bytes.data(), *got})) return header;
  }
  return std::optional<SegmentHeader>();
}

Failure dump_entries(const Segment& segment, const DumpLine& line) {
  SegmentReader reader(segment, segment.header.size);
  for (std::uint64_t offset = kSegmentDataStart; offset < reader.end();) {
    const std::string at = "  " + std::to_string(offset) + " ";
    auto entry = reader.entry_at(offset);
    if (!entry.ok()) return entry.error();
    if (*entry) {
      auto payload = reader.payload_at(offset, **entry);
      if (!payload.ok()) return payload.error();
      line(at + text_of(**entry, payload->bytes()));
      offset += (*entry)->size();
      continue;
    }
    auto is_end = reader.is_zero_from(offset);
    if (!is_end.ok()) return is_end.error();
    if (*is_end) return std::nullopt;
    auto next = reader.next_entry_behind(offset);
    if (!next.ok()) return next.error();
    const std::uint64_t end = next->value_or(reader.end());
    line(at + "UNREADABLE bytes " + std::to_string(end - offset));
    offset = end;
  }
  return std::nullopt;
}

}  // namespace

Failure dump_log(Directory& files, const DumpLine& line) {
  auto names = files.list("log");
  if (!names.ok()) return names.error();
  for (const std::string& name : *names) {
    auto file = files.open("log/" + name);
    if (!file.ok()) return file.error();
    auto header = header_of(**file);
    if (!header.ok()) return header.error();
    if (!*header) {
      line("log/" + name + " UNREADABLE: no copy of a segment's header");
      continue;
    }
    line("log/" + name + " " + text_of(**header));
    const Segment segment{**header, std::move(*file)};
    if (Failure failed = dump_entries(segment, line)) return failed;
  }
  return std::nullopt;
}

}  // namespace groupy::gms::log
