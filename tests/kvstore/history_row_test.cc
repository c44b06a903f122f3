#include "kvstore/history_row.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

const StoredRecord kRecord{{Revision{1}, Revision{2}, 3, 4, 5}, "v"};

TEST(HistoryRow, EncodesToTheseBytes) {
  EXPECT_EQ(to_hex(encode_history_place({Revision{0x0102}, 3})), "000000000000010200000003");
  EXPECT_EQ(to_hex(encode_history_row("key", encode_record(kRecord))),
            "01"
            "01"
            "03000000"
            "6b6579" +
                to_hex(encode_record(kRecord)));
  EXPECT_EQ(to_hex(encode_history_row("key", std::nullopt)),
            "01"
            "02"
            "03000000"
            "6b6579");
}

TEST(HistoryRow, ComesBackFromItsBytes) {
  const std::string put = encode_history_row("key", encode_record(kRecord));
  EXPECT_EQ(decode_history_row(put), (HistoryRow{"key", kRecord}));
  const std::string tombstone = encode_history_row("key", std::nullopt);
  EXPECT_EQ(decode_history_row(tombstone), (HistoryRow{"key", std::nullopt}));
}

RC_GTEST_PROP(HistoryRow, LiesInTheOrderOfTheChanges,
              (std::uint64_t a, std::uint32_t sub_a, std::uint64_t b, std::uint32_t sub_b)) {
  const HistoryPlace first{Revision{a}, sub_a};
  const HistoryPlace second{Revision{b}, sub_b};
  RC_ASSERT(decode_history_place(encode_history_place(first)) == first);
  RC_ASSERT((encode_history_place(first) < encode_history_place(second)) ==
            (std::pair(a, sub_a) < std::pair(b, sub_b)));
}

TEST(HistoryRow, CutShortIsNone) {
  const std::string tombstone = encode_history_row("key", std::nullopt);
  for (std::size_t size = 0; size < tombstone.size(); ++size) {
    EXPECT_FALSE(decode_history_row(std::string_view(tombstone).substr(0, size))) << size;
  }
  const std::string put = encode_history_row("key", encode_record(kRecord));
  for (std::size_t size = 0; size < put.size() - kRecord.value.size(); ++size) {
    EXPECT_FALSE(decode_history_row(std::string_view(put).substr(0, size))) << size;
  }
  const std::string place = encode_history_place({Revision{1}, 0});
  for (std::size_t size = 0; size < place.size(); ++size) {
    EXPECT_FALSE(decode_history_place(std::string_view(place).substr(0, size))) << size;
  }
}

TEST(HistoryRow, WithBytesBehindItOrAnUnknownKindIsNone) {
  EXPECT_FALSE(decode_history_row(encode_history_row("key", std::nullopt) + "x"));
  EXPECT_FALSE(decode_history_place(encode_history_place({Revision{1}, 0}) + "x"));
  for (const std::size_t at : {0u, 1u}) {
    std::string bytes = encode_history_row("key", std::nullopt);
    bytes[at] = 3;
    EXPECT_FALSE(decode_history_row(bytes)) << at;
  }
}

}  // namespace
}  // namespace groupy::kvstore
