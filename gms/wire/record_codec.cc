#include "gms/wire/record_codec.h"

#include <xxhash.h>

#include <algorithm>
#include <string>
#include <utility>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::gms::wire {

namespace {

constexpr std::uint32_t kRecordMagic = 0x31525047;  // "GPR1"
constexpr std::uint8_t kRecordFormat = 1;
constexpr std::size_t kRecordChecksummedBytes = 48;

Checksum checksum_of(std::string_view bytes) {
  return Checksum{XXH3_64bits(bytes.data(), bytes.size())};
}

// What the record's checksum covers.
std::string checksummed(const Record& record) {
  std::string bytes;
  bytes.reserve(kRecordHeaderBytes);
  put(bytes, kRecordMagic);
  put(bytes, kRecordFormat);
  put(bytes, static_cast<std::uint8_t>(record.kind));
  put(bytes, std::uint16_t{0});
  put(bytes, static_cast<std::uint32_t>(record.payload.size()));
  put(bytes, std::uint32_t{0});
  put(bytes, record.ballot.value());
  put(bytes, record.sequence.value());
  put(bytes, record.previous.value());
  put(bytes, record.payload_checksum.value());
  GROUPY_CHECK(bytes.size() == kRecordChecksummedBytes, "a record header has another size");
  return bytes;
}

bool is_kind(std::uint8_t kind) {
  return kind == static_cast<std::uint8_t>(RecordKind::application) ||
         kind == static_cast<std::uint8_t>(RecordKind::view);
}

}  // namespace

Record make_record(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
                   Payload payload) {
  GROUPY_CHECK(payload.size() <= kRecordPayloadBytesMax, "a record's payload is too long");
  Record record;
  record.kind = kind;
  record.ballot = ballot;
  record.sequence = sequence;
  record.previous = previous;
  record.payload = std::move(payload);
  record.payload_checksum = checksum_of(record.payload.bytes());
  record.checksum = checksum_of(checksummed(record));
  return record;
}

std::array<char, kRecordHeaderBytes> encode_record_header(const Record& record) {
  std::string bytes = checksummed(record);
  put(bytes, record.checksum.value());
  std::array<char, kRecordHeaderBytes> encoded{};
  std::ranges::copy(bytes, encoded.begin());
  return encoded;
}

std::optional<RecordHeader> decode_record_header(std::string_view bytes) {
  if (bytes.size() < kRecordHeaderBytes) return std::nullopt;
  FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  const auto format = fields.get<std::uint8_t>();
  const auto kind = fields.get<std::uint8_t>();
  const auto flags = fields.get<std::uint16_t>();
  RecordHeader header;
  header.payload_size = fields.get<std::uint32_t>();
  const auto zero = fields.get<std::uint32_t>();
  header.record.ballot = Ballot{fields.get<std::uint64_t>()};
  header.record.sequence = Sequence{fields.get<std::uint64_t>()};
  header.record.previous = Checksum{fields.get<std::uint64_t>()};
  header.record.payload_checksum = Checksum{fields.get<std::uint64_t>()};
  header.record.checksum = Checksum{fields.get<std::uint64_t>()};
  if (magic != kRecordMagic || format != kRecordFormat || flags != 0 || zero != 0)
    return std::nullopt;
  if (header.record.checksum != checksum_of(bytes.substr(0, kRecordChecksummedBytes))) {
    return std::nullopt;
  }
  if (!is_kind(kind) || header.payload_size > kRecordPayloadBytesMax) return std::nullopt;
  if (header.record.sequence == Sequence{}) return std::nullopt;
  if (header.record.sequence == Sequence{1} && header.record.previous != Checksum{}) {
    return std::nullopt;
  }
  header.record.kind = static_cast<RecordKind>(kind);
  return header;
}

bool is_payload_of(const RecordHeader& header, std::string_view bytes) {
  return bytes.size() == header.payload_size &&
         checksum_of(bytes) == header.record.payload_checksum;
}

std::optional<Record> with_payload(const RecordHeader& header, Payload payload) {
  if (!is_payload_of(header, payload.bytes())) return std::nullopt;
  Record record = header.record;
  record.payload = std::move(payload);
  return record;
}

}  // namespace groupy::gms::wire
