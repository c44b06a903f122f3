#include "http/framing.h"

#include <gtest/gtest.h>

namespace groupy::http {
namespace {

Request request_with(std::vector<Header> headers, bool is_http_1_0 = false) {
  Request request;
  request.method = "PUT";
  request.target = "/kv/a";
  request.is_http_1_0 = is_http_1_0;
  request.headers = std::move(headers);
  return request;
}

TEST(Framing, TellsHowTheBodyEnds) {
  const auto framing_of = [](std::vector<Header> headers) {
    return std::get<Framing>(check_framing(request_with(std::move(headers))));
  };
  EXPECT_EQ(framing_of({}), (Framing{}));
  EXPECT_EQ(framing_of({{"content-LENGTH", "17"}}), (Framing{17, false, false}));
  EXPECT_EQ(framing_of({{"Content-Length", "0"}}), (Framing{0, false, false}));
  EXPECT_EQ(framing_of({{"transfer-encoding", "Chunked"}}), (Framing{std::nullopt, true, false}));
  EXPECT_EQ(framing_of({{"Content-Length", "1"}, {"Expect", "100-Continue"}}),
            (Framing{1, false, true}));
}

struct BadFraming {
  const char* what;
  std::vector<Header> headers;
  bool is_http_1_0 = false;
  Code code = Code::malformed;
};

TEST(Framing, RefusesWhateverOthersMightReadDifferently) {
  const std::vector<BadFraming> table = {
      {"both", {{"Content-Length", "5"}, {"Transfer-Encoding", "chunked"}}},
      {"both, other order", {{"Transfer-Encoding", "chunked"}, {"Content-Length", "5"}}},
      {"other coding", {{"Transfer-Encoding", "gzip"}}},
      {"identity", {{"Transfer-Encoding", "identity"}}},
      {"list", {{"Transfer-Encoding", "gzip, chunked"}}},
      {"chunked not last", {{"Transfer-Encoding", "chunked, gzip"}}},
      {"chunked twice", {{"Transfer-Encoding", "chunked, chunked"}}},
      {"parameter", {{"Transfer-Encoding", "chunked;q=1"}}},
      {"hidden", {{"Transfer-Encoding", "xchunked"}}},
      {"empty coding", {{"Transfer-Encoding", ""}}},
      {"two fields", {{"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}}},
      {"two fields, one other", {{"Transfer-Encoding", "chunked"}, {"transfer-encoding", "x"}}},
      {"coding on 1.0", {{"Transfer-Encoding", "chunked"}}, true},
      {"two lengths", {{"Content-Length", "5"}, {"Content-Length", "6"}}},
      {"two equal lengths", {{"Content-Length", "5"}, {"Content-Length", "5"}}},
      {"length list", {{"Content-Length", "5, 5"}}},
      {"signed", {{"Content-Length", "+5"}}},
      {"negative", {{"Content-Length", "-1"}}},
      {"hex", {{"Content-Length", "0x5"}}},
      {"empty length", {{"Content-Length", ""}}},
      {"too long", {{"Content-Length", "18446744073709551616"}}},
      {"expectation", {{"Expect", "200-ok"}}, false, Code::expectation_failed},
      {"two expectations",
       {{"Expect", "100-continue"}, {"Expect", "100-continue"}},
       false,
       Code::expectation_failed},
  };
  for (const BadFraming& bad : table) {
    const auto checked = check_framing(request_with(bad.headers, bad.is_http_1_0));
    ASSERT_TRUE(std::holds_alternative<Refusal>(checked)) << bad.what;
    EXPECT_EQ(std::get<Refusal>(checked).code, bad.code) << bad.what;
  }
}

TEST(Framing, DoesNotSendInterimAnswersToHttp10) {
  const auto checked =
      check_framing(request_with({{"Content-Length", "1"}, {"Expect", "100-continue"}}, true));
  EXPECT_FALSE(std::get<Framing>(checked).expects_continue);
}

std::optional<Code> host_problem(const Request& request, const HostRules& rules,
                                 std::optional<std::string_view> authority = std::nullopt) {
  const auto refusal = check_host(request, authority, rules);
  return refusal ? std::optional(refusal->code) : std::nullopt;
}

TEST(Host, IsThereExactlyOnceOnHttp11) {
  const HostRules anywhere{false, {}};
  EXPECT_EQ(host_problem(request_with({}), anywhere), Code::malformed);
  EXPECT_EQ(host_problem(request_with({{"Host", "a"}, {"host", "a"}}), anywhere), Code::malformed);
  EXPECT_EQ(host_problem(request_with({{"Host", "a"}, {"host", "a"}}, true), anywhere),
            Code::malformed);
  EXPECT_EQ(host_problem(request_with({{"Host", "anything"}}), anywhere), std::nullopt);
  EXPECT_EQ(host_problem(request_with({}, true), anywhere), std::nullopt);
}

TEST(Host, OnLoopbackMustNameThisMachine) {
  const HostRules rules{true, {"groupy.test"}};
  for (const char* host :
       {"localhost", "LocalHost:8081", "127.0.0.1", "127.0.0.1:80", "127.255.0.9:1", "[::1]",
        "[::1]:8081", "groupy.test", "GROUPY.test:1"}) {
    EXPECT_EQ(host_problem(request_with({{"Host", host}}), rules), std::nullopt) << host;
  }
  for (const char* host : {"", "evil.example", "localhost.evil.example", "127.0.0.1.evil.example",
                           "128.0.0.1", "[::2]", "[::1", "0.0.0.0", "127.1", "groupy.test.x", ":80",
                           "evil@localhost", "2130706433"}) {
    EXPECT_EQ(host_problem(request_with({{"Host", host}}), rules), Code::wrong_host) << host;
  }
}

TEST(Host, OfAnAbsoluteTargetCountsInsteadOfTheHeader) {
  const HostRules rules;
  const Request request = request_with({{"Host", "localhost"}});
  EXPECT_EQ(host_problem(request, rules, "evil.example"), Code::wrong_host);
  EXPECT_EQ(host_problem(request, rules, "127.0.0.1:8081"), std::nullopt);
  EXPECT_EQ(host_problem(request_with({}, true), rules, "evil.example"), Code::wrong_host);
}

TEST(Version, OthersThanOursAreToldApartFromNonsense) {
  EXPECT_EQ(code_of_version("GET / HTTP/2.0\r\nHost: a"), Code::version_not_supported);
  EXPECT_EQ(code_of_version("GET / HTTP/1.2\r\n"), Code::version_not_supported);
  EXPECT_EQ(code_of_version("PRI * HTTP/2.0"), Code::version_not_supported);
  for (const char* line : {"GET / HTTX/1.1\r\n", "GET / HTTP/11\r\n", "GET", "",
                           "GET / http/2.0\r\n", "GET / HTTP/1.1 \r\n", "GET / HTTP/1.1x\r\n"}) {
    EXPECT_EQ(code_of_version(line), Code::malformed) << line;
  }
}

}  // namespace
}  // namespace groupy::http
