// One open link with a peer: frames in, frames out, in order, until it closes.
//
// Made once the handshake is done. What is sent is queued and goes out at flush(), gathered into as
// few system calls as it takes; the queue is bounded, and a peer that lets it fill up loses the
// link. Reading can be paused, which makes the peer's queue grow instead of our memory.
// Thread: the group thread. Handlers keep the link alive by shared ownership.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "gms/frame.h"
#include "gms/wire/frame_reader.h"
#include "gms/wire/frame_writer.h"

namespace groupy::gms::net {

class Link;

// Who takes what comes over a link. Must outlive it, or close it first.
class LinkOwner {
 public:
  virtual ~LinkOwner() = default;
  // Something came in, perhaps only a piece of a frame: once for each read from the socket, before
  // the frames that it completes.
  virtual void on_bytes(Link& link) = 0;
  virtual void on_frame(Link& link, Frame frame) = 0;
  // All frames that came in with one read have been handed in.
  virtual void on_read_done(Link& link) = 0;
  // The link is closed, by whichever side; called once, never from within send() or flush().
  virtual void on_closed(Link& link, const std::string& why) = 0;
};

struct LinkOptions {
  std::size_t body_bytes_max = 68u << 20;    // of one frame, all its parts together
  std::size_t queue_bytes_max = 256u << 20;  // not yet written
};

class Link : public std::enable_shared_from_this<Link> {
 public:
  // `reader` may hold what the peer sent right behind its hello. Numbers rise with time.
  Link(boost::asio::ip::tcp::socket socket, wire::FrameReader reader, ViewMember peer,
       std::uint64_t number, LinkOptions options, LinkOwner& owner);

  const ViewMember& peer() const { return peer_; }
  std::uint64_t number() const { return number_; }
  void set_body_bytes_max(std::size_t bytes) { reader_.set_body_bytes_max(bytes); }

  // Hands in what the reader holds already, then reads on until the link closes.
  void start();
  // Queues the frame; nothing happens on a closed link.
  void send(const Frame& frame);
  // Writes what is queued, unless a write is under way: that one goes on with it.
  void flush();
  void pause_reading() { paused_ = true; }
  void resume_reading();
  // Closes without telling the owner.
  void abandon();

 private:
  void read();
  void on_read(boost::system::error_code error, std::size_t size);
  // False if the link broke.
  [[nodiscard]] bool hand_in_frames();
  void take_next_write();
  void on_written(boost::system::error_code error, std::size_t size);
  void close(const std::string& why);

  boost::asio::ip::tcp::socket socket_;
  wire::FrameReader reader_;
  const ViewMember peer_;
  const std::uint64_t number_;
  const LinkOptions options_;
  LinkOwner& owner_;
  bool open_ = true;
  bool full_ = false;  // the queue went over its bound: about to be closed
  bool paused_ = false;
  bool reading_ = false;

  std::deque<wire::Piece> queue_;     // waits for the next write
  std::vector<wire::Piece> writing_;  // being written; empty: no write is under way
  std::size_t queued_bytes_ = 0;      // of both
};

}  // namespace groupy::gms::net
