// Frames to bytes and back: nothing is lost, and nothing that is wrong gets through.
#include <gtest/gtest.h>

#include <random>

#include "gms/wire/fields.h"
#include "gms/wire/view_codec.h"
#include "tests/gms/memory_group.h"
#include "tests/gms/wire/stream.h"

namespace groupy::gms::wire {
namespace {

Origin origin_of(unsigned node, std::uint64_t counter) {
  return {directory_of(node), StartCount{3}, counter};
}

View view_of_two() {
  View view;
  view.group = group_of(1);
  view.number = ViewNumber{1};
  view.leader = NodeId{1};
  view.members = {member_of(1)};
  return view.with_joined(member_of(2));
}

// One of each kind, and payloads around the size of a part.
std::vector<Frame> sample_frames() {
  std::vector<Frame> frames;
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, kPartBytesMax - 40, kPartBytesMax,
                                 3 * kPartBytesMax + 17}) {
    const Payload payload(std::string(size, static_cast<char>('a' + size % 23)));
    frames.push_back(SubmitFrame{{origin_of(1, size), ApplicationMessage{payload}}});
    frames.push_back(MulticastFrame{{origin_of(2, size), ApplicationMessage{payload}}});
    frames.push_back(
        MulticastFrame{{origin_of(3, 1), StateMessage{origin_of(4, 2), Sequence{7}, payload}}});
  }
  frames.push_back(SubmitFrame{{origin_of(4, 2), StateRequest{}}});
  frames.push_back(ViewFrame{view_of_two()});
  frames.push_back(JoinFrame{member_of(3)});
  frames.push_back(ContactsFrame{view_of_two()});
  return frames;
}

TEST(Wire, EveryFrameComesBackAsItWas) {
  for (const Frame& frame : sample_frames()) {
    const Read read = read_all(bytes_of(frame), 1u << 20);
    ASSERT_EQ(read.frames.size(), 1u);
    EXPECT_EQ(read.frames[0], frame);
  }
}

TEST(Wire, FramesSurviveAnyCuttingOfTheStream) {
  std::string stream;
  for (const Frame& frame : sample_frames()) stream += bytes_of(frame);
  for (const std::size_t piece : {1, 7, 31, 32, 33, 1000, 4096, 65536, 100000}) {
    const Read read = read_all(stream, piece);
    EXPECT_FALSE(read.broken);
    EXPECT_EQ(read.frames, sample_frames()) << "in pieces of " << piece;
  }
}

TEST(Wire, NoPartIsLongerThanThePartLimit) {
  std::vector<Piece> pieces;
  const Payload large(std::string(5 * kPartBytesMax, 'x'));
  encode_frame(MulticastFrame{{origin_of(1, 1), ApplicationMessage{large}}}, pieces);
  EXPECT_EQ(pieces.size(), 6u);  // the fixed fields take room of the first
  for (const Piece& piece : pieces) EXPECT_LE(piece.size(), kFrameHeaderBytes + kPartBytesMax);
}

TEST(Wire, AnyAlteredByteBreaksTheFrame) {
  for (const Frame& frame :
       {Frame{SubmitFrame{{origin_of(1, 1), ApplicationMessage{Payload(std::string("value"))}}}},
        Frame{ViewFrame{view_of_two()}}}) {
    const std::string good = bytes_of(frame);
    for (std::size_t at = 0; at < good.size(); ++at) {
      std::string bad = good;
      bad[at] = static_cast<char>(bad[at] ^ 0x20);
      const Read read = read_all(bad, bad.size());
      EXPECT_TRUE(read.frames.empty() && read.broken) << "byte " << at;
    }
  }
}

TEST(Wire, ATruncatedStreamGivesNothingAndWaits) {
  const std::string good = bytes_of(ViewFrame{view_of_two()});
  for (std::size_t size = 0; size < good.size(); ++size) {
    const Read read = read_all(std::string_view(good).substr(0, size), kBodyMax);
    EXPECT_TRUE(read.frames.empty());
    EXPECT_FALSE(read.broken);
  }
}

TEST(Wire, GarbageIsRefusedAtItsFirstHeader) {
  std::mt19937_64 random(42);
  for (int round = 0; round < 2000; ++round) {
    std::string garbage(kFrameHeaderBytes, '\0');
    for (char& byte : garbage) byte = static_cast<char>(random());
    EXPECT_TRUE(read_all(garbage, garbage.size()).broken);
  }
  EXPECT_TRUE(read_all("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n", 100).broken);
}

TEST(Wire, ABodyOverTheLimitIsRefusedBeforeItComes) {
  const Payload large(std::string(3 * kPartBytesMax, 'x'));
  const std::string stream = bytes_of(MulticastFrame{{origin_of(1, 1), ApplicationMessage{large}}});
  EXPECT_FALSE(read_all(stream, 1000, 4 * kPartBytesMax).broken);
  // One part and the header of the next are enough to know.
  const auto cut = std::string_view(stream).substr(0, 2 * kFrameHeaderBytes + kPartBytesMax);
  EXPECT_TRUE(read_all(cut, 1000, kPartBytesMax + 10).broken);
}

TEST(Wire, AHugeLengthInASoundHeaderIsRefused) {
  FrameHeader header;
  header.kind = FrameKind::submit;
  header.body_length = static_cast<std::uint32_t>(kPartBytesMax + 1);
  const auto encoded = encode_header(header);
  EXPECT_TRUE(read_all({encoded.data(), encoded.size()}, 100).broken);
  header.body_length = 0xffffffff;
  const auto largest = encode_header(header);
  EXPECT_TRUE(read_all({largest.data(), largest.size()}, 100).broken);
}

