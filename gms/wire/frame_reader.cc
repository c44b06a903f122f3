#include "gms/wire/frame_reader.h"

#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "gms/check.h"

namespace groupy::gms::wire {

namespace {
// Several parts at once where large frames are to be expected.
constexpr std::size_t kChunkBytesMax = 256u << 10;
// Below this share of a chunk the next read would be too small to be worth it.
constexpr std::size_t kSpaceShare = 16;

// Room for the longest part that is accepted, twice: a part behind the rest of another one.
std::size_t chunk_bytes(std::size_t body_bytes_max) {
  return std::min(kChunkBytesMax, 2 * (kFrameHeaderBytes + body_bytes_max));
}
static_assert(kChunkBytesMax >= 2 * (kFrameHeaderBytes + kPartBytesMax));
}  // namespace

std::span<char> FrameReader::space() {
  if (!chunk_ || capacity_ - written_ < capacity_ / kSpaceShare) take_new_chunk();
  return {chunk_.get() + written_, capacity_ - written_};
}

void FrameReader::take_new_chunk() {
  // The old chunk stays as it is: payloads point into it. Only an unfinished frame moves on, and
  // that is shorter than a whole one, so there is always space behind it.
  const std::string_view rest = unread();
  capacity_ = chunk_bytes(body_bytes_max_);
  auto fresh = std::make_shared_for_overwrite<char[]>(capacity_);
  if (!rest.empty()) std::memcpy(fresh.get(), rest.data(), rest.size());
  chunk_ = std::move(fresh);
  read_ = 0;
  written_ = rest.size();
}

void FrameReader::filled(std::size_t size) {
  GROUPY_CHECK(size <= capacity_ - written_, "more bytes were read than there was space for");
  written_ += size;
}

std::variant<RawFrame, NeedMoreBytes, BrokenFrame> FrameReader::next() {
  for (;;) {
    const std::string_view bytes = unread();
    if (bytes.size() < kFrameHeaderBytes) return NeedMoreBytes{};
    const auto header = decode_header(bytes);
    if (!header) return BrokenFrame{"not a frame of this protocol"};
    if (in_parts_ && header->kind != parts_kind_) return BrokenFrame{"a part of another frame"};
    if (parts_.size() + header->body_length > body_bytes_max_) {
      return BrokenFrame{"a longer frame than is accepted"};
    }
    if (bytes.size() < kFrameHeaderBytes + header->body_length) return NeedMoreBytes{};
    const std::string_view body = bytes.substr(kFrameHeaderBytes, header->body_length);
    if (XXH3_64bits(body.data(), body.size()) != header->body_checksum) {
      return BrokenFrame{"a body with a wrong checksum"};
    }
    read_ += kFrameHeaderBytes + body.size();
    if (!in_parts_ && !header->more_parts) return RawFrame{header->kind, Payload(chunk_, body)};
    if (body.empty()) return BrokenFrame{"an empty part"};
    in_parts_ = header->more_parts;
    parts_kind_ = header->kind;
    parts_ += body;
    if (!in_parts_) return RawFrame{header->kind, Payload(std::exchange(parts_, {}))};
  }
}

}  // namespace groupy::gms::wire
