#include "http/conditions.h"

#include <gtest/gtest.h>

namespace groupy::http {
namespace {

using kvstore::Condition;
using kvstore::ConditionKind;
using kvstore::Revision;

Request with(std::vector<Header> headers) {
  Request request;
  request.headers = std::move(headers);
  return request;
}

std::optional<Condition> condition_of(std::vector<Header> headers) {
  const auto read = write_condition_of(with(std::move(headers)));
  const auto* refusal = std::get_if<Refusal>(&read);
  if (refusal == nullptr) return std::get<Condition>(read);
  EXPECT_EQ(refusal->code, Code::malformed);
  return std::nullopt;
}

TEST(Conditions, OfAWriteAreThoseOfItsHeaders) {
  EXPECT_EQ(condition_of({}), Condition{});
  EXPECT_EQ(condition_of({{"If-Match", "*"}}), (Condition{ConditionKind::exists, {}}));
  EXPECT_EQ(condition_of({{"if-none-match", "*"}}), (Condition{ConditionKind::absent, {}}));
  EXPECT_EQ(condition_of({{"IF-MATCH", "\"85\""}}),
            (Condition{ConditionKind::revision_equals, Revision{85}}));
  EXPECT_EQ(condition_of({{"If-Match", "\"0\""}}),
            (Condition{ConditionKind::revision_equals, Revision{0}}));
}

TEST(Conditions, ThatCannotBeFollowedToTheLetterAreRefused) {
  for (const char* tag : {"", "85", "\"\"", "\"", "\"85", "85\"", "W/\"85\"", "\"85\", \"86\"",
                          "\"x\"", "\"-1\"", "\"085\"", "\"18446744073709551616\"", "**"}) {
    EXPECT_EQ(condition_of({{"If-Match", tag}}), std::nullopt) << tag;
    EXPECT_TRUE(std::holds_alternative<Refusal>(known_of(with({{"If-None-Match", tag}})))) << tag;
  }
  EXPECT_EQ(condition_of({{"If-None-Match", "\"85\""}}), std::nullopt);
  EXPECT_EQ(condition_of({{"If-Match", "*"}, {"If-None-Match", "*"}}), std::nullopt);
  EXPECT_EQ(condition_of({{"If-Match", "\"1\""}, {"If-Match", "\"2\""}}), std::nullopt);
}

TEST(Conditions, OfAReadNameWhatIsKnown) {
  EXPECT_EQ(std::get<0>(known_of(with({}))), std::nullopt);
  EXPECT_TRUE(std::get<0>(known_of(with({{"If-None-Match", "*"}})))->is_any);
  const auto known = std::get<0>(known_of(with({{"If-None-Match", "\"7\""}})));
  ASSERT_TRUE(known);
  EXPECT_FALSE(known->is_any);
  EXPECT_EQ(known->revision, Revision{7});
}

TEST(IdempotencyKey, IsTakenAsItIsUpToItsSince) {
  const auto id_of = [](std::string_view value) {
    return std::get<0>(request_id_of(with({{"Idempotency-Key", value}})));
  };
  EXPECT_EQ(std::get<0>(request_id_of(with({}))), std::nullopt);
  EXPECT_EQ(id_of("\"8e03 a\""), (kvstore::RequestId{"\"8e03 a\"", std::nullopt}));
  EXPECT_EQ(id_of("a;since=0"), (kvstore::RequestId{"a", gms::Sequence{0}}));
  EXPECT_EQ(id_of("a ; since=90"), (kvstore::RequestId{"a", gms::Sequence{90}}));
  const std::string longest(kvstore::kRequestIdBytesMax, 'k');
  EXPECT_EQ(id_of(longest)->id, longest);
}

TEST(IdempotencyKey, ThatIsNoneIsRefused) {
  const std::string too_long(kvstore::kRequestIdBytesMax + 1, 'k');
  for (const std::string& value :
       {std::string(), std::string(";since=1"), std::string("a;"), std::string("a;since="),
        std::string("a;since=x"), std::string("a;until=1"), std::string("a;since=1;b"), too_long}) {
    const auto read = request_id_of(with({{"Idempotency-Key", value}}));
    ASSERT_TRUE(std::holds_alternative<Refusal>(read)) << value;
    EXPECT_EQ(std::get<Refusal>(read).code, Code::malformed);
  }
  const auto twice = request_id_of(with({{"Idempotency-Key", "a"}, {"idempotency-key", "a"}}));
  EXPECT_TRUE(std::holds_alternative<Refusal>(twice));
}

}  // namespace
}  // namespace groupy::http
