#include "gms/net/link.h"

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>

#include "gms/wire/frame_codec.h"

namespace groupy::gms::net {

namespace asio = boost::asio;

namespace {
// The queue shrinks by whole writes: a peer that reads is not to lose its link for one long write.
constexpr std::size_t kWriteBytesMax = 1u << 20;
}  // namespace

Link::Link(asio::ip::tcp::socket socket, wire::FrameReader reader, ViewMember peer,
           std::uint64_t number, LinkOptions options, LinkOwner& owner)
    : socket_(std::move(socket)),
      reader_(std::move(reader)),
      peer_(std::move(peer)),
      number_(number),
      options_(options),
      owner_(owner) {
  reader_.set_body_bytes_max(options_.body_bytes_max);
}

void Link::start() {
  if (hand_in_frames()) read();
}

void Link::send(const Frame& frame) {
  if (!open_ || full_) return;
  std::vector<wire::Piece> pieces;
  wire::encode_frame(frame, pieces);
  for (wire::Piece& piece : pieces) {
    queued_bytes_ += piece.size();
    queue_.push_back(std::move(piece));
  }
  if (queued_bytes_ <= options_.queue_bytes_max) return;
  full_ = true;
  // Posted: the owner may be in the middle of sending to all.
  asio::post(socket_.get_executor(), [self = shared_from_this()] {
    self->close("it does not take what it is sent: the queue is full");
  });
}

void Link::flush() {
  if (!open_ || full_ || !writing_.empty() || queue_.empty()) return;
  take_next_write();
  std::vector<asio::const_buffer> buffers;
  buffers.reserve(2 * writing_.size());
  for (const wire::Piece& piece : writing_) {
    if (!piece.head.empty()) buffers.push_back(asio::buffer(piece.head));
    const std::string_view payload = piece.payload.bytes();
    if (!payload.empty()) buffers.push_back(asio::buffer(payload.data(), payload.size()));
  }
  asio::async_write(socket_, buffers,
                    [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
                      self->on_written(error, size);
                    });
}

void Link::take_next_write() {
  std::size_t bytes = 0;
  while (!queue_.empty() && bytes < kWriteBytesMax) {
    bytes += queue_.front().size();
    writing_.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
}

void Link::on_written(boost::system::error_code error, std::size_t) {
  if (!open_) return;
  if (error) {
    close(error.message());
    return;
  }
  for (const wire::Piece& piece : writing_) queued_bytes_ -= piece.size();
  writing_.clear();
  flush();
}

void Link::read() {
  if (!open_ || paused_ || reading_) return;
  reading_ = true;
  const std::span<char> space = reader_.space();
  socket_.async_read_some(
      asio::buffer(space.data(), space.size()),
      [self = shared_from_this()](boost::system::error_code error, std::size_t size) {
        self->on_read(error, size);
      });
}

void Link::on_read(boost::system::error_code error, std::size_t size) {
  reading_ = false;
  if (!open_) return;
  if (error) {
    close(error == asio::error::eof ? "closed by the peer" : error.message());
    return;
  }
  reader_.filled(size);
  owner_.on_bytes(*this);
  if (hand_in_frames()) read();
}

bool Link::hand_in_frames() {
  const auto self = shared_from_this();  // the owner may drop us while it takes a frame
  while (open_) {
    auto next = reader_.next();
    if (const auto* broken = std::get_if<wire::BrokenFrame>(&next)) {
      close(broken->why);
      return false;
    }
    const auto* raw = std::get_if<wire::RawFrame>(&next);
    if (raw == nullptr) break;
    auto frame = wire::decode_frame(*raw);
    if (!frame) {
      close("a malformed frame");
      return false;
    }
    owner_.on_frame(*this, std::move(*frame));
  }
  if (open_) owner_.on_read_done(*this);
  return open_;
}

void Link::resume_reading() {
  paused_ = false;
  read();
}

void Link::abandon() {
  open_ = false;
  boost::system::error_code ignored;  // closed either way; there is nobody to tell
  socket_.close(ignored);
}

void Link::close(const std::string& why) {
  if (!open_) return;
  abandon();
  owner_.on_closed(*this, why);
}

}  // namespace groupy::gms::net