TEST(Wire, PartsOfDifferentFramesDoNotMix) {
  std::vector<Piece> large;
  write_frame(FrameKind::submit, {}, Payload(std::string(kPartBytesMax + 1, 'x')), large);
  ASSERT_EQ(large.size(), 2u);
  std::string stream = large[0].head + std::string(large[0].payload.bytes());
  stream += bytes_of(JoinFrame{member_of(3)});
  EXPECT_TRUE(read_all(stream, stream.size()).broken);
}

TEST(Wire, BodiesThatAreNoFrameAreRefused) {
  const auto refused = [](FrameKind kind, const std::string& body) {
    return !decode_frame(RawFrame{kind, Payload(body)});
  };
  EXPECT_TRUE(refused(FrameKind::hello, "x"));  // only the handshake reads those
  EXPECT_TRUE(refused(FrameKind::submit, ""));
  EXPECT_TRUE(refused(FrameKind::submit, std::string(10, '\1')));
  EXPECT_TRUE(refused(FrameKind::submit, '\x09' + std::string(32, '\1')));  // unknown content
  EXPECT_TRUE(refused(FrameKind::submit, '\x01' + std::string(32, '\0')));  // no origin
  EXPECT_TRUE(refused(FrameKind::submit, '\x02' + std::string(33, '\1')));  // a byte too many
  EXPECT_TRUE(refused(FrameKind::multicast, '\x03' + std::string(70, '\1')));
  EXPECT_TRUE(refused(FrameKind::view, "not protobuf"));
  EXPECT_TRUE(refused(FrameKind::join, ""));
}

TEST(Wire, ViewsThatContradictThemselvesAreRefused) {
  const View good = view_of_two();
  EXPECT_EQ(decode_view(encode_view(good)), good);
  View no_leader = good;
  no_leader.leader = NodeId{9};
  EXPECT_FALSE(decode_view(encode_view(no_leader)));
  View twice = good;
  twice.members.push_back(good.members[0]);
  EXPECT_FALSE(decode_view(encode_view(twice)));
  View same_directory = good;
  same_directory.members[1].directory = good.members[0].directory;
  EXPECT_FALSE(decode_view(encode_view(same_directory)));
  EXPECT_EQ(decode_led_view(encode_view(good)), good);
  View no_group = good;
  no_group.group = GroupId();
  EXPECT_FALSE(decode_view(encode_view(no_group)));
  View no_number = good;
  no_number.number = ViewNumber{0};
  EXPECT_FALSE(decode_view(encode_view(no_number)));
  View long_reason = good;
  long_reason.reason = std::string(kReasonBytesMax + 1, 'x');
  EXPECT_FALSE(decode_view(encode_view(long_reason)));
  View too_many = good;
  for (unsigned node = 3; node < kMembersMax + 2; ++node) {
    too_many.members.push_back(member_of(node));
  }
  EXPECT_FALSE(decode_view(encode_view(too_many)));
}

TEST(Wire, OnlyWhereLeadersAreElectedMayAViewBeWithoutOne) {
  View view = view_of_two();
  view.leader = NodeId{};
  EXPECT_EQ(decode_view(encode_view(view)), view);
  EXPECT_FALSE(decode_led_view(encode_view(view)));
  for (const Frame& frame : {Frame{ViewFrame{view}}, Frame{ContactsFrame{view}}}) {
    const std::string bytes = bytes_of(frame);
    EXPECT_TRUE(read_all(bytes, bytes.size()).broken);
  }
}

TEST(Wire, MembersWithoutAnIdOrADirectoryAreRefused) {
  EXPECT_EQ(decode_member(encode_member(member_of(5))), member_of(5));
  ViewMember nobody = member_of(5);
  nobody.id = NodeId{0};
  EXPECT_FALSE(decode_member(encode_member(nobody)));
  ViewMember homeless = member_of(5);
  homeless.directory = DirectoryId();
  EXPECT_FALSE(decode_member(encode_member(homeless)));
  ViewMember far_away = member_of(5);
  far_away.http_address = std::string(kAddressBytesMax + 1, 'x');
  EXPECT_FALSE(decode_member(encode_member(far_away)));
}

// The format is for ever: members of two versions must understand each other.
TEST(Wire, TheBytesOfASubmissionStayWhatTheyAre) {
  const Message message{origin_of(1, 0x0102), ApplicationMessage{Payload(std::string("hi"))}};
  const std::string bytes = bytes_of(SubmitFrame{message});
  ASSERT_EQ(bytes.size(), kFrameHeaderBytes + 1 + 32 + 2);
  EXPECT_EQ(bytes.substr(0, 8), std::string("GPY1\x01\x03\x00\x00", 8));
  EXPECT_EQ(bytes.substr(8, 8), std::string("\x23\0\0\0\0\0\0\0", 8));
  EXPECT_EQ(bytes[32], '\x01');
  EXPECT_EQ(bytes.substr(33, 16), directory_of(1).bytes());
  EXPECT_EQ(bytes.substr(49, 16), std::string("\x03\0\0\0\0\0\0\0\x02\x01\0\0\0\0\0\0", 16));
  EXPECT_EQ(bytes.substr(65), "hi");
}

TEST(Fields, AFieldThatDoesNotFitFailsForGood) {
  std::string bytes;
  put(bytes, std::uint32_t{0x01020304});
  FieldReader fields(bytes);
  EXPECT_EQ(fields.get<std::uint16_t>(), 0x0304);
  EXPECT_EQ(fields.get<std::uint64_t>(), 0u);
  EXPECT_FALSE(fields.ok());
  EXPECT_EQ(fields.get<std::uint8_t>(), 0u);
}

}  // namespace
}  // namespace groupy::gms::wire
