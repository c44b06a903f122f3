#include "kvstore/command.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

bool is_command(std::string_view bytes) {
  return std::holds_alternative<Command>(decode_command(bytes));
}

Command full_command() {
  return with_id(put("key", "value", {ConditionKind::revision_equals, Revision{7}}), "id", 9);
}

TEST(Command, EncodesToTheseBytes) {
  EXPECT_EQ(to_hex(encode(full_command())),
            "01"                // format
            "01"                // put
            "03"                // revision equals
            "03"                // request id, since
            "0700000000000000"  // revision
            "03000000"
            "6b6579"  // key
            "05000000"
            "76616c7565"
            "02000000"
            "6964"
            "0900000000000000");  // since
  EXPECT_EQ(to_hex(encode(erase("k"))),
            "01020000"
            "0000000000000000"
            "01000000"
            "6b"
            "00000000");
}

RC_GTEST_PROP(Command, ComesBackFromItsBytes,
              (const std::string& key, const std::string& value, bool is_erase, bool has_id,
               bool has_since, std::uint64_t number)) {
  Command command = is_erase ? erase(key) : put(key, value);
  command.condition.kind = static_cast<ConditionKind>(*rc::gen::inRange(0, 4));
  if (command.condition.kind == ConditionKind::revision_equals) {
    command.condition.revision = Revision{number};
  }
  const std::string id(*rc::gen::inRange<std::size_t>(1, kRequestIdBytesMax + 1), 'i');
  if (has_id) {
    command = with_id(command, id, has_since ? std::optional(number) : std::nullopt);
  }
  const std::string bytes = encode(command);
  const auto decoded = decode_command(bytes);
  RC_ASSERT(std::holds_alternative<Command>(decoded));
  RC_ASSERT(std::get<Command>(decoded) == command);
}

TEST(Command, CutShortAnywhereIsNone) {
  const std::string bytes = encode(full_command());
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_FALSE(is_command(bytes.substr(0, size))) << size;
  }
}

TEST(Command, WithBytesBehindItIsNone) {
  EXPECT_FALSE(is_command(encode(put("k", "v")) + '\0'));
}

TEST(Command, AlteredAnywhereIsNoneOrAnotherThatEncodesToTheseBytes) {
  const std::string original = encode(full_command());
  for (std::size_t at = 0; at < original.size(); ++at) {
    for (unsigned flip = 1; flip < 256; ++flip) {
      std::string bytes = original;
      bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ flip);
      const auto decoded = decode_command(bytes);
      if (const auto* command = std::get_if<Command>(&decoded)) {
        ASSERT_NE(*command, full_command()) << at;
        ASSERT_EQ(encode(*command), bytes) << at;
      }
    }
  }
}

TEST(Command, OfAnUnknownFormatOrKindSaysSo) {
  for (const std::size_t at : {0u, 1u, 2u}) {
    std::string bytes = encode(put("k", "v"));
    bytes[at] = 9;
    const auto decoded = decode_command(bytes);
    ASSERT_TRUE(std::holds_alternative<NotACommand>(decoded));
    EXPECT_NE(std::get<NotACommand>(decoded).why.find("unknown"), std::string::npos);
  }
}

TEST(Command, WithAHugeLengthIsNoneAndAllocatesNothing) {
  std::string bytes = encode(put("k", "v"));
  bytes.replace(12, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(is_command(bytes));
}

TEST(Command, MayHaveAnEmptyKeyForApplyToRefuse) {
  EXPECT_TRUE(is_command(encode(put("", ""))));
}

TEST(Command, HasNoEmptyOrOverlongRequestId) {
  const std::string prefix = encode(put("k", "v"));
  std::string with_empty_id = prefix + std::string(4, '\0');
  with_empty_id[3] = 1;
  EXPECT_FALSE(is_command(with_empty_id));
  std::string with_long_id = prefix + std::string("\x01\x04\0\0", 4) + std::string(1025, 'i');
  with_long_id[3] = 1;
  EXPECT_FALSE(is_command(with_long_id));
}

TEST(CommandDeathTest, ToEraseWithAValueIsABug) {
  Command command = erase("k");
  command.value = "v";
  EXPECT_DEATH(encode(command), "well-formed");
}

}  // namespace
}  // namespace groupy::kvstore
