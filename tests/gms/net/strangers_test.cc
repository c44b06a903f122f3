// What a stranger, or a peer gone mad, can do to a member: as good as nothing.
#include <gtest/gtest.h>

#include "gms/wire/frame_codec.h"
#include "tests/gms/net/side.h"

namespace groupy::gms::net {
namespace {

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

}  // namespace
}  // namespace groupy::gms::net
