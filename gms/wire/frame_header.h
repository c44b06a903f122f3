// The fixed 32 bytes in front of each part of a frame.
//
// magic(4) version(1) kind(1) flags(2) body_length(4) zero(4) body_checksum(8) header_checksum(8),
// little-endian; checksums are XXH3-64. The header's own checksum is looked at first, so that a
// stranger's bytes are refused before its length is believed. Thread: values.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace groupy::gms::wire {

enum class FrameKind : std::uint8_t {
  hello = 1,
  refusal = 2,
  submit = 3,
  multicast = 4,
  view = 5,
  join = 6,
  contacts = 7,
  routed = 8,  // all of generation 3; what it says is in its body
};

struct FrameHeader {
  FrameKind kind = FrameKind::hello;
  bool more_parts = false;  // the next frame on the link continues this one's body
  std::uint32_t body_length = 0;
  std::uint64_t body_checksum = 0;
  bool operator==(const FrameHeader&) const = default;
};

constexpr std::size_t kFrameHeaderBytes = 32;
// A larger body travels in parts, so that a big value never looks like silence.
constexpr std::size_t kPartBytesMax = 64u << 10;

std::array<char, kFrameHeaderBytes> encode_header(const FrameHeader& header);

// Nothing if these are not the first kFrameHeaderBytes of a frame of this version.
std::optional<FrameHeader> decode_header(std::string_view bytes);

}  // namespace groupy::gms::wire
