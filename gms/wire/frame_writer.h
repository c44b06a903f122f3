// A frame's body on its way out: cut into parts, each with its header, without copying payloads.
//
// Thread: values.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "gms/message.h"
#include "gms/wire/frame_header.h"

namespace groupy::gms::wire {

// What is written one after the other: `head`, then `payload`.
struct Piece {
  std::string head;
  Payload payload;
  std::size_t size() const { return head.size() + payload.size(); }
};

// Appends the frame whose body is `fixed` followed by `payload`. `fixed` must fit into one part.
void write_frame(FrameKind kind, std::string_view fixed, const Payload& payload,
                 std::vector<Piece>& out);
// The same for a body that lies in many places: `fixed`, then all of `contents` in their order. A
// part takes from as many of them as it has room for.
void write_frame(FrameKind kind, std::string_view fixed, std::span<const Payload> contents,
                 std::vector<Piece>& out);

}  // namespace groupy::gms::wire
