// Records' headers to bytes and back: the same bytes for ever, and nothing else gets through.
#include "gms/wire/record_codec.h"

#include <gtest/gtest.h>

#include <string>

namespace groupy::gms::wire {
namespace {

Record sample() {
  return make_record(RecordKind::view, Ballot{0x0102}, Sequence{0x0304},
                     Checksum{0x1122334455667788}, Payload("groupy"));
}

std::string header_of(const Record& record) {
  const auto header = encode_record_header(record);
  return {header.data(), header.size()};
}

std::string hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const char byte : bytes) {
    text += kDigits[static_cast<std::uint8_t>(byte) >> 4];
    text += kDigits[static_cast<std::uint8_t>(byte) & 0xf];
  }
  return text;
}

TEST(RecordCodec, BytesAreTheSameForEver) {
  EXPECT_EQ(hex(header_of(sample())),
            "475052310102000006000000000000000201000000000000"
            "04030000000000008877665544332211"
            "8c38776264197a38c68a6fedc5aede19");
}

TEST(RecordCodec, ARecordComesBackAsItWas) {
  for (const std::size_t size : {0u, 1u, 80u, 70000u}) {
    const Record record = make_record(RecordKind::application, Ballot{3}, Sequence{1}, Checksum{},
                                      Payload(std::string(size, 'x')));
    const auto header = decode_record_header(header_of(record));
    ASSERT_TRUE(header);
    EXPECT_EQ(header->payload_size, size);
    EXPECT_EQ(with_payload(*header, record.payload), record);
  }
}

TEST(RecordCodec, AnyAlteredBitOfTheHeaderIsFound) {
  const std::string good = header_of(sample());
  for (std::size_t bit = 0; bit < good.size() * 8; ++bit) {
    std::string bad = good;
    bad[bit / 8] = static_cast<char>(bad[bit / 8] ^ (1 << (bit % 8)));
    EXPECT_FALSE(decode_record_header(bad)) << "bit " << bit;
  }
}

TEST(RecordCodec, AHeaderCutShortIsNone) {
  const std::string good = header_of(sample());
  for (std::size_t size = 0; size < good.size(); ++size) {
    EXPECT_FALSE(decode_record_header(std::string_view(good).substr(0, size)));
  }
}

TEST(RecordCodec, AnotherPayloadIsRefused) {
  const auto header = decode_record_header(header_of(sample()));
  ASSERT_TRUE(header);
  EXPECT_TRUE(is_payload_of(*header, "groupy"));
  EXPECT_FALSE(is_payload_of(*header, "groupx"));
  EXPECT_FALSE(is_payload_of(*header, "group"));
  EXPECT_FALSE(is_payload_of(*header, "groupyy"));
  EXPECT_FALSE(with_payload(*header, Payload()));
}

TEST(RecordCodec, WellFormedNonsenseIsRefused) {
  const Record no_sequence =
      make_record(RecordKind::application, Ballot{1}, Sequence{0}, Checksum{}, Payload());
  EXPECT_FALSE(decode_record_header(header_of(no_sequence)));
  const Record first_with_predecessor =
      make_record(RecordKind::application, Ballot{1}, Sequence{1}, Checksum{5}, Payload());
  EXPECT_FALSE(decode_record_header(header_of(first_with_predecessor)));
  const Record unknown_kind =
      make_record(RecordKind{3}, Ballot{1}, Sequence{2}, Checksum{5}, Payload());
  EXPECT_FALSE(decode_record_header(header_of(unknown_kind)));
}

TEST(RecordCodec, TheChecksumTellsEverythingApart) {
  const Record record = sample();
  const auto other = [&](Ballot ballot, Sequence sequence, Checksum previous, const char* payload) {
    return make_record(RecordKind::view, ballot, sequence, previous, Payload(payload)).checksum;
  };
  EXPECT_EQ(other(record.ballot, record.sequence, record.previous, "groupy"), record.checksum);
  EXPECT_NE(other(Ballot{1}, record.sequence, record.previous, "groupy"), record.checksum);
  EXPECT_NE(other(record.ballot, Sequence{9}, record.previous, "groupy"), record.checksum);
  EXPECT_NE(other(record.ballot, record.sequence, Checksum{9}, "groupy"), record.checksum);
  EXPECT_NE(other(record.ballot, record.sequence, record.previous, "group"), record.checksum);
}

}  // namespace
}  // namespace groupy::gms::wire
