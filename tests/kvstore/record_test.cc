#include "kvstore/record.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

const StoredRecord kRecord{{Revision{1}, Revision{2}, 3, 4, 5}, "value"};

TEST(Record, EncodesToTheseBytes) {
  EXPECT_EQ(to_hex(encode_record(kRecord)),
            "01"                // format
            "0100000000000000"  // create_revision
            "0200000000000000"  // mod_revision
            "0300000000000000"  // version
            "0400000000000000"  // lease
            "0500000000000000"  // hash term
            "76616c7565");
}

RC_GTEST_PROP(Record, ComesBackFromItsBytes,
              (std::uint64_t create, std::uint64_t mod, std::uint64_t version, std::uint64_t lease,
               std::uint64_t term, const std::string& value)) {
  const StoredRecord record{{Revision{create}, Revision{mod}, version, lease, term}, value};
  const std::string bytes = encode_record(record);
  const auto decoded = decode_record(bytes);
  RC_ASSERT(decoded.has_value());
  RC_ASSERT(*decoded == record);
}

TEST(Record, WithAHeaderCutShortIsNone) {
  const std::string bytes = encode_record(kRecord);
  for (std::size_t size = 0; size < bytes.size() - kRecord.value.size(); ++size) {
    EXPECT_FALSE(decode_record(std::string_view(bytes).substr(0, size))) << size;
  }
}

TEST(Record, OfAnUnknownFormatIsNone) {
  std::string bytes = encode_record(kRecord);
  bytes[0] = 2;
  EXPECT_FALSE(decode_record(bytes));
}

TEST(Record, ForAListOfKeysComesWithoutItsValue) {
  const Record with_value{"value", Revision{1}, Revision{2}, 3, 4};
  EXPECT_EQ(to_record(kRecord), with_value);
  const Record without{"", Revision{1}, Revision{2}, 3, 4};
  EXPECT_EQ(to_record(kRecord, true), without);
}

}  // namespace
}  // namespace groupy::kvstore
