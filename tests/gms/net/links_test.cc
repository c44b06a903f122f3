// Links between members over real sockets on loopback: who gets one, who does not, and what a
// broken or hostile peer can do to us.
#include "gms/net/links.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <functional>

#include "gms/wire/frame_codec.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

constexpr std::chrono::seconds kPatience{10};

Frame message_frame(std::uint64_t counter, std::string payload) {
  return SubmitFrame{
      {{directory_of(1), StartCount{1}, counter}, ApplicationMessage{Payload(std::move(payload))}}};
}

// One side: links, and a record of what they told.
class Side final : public LinksOwner {
 public:
  Side(asio::io_context& io, unsigned node, GroupId group = group_of(1), unsigned life = 1,
       LinkOptions link = {}, bool redial = true)
      : links_(io, options(node, group, life, link, redial), *this,
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

TEST_F(LinksTest, FramesArriveInOrderInBothDirections) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  for (std::uint64_t number = 1; number <= 500; ++number) {
    a.links().send(NodeId{2}, message_frame(number, std::string(number * 13, 'a')));
    b.links().send(NodeId{1}, message_frame(number, "b"));
  }
  a.links().flush();
  b.links().flush();
  run_until([&] { return a.frames.size() == 500 && b.frames.size() == 500; });
  for (std::uint64_t number = 1; number <= 500; ++number) {
    EXPECT_EQ(b.frames[number - 1], message_frame(number, std::string(number * 13, 'a')));
  }
}

TEST_F(LinksTest, ALargeFrameCrossesInParts) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link_members(a, 1, b, 2);
  const Frame large = message_frame(1, std::string(5u << 20, 'x'));
  b.links().send(NodeId{1}, large);
  b.links().flush();
  run_until([&] { return a.frames.size() == 1; });
  EXPECT_EQ(a.frames[0], large);
}

TEST_F(LinksTest, WhoIsLaterInTheListDialsWhoIsEarlier) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  ASSERT_FALSE(b.links().listen());
  const std::vector<ViewMember> list{a.address_as(1), b.address_as(2)};
  a.links().meet(list);
  b.links().meet(list);
  run_until([&] { return a.up.size() == 1 && b.up.size() == 1; });
  EXPECT_TRUE(a.lost.empty());
  EXPECT_TRUE(b.lost.empty());
}

TEST_F(LinksTest, ATakenPortIsOneClearLine) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  LinksOptions options = Side::options(2, group_of(1), 1, {}, true);
  options.listen_address = "127.0.0.1:" + std::to_string(a.links().port());
  Links taken(io_, options, a, [](LogLevel, const std::string&) {});
  EXPECT_EQ(taken.listen(),
            "cannot listen on " + options.listen_address + ": Address already in use");
  options.listen_address = "not-a-host.invalid:1";
  Links nowhere(io_, options, a, [](LogLevel, const std::string&) {});
  EXPECT_TRUE(nowhere.listen());
}

TEST_F(LinksTest, GarbageIsRefusedAndClosed) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  tcp::socket socket = stranger(a);
  asio::write(socket, asio::buffer(std::string("GET /kv/a HTTP/1.1\r\nHost: localhost\r\n\r\n")));
  EXPECT_EQ(read_to_end(socket), "");
  EXPECT_TRUE(a.logged("not a frame of this protocol"));
  EXPECT_TRUE(a.up.empty());
}

TEST_F(LinksTest, AStrangerThatSaysNothingIsClosedAfterTheHandshakeLimit) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  tcp::socket socket = stranger(a);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(read_to_end(socket), "");
  EXPECT_GE(std::chrono::steady_clock::now() - before, kHandshakeLimit / 2);
  EXPECT_TRUE(a.logged("no handshake within the time limit"));
}

TEST_F(LinksTest, AMemberOfAnotherGroupIsToldWhy) {
  Side a(io_, 1, group_of(1));
  Side b(io_, 2, group_of(2));
  ASSERT_FALSE(a.links().listen());
  b.links().meet({a.address_as(1)});
  run_until([&] { return b.logged("refused: node 2 belongs to group"); });
  EXPECT_TRUE(a.up.empty());
  EXPECT_TRUE(b.up.empty());
}

