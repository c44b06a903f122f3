// Frames of the core to the bodies that travel, and back.
//
// Submissions and multicasts are fixed fields and then the payload as it is; views and joins are
// protobuf; what generation 3 says is in routed_codec. Decoding accepts exactly what encoding
// gives, and within the bounds of view.h; anything else is nothing. Thread: values.
#pragma once

#include <optional>
#include <vector>

#include "gms/frame.h"
#include "gms/wire/frame_reader.h"
#include "gms/wire/frame_writer.h"

namespace groupy::gms::wire {

// Appends the frame's bytes, ready to be written to a link.
void encode_frame(const Frame& frame, std::vector<Piece>& out);

// Nothing if it is no frame of the group: malformed, or of the handshake.
std::optional<Frame> decode_frame(const RawFrame& raw);

}  // namespace groupy::gms::wire
