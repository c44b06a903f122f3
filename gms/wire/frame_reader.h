// Bytes from a link in, whole frame bodies out, however the bytes were cut on their way.
//
// Trusts nothing: a header must be sound before its length is looked at, no memory is set aside for
// a length that somebody only claims, and what is wrong once ends the link. Bodies are slices of
// the memory that the socket read into; only a body in several parts is copied, once.
// Thread: one at a time.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <variant>

#include "gms/message.h"
#include "gms/wire/frame_header.h"

namespace groupy::gms::wire {

struct RawFrame {
  FrameKind kind = FrameKind::hello;
  Payload body;
};
struct NeedMoreBytes {};
struct BrokenFrame {
  const char* why;
};

class FrameReader {
 public:
  // Whole bodies may have at most `body_bytes_max`; longer ones break the link.
  // Memory is taken accordingly: little for a stranger who may only say hello.
  explicit FrameReader(std::size_t body_bytes_max) : body_bytes_max_(body_bytes_max) {}

  // Where to put the next bytes; never empty. Valid until the next call of anything.
  std::span<char> space();
  // `size` bytes were put there.
  void filled(std::size_t size);
  // The next whole frame. After BrokenFrame there is nothing more to be had.
  std::variant<RawFrame, NeedMoreBytes, BrokenFrame> next();

  // After the handshake a peer may send more than a stranger.
  void set_body_bytes_max(std::size_t bytes) { body_bytes_max_ = bytes; }

 private:
  std::string_view unread() const { return {chunk_.get() + read_, written_ - read_}; }
  void take_new_chunk();

  std::size_t body_bytes_max_;
  std::shared_ptr<char[]> chunk_;  // shared with the payloads that are slices of it
  std::size_t capacity_ = 0;
  std::size_t read_ = 0;
  std::size_t written_ = 0;

  // A body in several parts, as far as it has come.
  bool in_parts_ = false;
  FrameKind parts_kind_ = FrameKind::hello;
  std::string parts_;
};

}  // namespace groupy::gms::wire
