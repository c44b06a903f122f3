// One message of the total order as it stands in the logs, the same bytes at every member.
//
// A record names its predecessor by checksum, so (ballot, sequence, checksum) identifies not only a
// record but everything before it. Payloads have a checksum of their own: a record keeps its
// identity when its payload is damaged. gms/wire makes records and computes checksums.
// Thread: values; payloads are shared.
#pragma once

#include <cstdint>

#include "gms/message.h"

namespace groupy::gms {

using Checksum = Number<struct ChecksumTag, std::uint64_t>;

enum class RecordKind : std::uint8_t {
  application = 1,  // payload: the origin, then what the application submitted
  view = 2,         // payload: the view
};

struct Record {
  RecordKind kind = RecordKind::application;
  Ballot ballot;
  Sequence sequence;  // one more than its predecessor's; the first record has 1
  Checksum previous;  // of the predecessor's record; 0 for the first
  Payload payload;
  Checksum payload_checksum;
  Checksum checksum;  // of all of the above but the payload's bytes
  bool operator==(const Record&) const = default;
};

// What identifies a record, and with it the log up to there. All zero: the empty log.
struct RecordId {
  Ballot ballot;
  Sequence sequence;
  Checksum checksum;
  auto operator<=>(const RecordId&) const = default;
};

inline RecordId id_of(const Record& record) {
  return {record.ballot, record.sequence, record.checksum};
}

}  // namespace groupy::gms
