#include "kvstore/meta_rows.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

const StateRow kState{gms::Sequence{1}, Revision{2}, 3, gms::Sequence{4}, {{5, 6, 7}}};
const Outcome kOutcome{Verdict::deleted, gms::Sequence{2}, Revision{3}, Revision{4}, 5};
const RequestRow kRequest{1, kOutcome};
const gms::Origin kOrigin{directory(0xab), gms::StartCount{2}, 3};

struct Sample {
  std::string key;
  std::string value;
  MetaRow row;
};

std::vector<Sample> samples() {
  return {{state_row_key(), encode_state_row(kState), kState},
          {settings_row_key(), encode_settings(GroupSettings()), GroupSettings()},
          {origin_row_key(kOrigin.directory), encode_origin_row(kOrigin), kOrigin},
          {request_row_key("id"), encode_request_row(kRequest), NamedRequestRow{"id", kRequest}}};
}

TEST(MetaRows, EncodeToTheseBytes) {
  EXPECT_EQ(state_row_key(), "s");
  EXPECT_EQ(to_hex(encode_state_row(kState)),
            "01"
            "0100000000000000"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "050607");
  EXPECT_EQ(settings_row_key(), "g");
  EXPECT_EQ(to_hex(encode_settings(GroupSettings())),
            "01"
            "0010000000000000"
            "0000180000000000"
            "0000200000000000"
            "a086010000000000"
            "8096980000000000");
  EXPECT_EQ(origin_row_key(kOrigin.directory), "o" + std::string(16, '\xab'));
  EXPECT_EQ(to_hex(encode_origin_row(kOrigin)),
            "01"
            "0200000000000000"
            "0300000000000000");
  EXPECT_EQ(request_row_key("id"), "rid");
  EXPECT_EQ(to_hex(encode_request_row(kRequest)),
            "01"
            "0100000000000000"
            "03"
            "0200000000000000"
            "0300000000000000"
            "0400000000000000"
            "0500000000000000");
  EXPECT_EQ(importing_row_key(), "i");
}

TEST(MetaRows, ComeBackFromTheirBytes) {
  for (const Sample& sample : samples()) {
    EXPECT_EQ(decode_meta_row(sample.key, sample.value), sample.row) << sample.key;
  }
  EXPECT_EQ(decode_meta_row(importing_row_key(), ""), MetaRow(ImportingRow()));
}

TEST(MetaRows, CutShortOrTooLongAreNone) {
  for (const Sample& sample : samples()) {
    for (std::size_t size = 0; size < sample.value.size(); ++size) {
      EXPECT_FALSE(decode_meta_row(sample.key, sample.value.substr(0, size))) << sample.key;
    }
    EXPECT_FALSE(decode_meta_row(sample.key, sample.value + '\0')) << sample.key;
  }
}

TEST(MetaRows, OfUnknownFormatsAndKindsAreNone) {
  for (Sample sample : samples()) {
    sample.value[0] = 2;
    EXPECT_FALSE(decode_meta_row(sample.key, sample.value)) << sample.key;
  }
  EXPECT_FALSE(decode_meta_row("x", ""));
  EXPECT_FALSE(decode_meta_row("", ""));
}

TEST(MetaRows, WithWrongNamesAreNone) {
  EXPECT_FALSE(decode_meta_row("sx", encode_state_row(kState)));
  EXPECT_FALSE(decode_meta_row("gx", encode_settings(GroupSettings())));
  EXPECT_FALSE(decode_meta_row("ix", ""));
  EXPECT_FALSE(decode_meta_row("o123456789abcdef", encode_origin_row(kOrigin)));
  EXPECT_FALSE(decode_meta_row("r", encode_request_row(kRequest)));
  EXPECT_FALSE(decode_meta_row("r" + std::string(1025, 'i'), encode_request_row(kRequest)));
}

TEST(MetaRows, WithAVerdictThatDoesNotExistAreNone) {
  for (const char verdict : {'\0', '\x09'}) {
    std::string bytes = encode_request_row(kRequest);
    bytes[9] = verdict;
    EXPECT_FALSE(decode_meta_row("rid", bytes));
  }
}

}  // namespace
}  // namespace groupy::kvstore
