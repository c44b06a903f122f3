// Records and the 56 bytes in front of each that are the same at every member.
//
// magic(4) format(1) kind(1) flags(2) payload_length(4) zero(4) ballot(8) sequence(8) previous(8)
// payload_checksum(8) record_checksum(8), little-endian; checksums are XXH3-64. The record checksum
// covers the 48 bytes before it, and with them the payload's checksum and the predecessor's: equal
// checksums mean equal logs up to there. The bytes that come over the wire are the bytes that the
// log keeps. Thread: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gms/record.h"

namespace groupy::gms::wire {

constexpr std::size_t kRecordHeaderBytes = 56;
// A longer payload is nobody's: what claims one is not a record.
constexpr std::uint32_t kRecordPayloadBytesMax = 64u << 20;

// A record with both checksums computed. The payload is at most kRecordPayloadBytesMax long.
Record make_record(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
                   Payload payload);

std::array<char, kRecordHeaderBytes> encode_record_header(const Record& record);

// A header that was read, its record still without the payload.
struct RecordHeader {
  Record record;
  std::uint32_t payload_size = 0;
};

// Nothing if `bytes` do not start with a header of this format whose checksum is right. Says
// nothing of the payload.
std::optional<RecordHeader> decode_record_header(std::string_view bytes);

// Whether these bytes are the payload that the header promises.
bool is_payload_of(const RecordHeader& header, std::string_view bytes);

// The whole record; nothing if `payload` is not the one that the header promises.
std::optional<Record> with_payload(const RecordHeader& header, Payload payload);

}  // namespace groupy::gms::wire
