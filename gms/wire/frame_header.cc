#include "gms/wire/frame_header.h"

#include <xxhash.h>

#include <algorithm>
#include <string>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::gms::wire {

namespace {
constexpr std::uint32_t kFrameMagic = 0x31595047;  // "GPY1"
constexpr std::uint8_t kVersion = 1;
constexpr std::uint16_t kMorePartsFlag = 1;
constexpr std::size_t kFrameChecksummedBytes = 24;
}  // namespace

std::array<char, kFrameHeaderBytes> encode_header(const FrameHeader& header) {
  std::string bytes;
  bytes.reserve(kFrameHeaderBytes);
  put(bytes, kFrameMagic);
  put(bytes, kVersion);
  put(bytes, static_cast<std::uint8_t>(header.kind));
  put(bytes, header.more_parts ? kMorePartsFlag : std::uint16_t{0});
  put(bytes, header.body_length);
  put(bytes, std::uint32_t{0});
  put(bytes, header.body_checksum);
  put(bytes, std::uint64_t{XXH3_64bits(bytes.data(), kFrameChecksummedBytes)});
  std::array<char, kFrameHeaderBytes> encoded{};
  GROUPY_CHECK(bytes.size() == encoded.size(), "a frame header has another size than it should");
  std::ranges::copy(bytes, encoded.begin());
  return encoded;
}

std::optional<FrameHeader> decode_header(std::string_view bytes) {
  if (bytes.size() < kFrameHeaderBytes) return std::nullopt;
  FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  const auto version = fields.get<std::uint8_t>();
  const auto kind = fields.get<std::uint8_t>();
  const auto flags = fields.get<std::uint16_t>();
  FrameHeader header;
  header.body_length = fields.get<std::uint32_t>();
  const auto zero = fields.get<std::uint32_t>();
  header.body_checksum = fields.get<std::uint64_t>();
  const auto checksum = fields.get<std::uint64_t>();
  if (checksum != XXH3_64bits(bytes.data(), kFrameChecksummedBytes)) return std::nullopt;
  if (magic != kFrameMagic || version != kVersion || zero != 0) return std::nullopt;
  if (kind < static_cast<std::uint8_t>(FrameKind::hello) ||
      kind > static_cast<std::uint8_t>(FrameKind::routed)) {
    return std::nullopt;
  }
  if ((flags & ~kMorePartsFlag) != 0 || header.body_length > kPartBytesMax) return std::nullopt;
  header.kind = static_cast<FrameKind>(kind);
  header.more_parts = (flags & kMorePartsFlag) != 0;
  return header;
}

}  // namespace groupy::gms::wire
