// Frames of generation 3 to bytes and back: what is sent arrives, in parts and without copies.
#include "gms/wire/routed_codec.h"

#include <gtest/gtest.h>

#include "gms/wire/record_codec.h"
#include "tests/gms/wire/routed_samples.h"
#include "tests/gms/wire/stream.h"

namespace groupy::gms::wire {
namespace {

std::vector<Piece> pieces_of(GroupFrame content) {
  std::vector<Piece> pieces;
  encode_routed({NodeId{1}, NodeId{2}, std::move(content)}, pieces);
  return pieces;
}

// Whether `inner` lies in the memory of `outer`.
bool lies_in(std::string_view inner, std::string_view outer) {
  return inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size();
}

TEST(RoutedCodec, EverySmallFrameComesBackAsItWas) {
  for (const RoutedFrame& frame : small_frames()) {
    const Read read = read_all(bytes_of(frame), 1000);
    ASSERT_FALSE(read.broken);
    EXPECT_EQ(read.frames, std::vector<Frame>{frame});
  }
}

TEST(RoutedCodec, AnyFrameComesBackAsItWasHoweverTheStreamIsCut) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    RandomFrames random(seed);
    std::vector<Frame> frames;
    std::string stream;
    for (int count = 0; count < 40; ++count) {
      frames.emplace_back(random.next());
      stream += bytes_of(frames.back());
    }
    const Read read = read_all(stream, 1 + random.below(100'000));
    EXPECT_FALSE(read.broken);
    EXPECT_TRUE(read.frames == frames) << "seed " << seed;
  }
}

TEST(RoutedCodec, FramesOfOtherGenerationsTravelBetweenThem) {
  const Frame join = JoinFrame{member_of(3)};
  const Frame permit = RoutedFrame{NodeId{1}, NodeId{2}, PermitFrame{Ballot{3}}};
  const Read read = read_all(bytes_of(permit) + bytes_of(join) + bytes_of(permit), 10);
  EXPECT_EQ(read.frames, (std::vector<Frame>{permit, join, permit}));
}

TEST(RoutedCodec, ABatchTravelsInFullPartsOfBoundedLength) {
  const std::vector<std::size_t> sizes(2000, 333);
  const Frame frame = RoutedFrame{
      NodeId{1}, NodeId{2},
      AppendFrame{Ballot{3}, Sequence{1}, 1, Admission::welcome, chain_of(sizes, Sequence{1})}};
  const std::string stream = bytes_of(frame);
  std::string_view rest = stream;
  std::size_t parts = 0;
  for (; !rest.empty(); ++parts) {
    const auto header = decode_header(rest);
    ASSERT_TRUE(header);
    rest.remove_prefix(kFrameHeaderBytes + header->body_length);
    EXPECT_EQ(header->more_parts, !rest.empty());
    EXPECT_TRUE(header->body_length == kPartBytesMax || !header->more_parts);
  }
  EXPECT_EQ(parts, (2000 * (kRecordHeaderBytes + 333) + kPartBytesMax) / kPartBytesMax);
  EXPECT_TRUE(read_all(stream, 5000).frames == std::vector<Frame>{frame});
}

TEST(RoutedCodec, ABatchOfSmallRecordsIsOnePieceForEachPart) {
  const auto records = chain_of(std::vector<std::size_t>(1000, 100), Sequence{1});
  EXPECT_EQ(pieces_of(AppendFrame{Ballot{3}, Sequence{1}, 1, Admission::welcome, records}).size(),
            3u);
  EXPECT_EQ(pieces_of(AckFrame{}).size(), 1u);
  EXPECT_EQ(pieces_of(AckFrame{})[0].payload.size(), 0u);  // nothing beside the header
}

TEST(RoutedCodec, LongPayloadsAreNotCopiedOnTheirWayOut) {
  const auto records = chain_of({10, kCopiedBytesMax + 1, 200'000, 10}, Sequence{1});
  const auto submissions = submissions_of({10, 5000, 150'000});
  std::vector<Piece> pieces =
      pieces_of(AppendFrame{Ballot{3}, Sequence{1}, 1, Admission::welcome, records});
  for (Piece& piece : pieces_of(SubmissionsFrame{submissions})) pieces.push_back(std::move(piece));
  const auto sent_from = [&](const Payload& payload) {
    std::size_t bytes = 0;
    for (const Piece& piece : pieces) {
      if (lies_in(piece.payload.bytes(), payload.bytes())) bytes += piece.payload.size();
    }
    return bytes;
  };
  EXPECT_EQ(sent_from(records[1].payload), records[1].payload.size());
  EXPECT_EQ(sent_from(records[2].payload), records[2].payload.size());
  EXPECT_EQ(sent_from(submissions[1]), submissions[1].size());
  EXPECT_EQ(sent_from(submissions[2]), submissions[2].size());
  for (const Piece& piece : pieces) EXPECT_LE(piece.head.size(), kFrameHeaderBytes);
}

TEST(RoutedCodec, PayloadsStayWhereTheBodyLies) {
  for (const RoutedFrame& sample : small_frames()) {
    const std::string bytes = bytes_of(sample);
    const Payload body(bytes.substr(kFrameHeaderBytes));
    const auto frame = decode_routed(body);
    ASSERT_TRUE(frame);
    if (const auto* append = std::get_if<AppendFrame>(&frame->frame)) {
      for (const Record& record : append->records) {
        EXPECT_TRUE(lies_in(record.payload.bytes(), body.bytes()));
      }
    } else if (const auto* submissions = std::get_if<SubmissionsFrame>(&frame->frame)) {
      for (const Payload& payload : submissions->payloads) {
        EXPECT_TRUE(lies_in(payload.bytes(), body.bytes()));
      }
    }
  }
}

// The format is for ever: members of two versions must understand each other.
TEST(RoutedCodec, TheBytesOfABatchAreThoseOfTheLog) {
  const auto records = chain_of({6}, Sequence{0x0506});
  const AppendFrame append{Ballot{0x0102}, Sequence{0x0304}, 7, Admission::welcome, records};
  const std::string bytes =
      bytes_of(RoutedFrame{NodeId{1}, NodeId{2}, append, StartCount{8}, StartCount{9}});
  EXPECT_EQ(bytes.substr(0, 8), std::string("GPY1\x01\x08\x00\x00", 8));
  const auto header = encode_record_header(records[0]);
  EXPECT_EQ(bytes.substr(kFrameHeaderBytes),
            std::string("\1\0\0\0\2\0\0\0\10\0\0\0\0\0\0\0\11\0\0\0\0\0\0\0\2"
                        "\2\1\0\0\0\0\0\0\4\3\0\0\0\0\0\0\7\0\0\0\0\0\0\0\1"
                        "\1\0\0\0",
                        25 + 25 + 4) +
                std::string(header.begin(), header.end()) +
                std::string(records[0].payload.bytes()) + std::string(8, '\0'));
}

TEST(RoutedCodec, TheBytesOfAnAnswerStayWhatTheyAre) {
  const AckFrame ack{Ballot{1}, Sequence{2}, 3, Sequence{4}, true, false};
  const std::string bytes = bytes_of(RoutedFrame{NodeId{5}, NodeId{6}, ack, StartCount{7}, {}});
  EXPECT_EQ(bytes.substr(kFrameHeaderBytes),
            std::string("\5\0\0\0\6\0\0\0\7\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\3"
                        "\1\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\3\0\0\0\0\0\0\0"
                        "\1\4\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0",
                        25 + 24 + 19));
}

}  // namespace
}  // namespace groupy::gms::wire
