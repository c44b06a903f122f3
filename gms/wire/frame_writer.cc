#include "gms/wire/frame_writer.h"

#include <xxhash.h>

#include <algorithm>
#include <memory>

#include "gms/check.h"

namespace groupy::gms::wire {

namespace {

struct FreeState {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};

std::uint64_t checksum_of(std::string_view fixed, std::string_view payload) {
  if (fixed.empty()) return XXH3_64bits(payload.data(), payload.size());
  if (payload.empty()) return XXH3_64bits(fixed.data(), fixed.size());
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  GROUPY_CHECK(state != nullptr, "no memory for a checksum");
  XXH3_64bits_reset(state.get());
  XXH3_64bits_update(state.get(), fixed.data(), fixed.size());
  XXH3_64bits_update(state.get(), payload.data(), payload.size());
  return XXH3_64bits_digest(state.get());
}

}  // namespace

void write_frame(FrameKind kind, std::string_view fixed, const Payload& payload,
                 std::vector<Piece>& out) {
  GROUPY_CHECK(fixed.size() <= kPartBytesMax, "the fixed fields of a frame do not fit into a part");
  std::size_t sent = 0;
  do {
    const std::size_t length = std::min(payload.size() - sent, kPartBytesMax - fixed.size());
    const Payload part = payload.slice(sent, length);
    sent += length;
    FrameHeader header;
    header.kind = kind;
    header.more_parts = sent < payload.size();
    header.body_length = static_cast<std::uint32_t>(fixed.size() + length);
    header.body_checksum = checksum_of(fixed, part.bytes());
    const auto encoded = encode_header(header);
    Piece piece{std::string(encoded.begin(), encoded.end()), part};
    piece.head += fixed;
    out.push_back(std::move(piece));
    fixed = {};
  } while (sent < payload.size());
}

}  // namespace groupy::gms::wire
