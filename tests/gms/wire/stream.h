// Frames as a stream of bytes, and what a reader makes of one, for tests.
//
// Thread: the test's.
#pragma once

#include <algorithm>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "gms/wire/frame_codec.h"

namespace groupy::gms::wire {

inline constexpr std::size_t kBodyMax = 4u << 20;

inline std::string bytes_of(const Frame& frame) {
  std::vector<Piece> pieces;
  encode_frame(frame, pieces);
  std::string bytes;
  for (const Piece& piece : pieces) bytes.append(piece.head).append(piece.payload.bytes());
  return bytes;
}

inline void feed(FrameReader& reader, std::string_view bytes) {
  while (!bytes.empty()) {
    const std::span<char> space = reader.space();
    const std::size_t size = std::min(space.size(), bytes.size());
    std::memcpy(space.data(), bytes.data(), size);
    reader.filled(size);
    bytes.remove_prefix(size);
  }
}

struct Read {
  std::vector<Frame> frames;
  bool broken = false;
};

// Feeds in pieces of at most `piece` bytes and decodes whatever comes out in between.
inline Read read_all(std::string_view bytes, std::size_t piece, std::size_t body_max = kBodyMax) {
  FrameReader reader(body_max);
  Read read;
  while (!bytes.empty() && !read.broken) {
    feed(reader, bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      const auto next = reader.next();
      if (std::holds_alternative<NeedMoreBytes>(next)) break;
      const auto* raw = std::get_if<RawFrame>(&next);
      const auto frame = raw != nullptr ? decode_frame(*raw) : std::nullopt;
      if (!frame) {
        read.broken = true;
        break;
      }
      read.frames.push_back(*frame);
    }
  }
  return read;
}

}  // namespace groupy::gms::wire