TEST_F(LinksTest, ASecondProcessWithAnIdInUseIsRefused) {
  Side a(io_, 1);
  Side b(io_, 2);
  Side copy(io_, 2, group_of(1), 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  copy.links().meet({a.address_as(1)});
  run_until([&] { return copy.logged("is linked already from"); });
  EXPECT_EQ(a.up.size(), 1u);
  EXPECT_TRUE(a.lost.empty());
}

TEST_F(LinksTest, AMalformedFrameEndsOnlyItsOwnLink) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  tcp::socket socket = stranger(a);
  wire::Hello hello;
  hello.generation = 1;
  hello.self = member_of(3);
  std::vector<wire::Piece> pieces;
  wire::encode_hello(hello, pieces);
  wire::write_frame(wire::FrameKind::submit, {}, Payload(std::string("no message")), pieces);
  for (const wire::Piece& piece : pieces) {
    asio::write(socket, asio::buffer(piece.head));
    asio::write(socket, asio::buffer(piece.payload.bytes()));
  }
  run_until([&] { return !a.lost.empty(); });
  EXPECT_EQ(a.lost, (std::vector<NodeId>{NodeId{3}}));
  EXPECT_EQ(a.why_lost, "a malformed frame");
}

TEST_F(LinksTest, APeerThatTakesNothingLosesItsLinkAtTheBound) {
  LinkOptions small;
  small.queue_bytes_max = 1u << 20;
  Side a(io_, 1, group_of(1), 1, small);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  b.links().pause_reading();
  for (std::uint64_t number = 1; a.lost.empty() && number < 1000; ++number) {
    a.links().send(NodeId{2}, message_frame(number, std::string(100'000, 'x')));
    a.links().flush();
    io_.restart();
    io_.poll();
  }
  ASSERT_EQ(a.lost, (std::vector<NodeId>{NodeId{2}}));
  EXPECT_EQ(a.why_lost, "it does not take what it is sent: the queue is full");
}

TEST_F(LinksTest, PausedReadingLosesNothing) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  a.links().pause_reading();
  for (std::uint64_t number = 1; number <= 200; ++number) {
    b.links().send(NodeId{1}, message_frame(number, std::string(50'000, 'x')));
  }
  b.links().flush();
  io_.restart();
  io_.poll();
  const std::size_t meanwhile = a.frames.size();
  EXPECT_LT(meanwhile, 200u);
  a.links().resume_reading();
  run_until([&] { return a.frames.size() == 200; });
}

TEST_F(LinksTest, ALostLinkIsDialledAgainWhereThatIsAllowed) {
  Side b(io_, 2);
  auto a = std::make_unique<Side>(io_, 1);
  ASSERT_FALSE(a->links().listen());
  link(*a, 1, b);
  tcp::acceptor same_port(io_);
  const auto port = a->links().port();
  a.reset();
  run_until([&] { return b.lost.size() == 1; });
  same_port.open(tcp::v4());
  same_port.set_option(tcp::acceptor::reuse_address(true));
  same_port.bind({asio::ip::address_v4::loopback(), port});
  same_port.listen();
  bool dialled = false;
  same_port.async_accept(
      [&](boost::system::error_code error, const tcp::socket&) { dialled = !error; });
  run_until([&] { return dialled; });
}

TEST_F(LinksTest, WhereAClosedLinkMeansDeadItIsNotDialledAgain) {
  Side b(io_, 2, group_of(1), 1, {}, false);
  auto a = std::make_unique<Side>(io_, 1);
  ASSERT_FALSE(a->links().listen());
  const ViewMember dead = a->address_as(1);
  link(*a, 1, b);
  a.reset();
  run_until([&] { return b.lost.size() == 1; });
  Side other(io_, 3);
  ASSERT_FALSE(other.links().listen());
  b.links().meet({dead, other.address_as(3)});
  run_until([&] { return b.up.size() == 2; });
  EXPECT_FALSE(b.logged("no link with " + dead.peer_address));
}

TEST_F(LinksTest, AContactIsSoughtUntilItAnswers) {
  std::uint16_t free_port = 0;
  {
    tcp::acceptor probe(io_, {asio::ip::address_v4::loopback(), 0});
    free_port = probe.local_endpoint().port();
  }
  Side b(io_, 2, GroupId());
  b.links().find_contact("127.0.0.1:" + std::to_string(free_port));
  run_until([&] { return b.unreachable.size() >= 2; });
  EXPECT_EQ(b.unreachable[0], "Connection refused");
  LinksOptions options = Side::options(1, group_of(1), 1, {}, true);
  options.listen_address = "127.0.0.1:" + std::to_string(free_port);
  Side dummy(io_, 9);
  Links contact(io_, options, dummy, [](LogLevel, const std::string&) {});
  ASSERT_FALSE(contact.listen());
  run_until([&] { return b.up.size() == 1; });
  EXPECT_EQ(b.up[0].id, NodeId{1});
}

TEST_F(LinksTest, StrangersCannotTakeThePlacesOfMembersOrJoiners) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  Side member(io_, 2);
  a.links().meet({a.address_as(1), member_of(2)});
  link(a, 1, member);
  std::vector<std::unique_ptr<Side>> strangers;
  for (unsigned node = 100; node < 100 + kStrangersMax; ++node) {
    strangers.push_back(std::make_unique<Side>(io_, node));
    link(a, 1, *strangers.back());
  }
  EXPECT_TRUE(a.lost.empty());
  Side joiner(io_, 200);
  link(a, 1, joiner);
  EXPECT_EQ(a.lost, (std::vector<NodeId>{NodeId{100}}));  // the one that idled longest
}

TEST_F(LinksTest, AStrangerCannotMakeAMemberOfAGroupKeepALargeFrame) {
  Side a(io_, 1);
  Side b(io_, 2);
  ASSERT_FALSE(a.links().listen());
  link(a, 1, b);
  b.links().send(NodeId{1}, message_frame(1, std::string(kStrangerBodyBytesMax, 'x')));
  b.links().flush();
  run_until([&] { return !a.lost.empty(); });
  EXPECT_EQ(a.why_lost, "a longer frame than is accepted");
}

TEST_F(LinksTest, WhoWasStartedAnewAtItsAddressIsMetThere) {
  Side a(io_, 1, group_of(1), 2);  // its second life
  ASSERT_FALSE(a.links().listen());
  Side b(io_, 2);
  b.links().meet({a.address_as(1, 1)});  // the view still lists the first
  run_until([&] { return b.logged("has another directory than the view lists"); });
  b.links().meet({a.address_as(1, 2)});
  run_until([&] { return b.up.size() == 1; });
  EXPECT_EQ(b.up[0].directory, directory_of(1, 2));
}

TEST_F(LinksTest, MoreHandshakesThanTheBoundAreClosedAtOnce) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  std::vector<tcp::socket> strangers;
  for (std::size_t number = 0; number < kHandshakesMax; ++number) strangers.push_back(stranger(a));
  io_.restart();
  io_.poll();
  tcp::socket one_more = stranger(a);
  const auto before = std::chrono::steady_clock::now();
  EXPECT_EQ(read_to_end(one_more), "");
  EXPECT_LT(std::chrono::steady_clock::now() - before, kHandshakeLimit / 2);
}

TEST_F(LinksTest, SocketsAreClosedOnExec) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  Side b(io_, 2);
  link(a, 1, b);
  int sockets = 0;
  for (int descriptor = 3; descriptor < 100; ++descriptor) {
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) != 0) continue;
    ++sockets;
    EXPECT_NE(::fcntl(descriptor, F_GETFD) & FD_CLOEXEC, 0) << "descriptor " << descriptor;
  }
  EXPECT_GE(sockets, 3);
}

}  // namespace
}  // namespace groupy::gms::net
