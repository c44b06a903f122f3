// The bytes on disk, which later versions must go on reading, and that each altered one is found.
#include <gtest/gtest.h>

#include "gms/log/ballot_file.h"
#include "gms/log/data_directory.h"
#include "gms/log/sealed_file.h"
#include "gms/log/segment.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<std::uint8_t>(byte) >> 4];
    text += kDigits[static_cast<std::uint8_t>(byte) & 0xf];
  }
  return text;
}

std::string text_of(const EntryHead& head) {
  return {head.data(), head.size()};
}

const SegmentHeader kSegment{7, test_directory(), 65536, 6, 8200};

Record sample_record() {
  return wire::make_record(RecordKind::view, Ballot{0x0102}, Sequence{0x0304},
                           Checksum{0x1122334455667788}, Payload("groupy"));
}

GroupId test_group() {
  return GroupId({16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1});
}

// Each bit of `good` turned, one at a time.
template <typename Decode>
void expect_every_bit_counts(const std::string& good, Decode decode) {
  ASSERT_TRUE(decode(good));
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode(bad)) << "bit " << bit;
  }
}

TEST(Format, SegmentHeadersAreTheSameForEver) {
  EXPECT_EQ(hex(encode_segment_header(kSegment)),
            "475053310100000007000000000000000102030405060708090a0b0c0d0e0f10"
            "0000010000000000060000000000000008200000000000006cafa17b3d1031b0");
  EXPECT_EQ(decode_segment_header(encode_segment_header(kSegment)), kSegment);
  expect_every_bit_counts(encode_segment_header(kSegment), [](const std::string& bytes) {
    return decode_segment_header(bytes).has_value();
  });
}

TEST(Format, RecordEntriesAreTheSameForEver) {
  const EntryPlace place{kSegment.seed(), 8192};
  const std::string bytes = text_of(encode_record_head(sample_record(), {6, 8200}, place));
  EXPECT_EQ(hex(bytes),
            "4750523101020000060000000000000002010000000000000403000000000000"
            "88776655443322118c38776264197a38c68a6fedc5aede190600000000000000"
            "08200000002000009af3707da9f1a68c");
  const auto entry = decode_head(bytes, place);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, EntryKind::record);
  EXPECT_EQ(entry->id, id_of(sample_record()));
  EXPECT_EQ(entry->synced, (Position{6, 8200}));
  EXPECT_EQ(entry->size(), 88u);
  expect_every_bit_counts(
      bytes, [&](const std::string& each) { return decode_head(each, place).has_value(); });
}

TEST(Format, LocalEntriesAreTheSameForEver) {
  const EntryPlace place{kSegment.seed(), 8280};
  const RecordId id{Ballot{1}, Sequence{2}, Checksum{3}};
  const std::string bytes = text_of(encode_local_head(EntryKind::cut, id, {7, 8192}, place));
  EXPECT_EQ(hex(bytes),
            "47504c3101020000000000000000000001000000000000000200000000000000"
            "0300000000000000000000000000000000000000000000000700000000000000"
            "00200000582000002ad3dd978ada76f3");
  const auto entry = decode_head(bytes, place);
  ASSERT_TRUE(entry);
  EXPECT_EQ(entry->kind, EntryKind::cut);
  EXPECT_EQ(entry->id, id);
  EXPECT_EQ(entry->size(), kEntryHeadBytes);
  expect_every_bit_counts(
      bytes, [&](const std::string& each) { return decode_head(each, place).has_value(); });
}

TEST(Format, NotesOfLossAndWholeNameARecord) {
  const EntryPlace place{kSegment.seed(), 8280};
  const RecordId id{Ballot{1}, Sequence{2}, Checksum{3}};
  for (const EntryKind kind : {EntryKind::loss, EntryKind::whole}) {
    const std::string bytes = text_of(encode_local_head(kind, id, {7, 8192}, place));
    const std::string number = kind == EntryKind::loss ? "05" : "06";
    EXPECT_EQ(hex(bytes.substr(0, 56)), "47504c3101" + number +
                                            "00000000000000000000"
                                            "010000000000000002000000000000000300000000000000"
                                            "00000000000000000000000000000000");
    const auto entry = decode_head(bytes, place);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->kind, kind);
    EXPECT_EQ(entry->id, id);
  }
}

