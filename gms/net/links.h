// The links of one member: listens, dials, shakes hands, keeps at most one link with each node.
//
// In any pair only one side dials, so two connections never cross: who is told to meet() dials. A
// stranger gets as far as the handshake and costs bounded memory and time. In generations where a
// closed link means dead, a link that was open once is not dialled again.
// Thread: the group thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "gms/log_line.h"
#include "gms/net/dialler.h"
#include "gms/net/handshake.h"
#include "gms/net/link.h"
#include "gms/net/quiet_log.h"
#include "gms/wire/hello.h"

namespace groupy::gms::net {

class LinksOwner {
 public:
  virtual ~LinksOwner() = default;
  virtual void on_link_up(const ViewMember& peer) = 0;
  // Some bytes of a frame came in: the peer is alive, and a large frame on its way is not silence.
  // Once for each read from its socket, before the frames that were completed.
  virtual void on_bytes(NodeId) {}
  virtual void on_frame(NodeId from, Frame frame) = 0;
  // All that came in together has been handed in: a good moment to act on it.
  virtual void on_inputs_done() = 0;
  virtual void on_link_lost(NodeId peer, const std::string& why) = 0;
  // An attempt to reach the contact failed; there will be another one.
  virtual void on_contact_unreachable(const std::string& address, const std::string& why) = 0;
};

struct LinksOptions {
  wire::Hello hello;           // what we say of ourselves
  std::string listen_address;  // "host:port"; port 0: any free one
  bool redial_lost = true;     // false: a closed link means dead
  // Whom we meet links under its id even if its directory is another one than listed: the group
  // tells it that it was started anew. Founders list no directories yet.
  bool any_directory = false;
  LinkOptions link;
};

// Handshakes under way with strangers at any time; more are refused at once.
constexpr std::size_t kHandshakesMax = 64;
// Links with those that are not (yet) in a group with us, and what each may send in one frame.
constexpr std::size_t kStrangersMax = 16;
constexpr std::size_t kStrangerBodyBytesMax = 64u << 10;

class Links final : public LinkOwner {
 public:
  Links(boost::asio::io_context& io, LinksOptions options, LinksOwner& owner, LogLine log);
  ~Links() override;

  // Nothing if it listens now; otherwise why it cannot, in one line. On one address: of a name, the
  // first IPv4 address if it has one.
  [[nodiscard]] std::optional<std::string> listen();
  std::uint16_t port() const;

  // Dials this address again and again, until someone there shakes hands or we are in a group.
  void find_contact(const std::string& address);
  // Links with each of these that is to be dialled by us, now or as soon as it answers. Others that
  // we dial are given up.
  void meet(const std::vector<ViewMember>& peers);
  // We are in this group: handshakes with another group are refused, and contacts sought no more.
  void set_group(const GroupId& group);

  void send(NodeId to, const Frame& frame);
  void flush();
  void pause_reading();
  void resume_reading();
  void stop();

  void on_bytes(Link& link) override;
  void on_frame(Link& link, Frame frame) override;
  void on_read_done(Link& link) override;
  void on_closed(Link& link, const std::string& why) override;

 private:
  void accept();
  void on_accepted(boost::system::error_code error, boost::asio::ip::tcp::socket socket);
  // What to tell a peer that greets us: why not, or nothing if it is welcome.
  std::optional<std::string> judge(const wire::Hello& theirs,
                                   const std::optional<wire::Expected>& expected) const;
  // False, and the connection closes, if its place was taken meanwhile.
  [[nodiscard]] bool adopt(Greeted greeted);
  void dial(const std::string& address, const std::optional<wire::Expected>& expected);
  void log_about(const ViewMember& peer, LogLevel level, const std::string& line);
  bool is_met(const DirectoryId& directory) const;
  // Closes the oldest link with a stranger if there are too many and this is one more.
  void make_room_for(const ViewMember& peer);

  boost::asio::io_context& io_;
  LinksOptions options_;
  LinksOwner& owner_;
  LogLine log_;
  QuietLog refusals_;       // about strangers, and about peers that cannot be reached or let in
  QuietLog strangers_log_;  // links with those that are in no group with us
  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer accept_again_;
  bool reading_paused_ = false;
  bool stopped_ = false;

  std::map<NodeId, std::shared_ptr<Link>> links_;  // members and strangers
  std::uint64_t last_number_ = 0;                  // of a link
  std::set<DirectoryId> lost_;  // of those in met_: linked once, not to be dialled again
  struct Dialling {
    std::optional<wire::Expected> expected;
    std::shared_ptr<Dialler> dialler;
  };
  std::map<std::string, Dialling> diallers_;  // by address
  std::vector<ViewMember> met_;               // whom we were told to meet, in the order of the list
  std::string contact_;         // until we are in a group: the address that takes us in
  NodeId contact_node_;         // who answered there
  std::size_t handshakes_ = 0;  // with those that dialled us
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);  // handshakes outlive us
};

}  // namespace groupy::gms::net
