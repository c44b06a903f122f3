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

// Of `fixed` and then the payloads of all `pieces`.
std::uint64_t checksum_of(std::string_view fixed, std::span<const Piece> pieces) {
  const std::string_view first = pieces.front().payload.bytes();
  if (pieces.size() == 1 && fixed.empty()) return XXH3_64bits(first.data(), first.size());
  if (pieces.size() == 1 && first.empty()) return XXH3_64bits(fixed.data(), fixed.size());
  const std::unique_ptr<XXH3_state_t, FreeState> state(XXH3_createState());
  GROUPY_CHECK(state != nullptr, "no memory for a checksum");
  XXH3_64bits_reset(state.get());
  XXH3_64bits_update(state.get(), fixed.data(), fixed.size());
  for (const Piece& piece : pieces) {
    const std::string_view bytes = piece.payload.bytes();
    XXH3_64bits_update(state.get(), bytes.data(), bytes.size());
  }
  return XXH3_64bits_digest(state.get());
}

// What is left of the payloads that a body consists of.
class Rest {
 public:
  explicit Rest(std::span<const Payload> payloads) : payloads_(payloads) { skip_used_up(); }

  bool empty() const { return payloads_.empty(); }
  // The next bytes that lie in one place, at most `size_max` of them.
  Payload take(std::size_t size_max) {
    const Payload& payload = payloads_.front();
    Payload taken = payload.slice(used_, std::min(size_max, payload.size() - used_));
    used_ += taken.size();
    skip_used_up();
    return taken;
  }

 private:
  void skip_used_up() {
    while (!payloads_.empty() && used_ == payloads_.front().size()) {
      payloads_ = payloads_.subspan(1);
      used_ = 0;
    }
  }

  std::span<const Payload> payloads_;
  std::size_t used_ = 0;  // of the first
};

}  // namespace

void write_frame(FrameKind kind, std::string_view fixed, const Payload& payload,
                 std::vector<Piece>& out) {
  write_frame(kind, fixed, std::span(&payload, 1), out);
}

void write_frame(FrameKind kind, std::string_view fixed, std::span<const Payload> contents,
                 std::vector<Piece>& out) {
  GROUPY_CHECK(fixed.size() <= kPartBytesMax, "the fixed fields of a frame do not fit into a part");
  Rest rest(contents);
  do {
    // The header, which comes first, can only be made when the whole part is known.
    const std::size_t first = out.size();
    std::size_t length = fixed.size();
    do {
      Piece piece;
      if (!rest.empty()) piece.payload = rest.take(kPartBytesMax - length);
      length += piece.payload.size();
      out.push_back(std::move(piece));
    } while (!rest.empty() && length < kPartBytesMax);
    FrameHeader header;
    header.kind = kind;
    header.more_parts = !rest.empty();
    header.body_length = static_cast<std::uint32_t>(length);
    header.body_checksum = checksum_of(fixed, std::span(out).subspan(first));
    const auto encoded = encode_header(header);
    std::string& head = out[first].head;
    head.reserve(encoded.size() + fixed.size());
    head.assign(encoded.begin(), encoded.end());
    head += fixed;
    fixed = {};
  } while (!rest.empty());
}

}  // namespace groupy::gms::wire
