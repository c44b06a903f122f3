// Members' links in one process, for tests: real sockets on loopback, one io_context.
//
// Thread: the test's.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <string>
#include <vector>

#include "gms/net/links.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms::net {
namespace asio = boost::asio;
using asio::ip::tcp;

inline constexpr std::chrono::seconds kPatience{10};

inline Frame message_frame(std::uint64_t counter, std::string payload) {
  return SubmitFrame{
      {{directory_of(1), StartCount{1}, counter}, ApplicationMessage{Payload(std::move(payload))}}};
}

// One side: links, and a record of what they told.
class Side final : public LinksOwner {
 public:
  Side(asio::io_context& io, unsigned node, GroupId group = group_of(1), unsigned life = 1,
       LinkOptions link = {}, bool redial = true)
      : Side(io, options(node, group, life, link, redial)) {}
  Side(asio::io_context& io, LinksOptions options)
      : links_(io, std::move(options), *this,
               [this](LogLevel, const std::string& line) { log.push_back(line); }) {}

  static LinksOptions options(unsigned node, GroupId group, unsigned life, LinkOptions link,
                              bool redial) {
    LinksOptions options;
    options.hello.generation = 1;
    options.hello.group = group;
    options.hello.self = member_of(node, life);
    options.listen_address = "127.0.0.1:0";
    options.link = link;
    options.redial_lost = redial;
    return options;
  }

  void on_link_up(const ViewMember& peer) override { up.push_back(peer); }
  void on_bytes(NodeId from) override { heard.push_back(from); }
  void on_frame(NodeId, Frame frame) override { frames.push_back(std::move(frame)); }
  void on_inputs_done() override {}
  void on_link_lost(NodeId peer, const std::string& why) override {
    lost.push_back(peer);
    why_lost = why;
  }
  void on_contact_unreachable(const std::string&, const std::string& why) override {
    unreachable.push_back(why);
  }

  // As others find it.
  ViewMember address_as(unsigned node, unsigned life = 1) {
    ViewMember member = member_of(node, life);
    member.peer_address = "127.0.0.1:" + std::to_string(links_.port());
    return member;
  }
  bool logged(const std::string& part) const {
    for (const std::string& line : log) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }

  Links& links() { return links_; }
  std::vector<ViewMember> up;
  std::vector<Frame> frames;
  std::vector<NodeId> heard;
  std::vector<NodeId> lost;
  std::string why_lost;
  std::vector<std::string> unreachable;
  std::vector<std::string> log;

 private:
  Links links_;
};

class LinksTest : public testing::Test {
 protected:
  // Runs the sockets until `done` holds; fails the test when that takes too long.
  void run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it did not happen in time";
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(100));
    }
  }

  // The same, with both in one view.
  void link_members(Side& earlier, unsigned earlier_node, Side& later, unsigned later_node) {
    earlier.links().meet({earlier.address_as(earlier_node), member_of(later_node)});
    link(earlier, earlier_node, later);
  }

  // `later` dials `earlier`.
  void link(Side& earlier, unsigned earlier_node, Side& later) {
    const std::size_t before = earlier.up.size();
    later.links().meet({earlier.address_as(earlier_node)});
    run_until([&] { return earlier.up.size() > before && !later.up.empty(); });
  }

  // A plain connection to `side`, as a stranger makes it.
  tcp::socket stranger(Side& side) {
    tcp::socket socket(io_);
    socket.connect({asio::ip::address_v4::loopback(), side.links().port()});
    return socket;
  }

  // Everything that the other side sends until it closes.
  std::string read_to_end(tcp::socket& socket) {
    std::string got;
    bool closed = false;
    asio::async_read(socket, asio::dynamic_buffer(got),
                     [&](boost::system::error_code, std::size_t) { closed = true; });
    run_until([&] { return closed; });
    return got;
  }

  asio::io_context io_;
};

}  // namespace groupy::gms::net
