#include "gms/log/entry.h"

#include <xxhash.h>

#include <algorithm>
#include <string>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::gms::log {

namespace {

using wire::put;

constexpr std::uint32_t kRecordMagic = 0x31525047;  // "GPR1", as wire/record_codec has it
constexpr std::uint32_t kLocalMagic = 0x314c5047;   // "GPL1"
constexpr std::uint8_t kEntryFormat = 1;
constexpr std::size_t kEntryChecksummedBytes = 72;

EntryHead with_local_part(std::string bytes, Position synced, EntryPlace place) {
  GROUPY_CHECK(bytes.size() == wire::kRecordHeaderBytes, "an entry's first part has another size");
  put(bytes, synced.segment);
  put(bytes, static_cast<std::uint32_t>(synced.offset));
  put(bytes, static_cast<std::uint32_t>(place.offset));
  put(bytes, std::uint64_t{XXH3_64bits_withSeed(bytes.data(), kEntryChecksummedBytes, place.seed)});
  EntryHead head{};
  std::ranges::copy(bytes, head.begin());
  return head;
}

// The first 56 bytes of what is not a record.
bool decode_local(std::string_view bytes, Entry& entry) {
  wire::FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  const auto format = fields.get<std::uint8_t>();
  const auto kind = fields.get<std::uint8_t>();
  std::uint64_t zeros = fields.get<std::uint16_t>();
  zeros |= fields.get<std::uint64_t>();
  entry.id.ballot = Ballot{fields.get<std::uint64_t>()};
  entry.id.sequence = Sequence{fields.get<std::uint64_t>()};
  entry.id.checksum = Checksum{fields.get<std::uint64_t>()};
  zeros |= fields.get<std::uint64_t>();
  zeros |= fields.get<std::uint64_t>();
  if (magic != kLocalMagic || format != kEntryFormat || zeros != 0) return false;
  if (kind < static_cast<std::uint8_t>(EntryKind::mark) ||
      kind > static_cast<std::uint8_t>(EntryKind::whole)) {
    return false;
  }
  entry.kind = static_cast<EntryKind>(kind);
  const bool names_none = entry.kind == EntryKind::mark || entry.kind == EntryKind::segment_end;
  return !names_none || entry.id == RecordId{};
}

}  // namespace

EntryHead encode_record_head(const Record& record, Position synced, EntryPlace place) {
  const auto shared = wire::encode_record_header(record);
  return with_local_part({shared.data(), shared.size()}, synced, place);
}

EntryHead encode_local_head(EntryKind kind, const RecordId& id, Position synced, EntryPlace place) {
  std::string bytes;
  bytes.reserve(kEntryHeadBytes);
  put(bytes, kLocalMagic);
  put(bytes, kEntryFormat);
  put(bytes, static_cast<std::uint8_t>(kind));
  put(bytes, std::uint16_t{0});
  put(bytes, std::uint64_t{0});
  put(bytes, id.ballot.value());
  put(bytes, id.sequence.value());
  put(bytes, id.checksum.value());
  put(bytes, std::uint64_t{0});
  put(bytes, std::uint64_t{0});
  return with_local_part(std::move(bytes), synced, place);
}

std::optional<Entry> decode_head(std::string_view bytes, EntryPlace place) {
  if (bytes.size() < kEntryHeadBytes || !may_be_head(bytes)) return std::nullopt;
  wire::FieldReader fields(bytes.substr(wire::kRecordHeaderBytes));
  Entry entry;
  entry.synced.segment = fields.get<std::uint64_t>();
  entry.synced.offset = fields.get<std::uint32_t>();
  const auto offset = fields.get<std::uint32_t>();
  const auto checksum = fields.get<std::uint64_t>();
  if (checksum != XXH3_64bits_withSeed(bytes.data(), kEntryChecksummedBytes, place.seed)) {
    return std::nullopt;
  }
  if (offset != place.offset) return std::nullopt;
  if (const auto header = wire::decode_record_header(bytes)) {
    entry.kind = EntryKind::record;
    entry.record = *header;
    entry.id = id_of(header->record);
    return entry;
  }
  if (!decode_local(bytes, entry)) return std::nullopt;
  return entry;
}

bool may_be_head(std::string_view bytes) {
  wire::FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  return magic == kRecordMagic || magic == kLocalMagic;
}

const char* name_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::record:
      return "record";
    case EntryKind::mark:
      return "mark";
    case EntryKind::cut:
      return "cut";
    case EntryKind::segment_end:
      return "segment end";
    case EntryKind::restart:
      return "restart";
    case EntryKind::loss:
      return "loss";
    case EntryKind::whole:
      return "whole";
  }
  return "unknown";
}

}  // namespace groupy::gms::log
