#include "gms/wire/hello.h"

#include <gtest/gtest.h>

#include "tests/gms/memory_group.h"
#include "tests/gms/wire/stream.h"

namespace groupy::gms::wire {
namespace {

Hello hello_of(unsigned node) {
  Hello hello;
  hello.generation = 1;
  hello.group = group_of(1);
  hello.self = member_of(node);
  return hello;
}

template <typename Message>
std::optional<std::variant<Hello, Refusal>> there_and_back(void (*encode)(const Message&,
                                                                          std::vector<Piece>&),
                                                           const Message& message) {
  std::vector<Piece> pieces;
  encode(message, pieces);
  FrameReader reader(kHelloBytesMax);
  for (const Piece& piece : pieces) {
    feed(reader, piece.head);
    feed(reader, piece.payload.bytes());
  }
  const auto next = reader.next();
  const auto* raw = std::get_if<RawFrame>(&next);
  if (raw == nullptr) return std::nullopt;
  return decode_handshake(*raw);
}

TEST(Handshake, HelloAndRefusalComeBackAsTheyWere) {
  Hello hello = hello_of(1);
  const auto with_group = there_and_back(encode_hello, hello);
  ASSERT_TRUE(with_group);
  EXPECT_EQ(std::get<Hello>(*with_group), hello);
  hello.group = GroupId();
  const auto without_group = there_and_back(encode_hello, hello);
  ASSERT_TRUE(without_group);
  EXPECT_EQ(std::get<Hello>(*without_group), hello);
  const auto refusal = there_and_back(encode_refusal, Refusal{std::string(2000, 'r')});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(std::get<Refusal>(*refusal).reason, std::string(kReasonBytesMax, 'r'));
}

TEST(Handshake, AStrangerCannotSendMoreThanAHelloTakes) {
  std::vector<Piece> pieces;
  write_frame(FrameKind::hello, {}, Payload(std::string(kHelloBytesMax + 1, 'x')), pieces);
  FrameReader reader(kHelloBytesMax);
  feed(reader, pieces[0].head);
  EXPECT_TRUE(std::holds_alternative<BrokenFrame>(reader.next()));
}

TEST(Handshake, AStrangerCostsLittleMemory) {
  FrameReader reader(kHelloBytesMax);
  EXPECT_LE(reader.space().size(), 2 * (kFrameHeaderBytes + kHelloBytesMax));
}

TEST(Handshake, TextsOfAPeerCannotForgeLinesInOurLog) {
  Hello forged = hello_of(1);
  forged.self.peer_address = "127.0.0.1:1\nerror node 1: the disk failed";
  const auto hello = there_and_back(encode_hello, forged);
  EXPECT_FALSE(hello);
  const auto refusal = there_and_back(encode_refusal, Refusal{"no\n\x1b[2Jerror"});
  ASSERT_TRUE(refusal);
  EXPECT_EQ(std::get<Refusal>(*refusal).reason, "no??[2Jerror");
}

TEST(Handshake, BytesThatAreNoTextAreRefusedWithoutALineOfProtobufs) {
  Hello odd = hello_of(1);
  odd.self.http_address = "127.0.0.1:\xff";
  testing::internal::CaptureStderr();
  EXPECT_FALSE(there_and_back(encode_hello, odd));
  EXPECT_TRUE(there_and_back(encode_refusal, Refusal{"\xff"}));
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Handshake, MembersOfOneGroupLink) {
  EXPECT_FALSE(reason_to_refuse(hello_of(1), hello_of(2), std::nullopt));
  EXPECT_FALSE(reason_to_refuse(hello_of(1), hello_of(2), Expected{NodeId{2}, directory_of(2)}));
  EXPECT_FALSE(reason_to_refuse(hello_of(1), hello_of(2), Expected{NodeId{2}, DirectoryId()}));
  Hello joiner = hello_of(2);
  joiner.group = GroupId();
  EXPECT_FALSE(reason_to_refuse(hello_of(1), joiner, std::nullopt));
  EXPECT_FALSE(reason_to_refuse(joiner, hello_of(1), std::nullopt));
}

TEST(Handshake, AMemberThatIsEmptyAgainLinksToBeToldSo) {
  Hello founded = hello_of(1);
  founded.generation = 3;
  Hello empty = hello_of(2);
  empty.generation = 3;
  empty.group = GroupId();
  empty.self.directory = directory_of(2, 2);
  EXPECT_FALSE(reason_to_refuse(founded, empty, std::nullopt));
  EXPECT_FALSE(reason_to_refuse(founded, empty, Expected{NodeId{2}, DirectoryId()}));
  EXPECT_FALSE(reason_to_refuse(empty, founded, std::nullopt));
}

TEST(Handshake, WhoDoesNotBelongIsRefusedWithTheReason) {
  const auto reason = [](const Hello& theirs, std::optional<Expected> expected = {}) {
    return reason_to_refuse(hello_of(1), theirs, expected).value_or("");
  };
  Hello newer = hello_of(2);
  newer.protocol_min = newer.protocol_max = kProtocolMax + 1;
  EXPECT_EQ(reason(newer), "protocol versions 2 to 2, this one speaks 1 to 1");
  Hello other_generation = hello_of(2);
  other_generation.generation = 3;
  EXPECT_EQ(reason(other_generation), "node 2 runs gms3, this group runs gms1");
  Hello foreign = hello_of(2);
  foreign.group = group_of(2);
  EXPECT_NE(reason(foreign).find("belongs to group 02"), std::string::npos);
  EXPECT_EQ(reason(hello_of(1)), "a link of node 1 with itself");
  Hello impostor = hello_of(1);
  impostor.self.directory = directory_of(1, 2);
  EXPECT_NE(reason(impostor).find("two processes call themselves node 1"), std::string::npos);
  EXPECT_EQ(reason(hello_of(3), Expected{NodeId{2}, directory_of(2)}),
            "expected node 2 at this address, found node 3");
  EXPECT_EQ(reason(hello_of(2), Expected{NodeId{2}, directory_of(2, 5)}),
            "node 2 has another directory than the view lists: it was started anew");
}

}  // namespace
}  // namespace groupy::gms::wire