TEST(Format, AnEntryOfAnotherPlaceIsNone) {
  const EntryPlace place{kSegment.seed(), 8192};
  const std::string bytes = text_of(encode_record_head(sample_record(), {6, 8200}, place));
  EXPECT_FALSE(decode_head(bytes, {place.seed, 8200}));
  SegmentHeader other = kSegment;
  other.number = 8;
  EXPECT_FALSE(decode_head(bytes, {other.seed(), place.offset}));
  other = kSegment;
  other.directory = DirectoryId({9});
  EXPECT_FALSE(decode_head(bytes, {other.seed(), place.offset}));
}

TEST(Format, LocalEntriesOfUnknownKindsAreNone) {
  const EntryPlace place{kSegment.seed(), 8192};
  for (const int kind : {0, 7, 255}) {
    const auto head = encode_local_head(static_cast<EntryKind>(kind), {}, {7, 8192}, place);
    EXPECT_FALSE(decode_head(text_of(head), place));
  }
  const RecordId id{Ballot{1}, Sequence{2}, Checksum{3}};
  EXPECT_FALSE(
      decode_head(text_of(encode_local_head(EntryKind::mark, id, {7, 8192}, place)), place));
}

TEST(Format, BallotSlotsAreTheSameForEver) {
  const BallotSlot slot{5, {Ballot{9}, Ballot{8}, NodeId{3}}};
  EXPECT_EQ(hex(encode_ballot_slot(slot)),
            "4750423101000000050000000000000009000000000000000800000000000000"
            "03000000000000000000000000000000000000000000000037ca299518cfbd3d");
  EXPECT_EQ(decode_ballot_slot(encode_ballot_slot(slot)), slot);
  expect_every_bit_counts(encode_ballot_slot(slot), [](const std::string& bytes) {
    return decode_ballot_slot(bytes).has_value();
  });
}

TEST(Format, IdentityAndPeersAreTheSameForEver) {
  const Identity identity{test_directory(), test_group(), NodeId{2}, StartCount{4}, StartCount{3}};
  EXPECT_EQ(hex(seal(0x31495047, encode_identity(identity))),
            "475049310100000034000000000000000102030405060708090a0b0c0d0e0f10"
            "100f0e0d0c0b0a09080706050403020102000000040000000000000003000000"
            "0000000044e20666a486b4c1");
  EXPECT_EQ(decode_identity(encode_identity(identity)), identity);
  const std::vector<PeerMemory> peers{
      {test_directory(), StartCount{4}, StartCount{3}, Ballot{5}, Sequence{6}}};
  EXPECT_EQ(hex(seal(0x31505047, encode_peers(peers))),
            "47505031010000003400000000000000010000000102030405060708090a0b0c"
            "0d0e0f1004000000000000000300000000000000050000000000000006000000"
            "000000007fe7a0f59df16f1b");
  EXPECT_EQ(decode_peers(encode_peers(peers)), peers);
}

TEST(Format, ListsOfPeersThatAreWrongAreRefused) {
  const std::string good =
      encode_peers({{test_directory(), StartCount{4}, StartCount{3}, Ballot{5}, Sequence{6}}});
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_peers(std::string_view(good).substr(0, size)));
  }
  EXPECT_FALSE(decode_peers(good + "x"));
  std::string many = good;
  many[1] = 2;  // 513 of them
  EXPECT_FALSE(decode_peers(many));
}

TEST(Format, SegmentsAreNamedByTheirNumbers) {
  EXPECT_EQ(segment_name(0x2a), "log/000000000000002a");
  EXPECT_EQ(segment_number("000000000000002a"), 0x2au);
  EXPECT_FALSE(segment_number("2a"));
  EXPECT_FALSE(segment_number("000000000000002A"));
  EXPECT_FALSE(segment_number("000000000000002g"));
  EXPECT_FALSE(segment_number(""));
}

}  // namespace
}  // namespace groupy::gms::log
