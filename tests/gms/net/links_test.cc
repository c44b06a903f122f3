// Links between members over real sockets: who dials, who is dialled again, what is bounded.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/tcp.h>

#include "gms/wire/frame_codec.h"
#include "tests/gms/net/side.h"

namespace groupy::gms::net {
namespace {

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
    EXPECT_EQ(a.frames[number - 1], message_frame(number, "b"));
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

TEST_F(LinksTest, ALargeFrameOnItsWayIsNotSilence) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  tcp::socket peer = stranger(a);
  wire::Hello hello;
  hello.generation = 1;
  hello.self = member_of(2);
  const auto send = [&](std::string_view bytes) {
    asio::write(peer, asio::buffer(bytes.data(), bytes.size()));
  };
  std::vector<wire::Piece> pieces;
  wire::encode_hello(hello, pieces);
  send(pieces[0].head);
  send(pieces[0].payload.bytes());
  run_until([&] { return a.up.size() == 1; });
  pieces.clear();
  wire::encode_frame(message_frame(1, std::string(10'000, 'x')), pieces);
  std::size_t heard = a.heard.size();
  const auto hears_more = [&] { return a.heard.size() > heard; };
  send(std::string_view(pieces[0].head).substr(0, 5));  // not even a header
  run_until(hears_more);
  heard = a.heard.size();
  send(std::string_view(pieces[0].head).substr(5));
  run_until(hears_more);
  EXPECT_TRUE(a.frames.empty());
  heard = a.heard.size();
  send(pieces[0].payload.bytes());
  run_until([&] { return a.frames.size() == 1; });
  EXPECT_TRUE(hears_more());
  EXPECT_EQ(a.heard.back(), NodeId{2});
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

TEST_F(LinksTest, ANameIsListenedAtByItsIpv4Address) {
  LinksOptions options = Side::options(1, group_of(1), 1, {}, true);
  options.listen_address = "localhost:0";
  Side a(io_, options);
  ASSERT_FALSE(a.links().listen());
  Side b(io_, 2);
  link(a, 1, b);  // which dials 127.0.0.1
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

TEST_F(LinksTest, WhereTheGroupTellsStrangersWhoWasStartedAnewLinksFromBothSides) {
  LinksOptions options = Side::options(2, group_of(1), 1, {}, true);
  options.any_directory = true;
  Side founded(io_, options);
  ASSERT_FALSE(founded.links().listen());
  Side earlier(io_, 1, GroupId(), 2);  // empty again: the view lists the first life
  Side later(io_, 3, GroupId(), 2);
  ASSERT_FALSE(earlier.links().listen());
  founded.links().meet({earlier.address_as(1, 1), founded.address_as(2), member_of(3, 1)});
  later.links().meet({founded.address_as(2)});
  run_until([&] { return founded.up.size() == 2 && !earlier.up.empty() && !later.up.empty(); });
  founded.links().meet({earlier.address_as(1, 1), founded.address_as(2), member_of(3, 1)});
  io_.restart();
  io_.poll();
  EXPECT_TRUE(founded.lost.empty());  // met again, not dialled again
}

TEST_F(LinksTest, FoundersLinkWithoutKnowingEachOthersDirectories) {
  LinksOptions options = Side::options(2, GroupId(), 1, {}, true);
  options.any_directory = true;
  Side second(io_, options);
  Side first(io_, 1, GroupId());
  ASSERT_FALSE(first.links().listen());
  ViewMember unknown = first.address_as(1);
  unknown.directory = DirectoryId();
  second.links().meet({unknown});
  run_until([&] { return first.up.size() == 1 && second.up.size() == 1; });
  EXPECT_EQ(second.up[0].directory, directory_of(1));
}

// An option of a socket; nothing if this is none.
std::optional<int> option_of(int descriptor, int level, int option) {
  int value = 0;
  socklen_t size = sizeof value;
  if (::getsockopt(descriptor, level, option, &value, &size) != 0) return std::nullopt;
  return value;
}

std::vector<int> open_sockets() {
  std::vector<int> sockets;
  for (int descriptor = 3; descriptor < 100; ++descriptor) {
    if (option_of(descriptor, SOL_SOCKET, SO_TYPE)) sockets.push_back(descriptor);
  }
  return sockets;
}

TEST_F(LinksTest, SocketsAreClosedOnExec) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  Side b(io_, 2);
  link(a, 1, b);
  const std::vector<int> sockets = open_sockets();
  EXPECT_GE(sockets.size(), 3u);
  for (const int socket : sockets) {
    EXPECT_NE(::fcntl(socket, F_GETFD) & FD_CLOEXEC, 0) << "descriptor " << socket;
  }
}

TEST_F(LinksTest, SmallFramesWaitForNothingAtEitherEnd) {
  Side a(io_, 1);
  ASSERT_FALSE(a.links().listen());
  Side b(io_, 2);
  link(a, 1, b);
  int ends = 0;
  for (const int socket : open_sockets()) {
    if (option_of(socket, SOL_SOCKET, SO_ACCEPTCONN) != 0) continue;
    ++ends;
    EXPECT_EQ(option_of(socket, IPPROTO_TCP, TCP_NODELAY), 1) << "descriptor " << socket;
  }
  EXPECT_EQ(ends, 2);
}

}  // namespace
}  // namespace groupy::gms::net
