#include "cli/address.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace groupy::cli {
namespace {

Address parsed(const std::string& text) {
  const auto address = parse_address(text);
  EXPECT_TRUE(std::holds_alternative<Address>(address)) << text;
  return std::holds_alternative<Address>(address) ? std::get<Address>(address) : Address{};
}

TEST(Address, ComesBackAsItWasWritten) {
  for (const char* text : {"127.0.0.1:8081", "localhost:1", "replica-1.groupy_net:65535",
                           "[::1]:9081", "0.0.0.0:80"}) {
    EXPECT_EQ(parsed(text).to_string(), text);
  }
}

TEST(Address, KnowsLiteralsFromNames) {
  EXPECT_TRUE(parsed("127.0.0.1:1").is_literal());
  EXPECT_TRUE(parsed("[::1]:1").is_literal());
  EXPECT_FALSE(parsed("localhost:1").is_literal());
}

TEST(Address, KnowsWhatCannotBeDialled) {
  EXPECT_TRUE(parsed("0.0.0.0:1").is_any());
  EXPECT_TRUE(parsed("[::]:1").is_any());
  EXPECT_FALSE(parsed("127.0.0.1:1").is_any());
  EXPECT_FALSE(parsed("localhost:1").is_any());
}

TEST(Address, RefusesWhatIsNoHostAndPort) {
  const std::string long_name(254, 'a');
  for (const std::string& text : {std::string(),
                                  std::string(":"),
                                  std::string("8081"),
                                  std::string(":8081"),
                                  std::string("localhost"),
                                  std::string("localhost:"),
                                  std::string("localhost:0"),
                                  std::string("localhost:65536"),
                                  std::string("localhost:-1"),
                                  std::string("localhost:+1"),
                                  std::string("localhost:80 "),
                                  std::string("localhost:8081x"),
                                  std::string("::1:8081"),
                                  std::string("[::1]"),
                                  std::string("[::1:8081"),
                                  std::string("[]:1"),
                                  std::string("[127.0.0.1]:1"),
                                  std::string("127.0.0.300:1"),
                                  std::string("1.2.3:1"),
                                  std::string("a b:1"),
                                  std::string("a/b:1"),
                                  std::string("a..b:1"),
                                  std::string(".a:1"),
                                  std::string("-a:1"),
                                  std::string("a\n:1"),
                                  long_name + ":1"}) {
    EXPECT_TRUE(std::holds_alternative<NotAnAddress>(parse_address(text))) << text;
  }
}

TEST(Endpoint, MayLeaveOutTheScheme) {
  for (const char* text : {"127.0.0.1:8081", "http://127.0.0.1:8081", "http://127.0.0.1:8081/"}) {
    EXPECT_EQ(std::get<std::string>(parse_endpoint(text)), "http://127.0.0.1:8081");
  }
  EXPECT_EQ(std::get<std::string>(parse_endpoint("[::1]:8081")), "http://[::1]:8081");
}

TEST(Endpoint, RefusesWhatCannotBeAsked) {
  for (const char* text : {"", "http://", "https://127.0.0.1:8081", "ftp://127.0.0.1:21",
                           "http://127.0.0.1:8081/kv", "http://u:p@127.0.0.1:8081", "127.0.0.1"}) {
    EXPECT_TRUE(std::holds_alternative<NotAnAddress>(parse_endpoint(text))) << text;
  }
}

TEST(Endpoint, ErrorsSayWhichPartIsWrong) {
  const std::vector<std::pair<std::string, std::string>> wrong = {
      {"http://a:99999", "'99999' is no port: a number from 1 to 65535 expected"},
      {"a:", "'' is no port: a number from 1 to 65535 expected"},
      {"a b:1", "'a b' is no host name and no IP address"},
      {"127.0.0.300:1", "'127.0.0.300' is no host name and no IP address"},
      {"::1:1", "'::1' is no host; an IPv6 address stands in brackets: [::1]:PORT"},
      {"[::x]:1", "'::x' is no IPv6 address, as the brackets say"},
      {"http://a:1/kv", "'/kv' is one too many: an endpoint ends with its port"},
      {"ftp://a:1", "'ftp' is not supported, only http"},
      {"u:p@a:1", "a user's name is not supported: HOST:PORT expected"},
      {"a:1\x1b", "'1\\x1b' is no port: a number from 1 to 65535 expected"}};
  for (const auto& [text, why] : wrong) {
    EXPECT_EQ(std::get<NotAnAddress>(parse_endpoint(text)).why, why) << text;
  }
}

}  // namespace
}  // namespace groupy::cli
