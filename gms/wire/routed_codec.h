// The frames of generation 3 to bodies, and back.
//
// from(4) to(4) their lives(8, 8) content(1), then the content's fields, little-endian; a flag is
// one byte, what may be missing has a flag before it, and a text, a view or a submission its length
// (4). A record is its 56-byte header and its payload: the very bytes that the logs keep. Decoding
// accepts exactly what encoding gives, and has looked at every record's checksums and that records
// follow each other; payloads stay where the socket put them. Thread: values.
#pragma once

#include <optional>
#include <vector>

#include "gms/routed_frame.h"
#include "gms/wire/frame_writer.h"

namespace groupy::gms::wire {

// What one frame may carry: who has more to say sends another one. More than these, a submission
// longer than a record's payload may be, or a text over kReasonBytesMax is nobody's.
constexpr std::size_t kFrameRecordsMax = 4096;
constexpr std::size_t kFrameSubmissionsMax = 4096;

// A payload up to this size is copied beside its neighbours, so that a batch of small ones is one
// piece: a system call takes only 64 pieces, and filling those with a few bytes each costs far more
// than the copy. A longer payload is a piece of its own and is not copied.
constexpr std::size_t kCopiedBytesMax = 1024;

// Appends the frame's bytes, ready to be written to a link. Within the bounds above.
void encode_routed(const RoutedFrame& frame, std::vector<Piece>& out);

// Nothing if it is no such frame.
std::optional<RoutedFrame> decode_routed(const Payload& body);

}  // namespace groupy::gms::wire
