#include "http/accepted.h"

#include <gtest/gtest.h>

namespace groupy::http {
namespace {

std::optional<Code> problem_of(Endpoint endpoint, const Parameters& parameters) {
  const auto refusal = check_parameters(endpoint, parameters);
  return refusal ? std::optional(refusal->code) : std::nullopt;
}

TEST(Accepted, TakesTheParametersThatAreBuilt) {
  EXPECT_EQ(problem_of(Endpoint::put_key, {{"timeout", "1s"}}), std::nullopt);
  EXPECT_EQ(problem_of(Endpoint::delete_key, {{"timeout", "1s"}}), std::nullopt);
  for (const char* name : {"timeout", "raw", "consistency", "min_revision"}) {
    EXPECT_EQ(problem_of(Endpoint::get_key, {{name, ""}}), std::nullopt) << name;
  }
  EXPECT_EQ(problem_of(Endpoint::list_keys, {{"prefix", ""},
                                             {"limit", ""},
                                             {"cursor", ""},
                                             {"keys_only", ""},
                                             {"consistency", ""},
                                             {"min_revision", ""},
                                             {"timeout", ""}}),
            std::nullopt);
  EXPECT_EQ(problem_of(Endpoint::show_hash, {{"sequence", "1"}}), std::nullopt);
  EXPECT_EQ(problem_of(Endpoint::readyz, {{"verbose", ""}}), std::nullopt);
}

TEST(Accepted, SaysSoWhereAParameterIsNotBuiltYet) {
  for (const char* name : {"ttl", "lease"}) {
    EXPECT_EQ(problem_of(Endpoint::put_key, {{name, ""}}), Code::not_implemented) << name;
  }
  EXPECT_EQ(problem_of(Endpoint::get_key, {{"rev", ""}}), Code::not_implemented);
  for (const char* name : {"delimiter", "rev"}) {
    EXPECT_EQ(problem_of(Endpoint::list_keys, {{name, ""}}), Code::not_implemented) << name;
  }
}

TEST(Accepted, IgnoresNoParameterSilently) {
  EXPECT_EQ(problem_of(Endpoint::put_key, {{"raw", ""}}), Code::bad_parameter);
  EXPECT_EQ(problem_of(Endpoint::get_key, {{"Raw", ""}}), Code::bad_parameter);
  EXPECT_EQ(problem_of(Endpoint::get_key, {{"", ""}}), Code::bad_parameter);
  EXPECT_EQ(problem_of(Endpoint::show_version, {{"x", "1"}}), Code::bad_parameter);
  EXPECT_EQ(problem_of(Endpoint::list_keys, {{"limit", "1"}, {"limit", "1"}}), Code::bad_parameter);
  EXPECT_EQ(problem_of(Endpoint::get_key, {{std::string("\xff\n\0", 3), ""}}), Code::bad_parameter);
}

TEST(Accepted, IgnoresNoHeaderThatChangesWhatARequestMeans) {
  for (const Endpoint endpoint : {Endpoint::put_key, Endpoint::delete_key}) {
    for (const char* name : {"If-Match", "if-none-match", "IDEMPOTENCY-KEY"}) {
      Request request;
      request.headers = {{"Host", "localhost"}, {name, "*"}};
      EXPECT_FALSE(check_headers(endpoint, request)) << name;
    }
  }
  Request conditional;
  conditional.headers = {{"If-None-Match", "\"7\""}};
  EXPECT_FALSE(check_headers(Endpoint::get_key, conditional));
  conditional.headers = {{"if-match", "\"7\""}};
  const auto refusal = check_headers(Endpoint::get_key, conditional);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->code, Code::not_implemented);
  EXPECT_FALSE(check_headers(Endpoint::show_view, conditional));
}

}  // namespace
}  // namespace groupy::http
