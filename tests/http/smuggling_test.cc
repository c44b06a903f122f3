// Bytes that a proxy in front of us might cut into other requests than we do.

#include "tests/http/serving.h"

namespace groupy::http {
namespace {

class Smuggling : public Serving {
 protected:
  // Stands behind each bad request, and must never be executed.
  static constexpr std::string_view kSmuggled =
      "PUT /kv/smuggled HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nx";
};

struct BadHead {
  const char* what;
  std::string bytes;
};

std::string put(const std::string& headers, const std::string& body) {
  return "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n" + body;
}

std::vector<BadHead> bad_heads() {
  const std::string chunked = "5\r\nhello\r\n0\r\n\r\n";
  return {
      {"both", put("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunked)},
      {"both reversed", put("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", chunked)},
      {"length and other coding", put("Content-Length: 5\r\nTransfer-Encoding: x\r\n", "hello")},
      {"gzip", put("Transfer-Encoding: gzip\r\n", chunked)},
      {"identity", put("Transfer-Encoding: identity\r\n", "")},
      {"gzip, chunked", put("Transfer-Encoding: gzip, chunked\r\n", chunked)},
      {"chunked, identity", put("Transfer-Encoding: chunked, identity\r\n", chunked)},
      {"two codings", put("Transfer-Encoding: x\r\nTransfer-Encoding: chunked\r\n", chunked)},
      {"chunked twice",
       put("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked)},
      {"quoted", put("Transfer-Encoding: \"chunked\"\r\n", chunked)},
      {"vertical tab", put("Transfer-Encoding: \x0b"
                           "chunked\r\n",
                           chunked)},
      {"blank before colon", put("Transfer-Encoding : chunked\r\n", chunked)},
      {"two lengths", put("Content-Length: 5\r\nContent-Length: 6\r\n", "hello")},
      {"two equal lengths", put("Content-Length: 5\r\nContent-Length: 5\r\n", "hello")},
      {"length list", put("Content-Length: 5, 5\r\n", "hello")},
      {"signed length", put("Content-Length: +5\r\n", "hello")},
      {"hex length", put("Content-Length: 0x5\r\n", "hello")},
      {"huge length", put("Content-Length: 18446744073709551621\r\n", "hello")},
      {"folded length", put("Content-Length: 0\r\n 5\r\n", "hello")},
      {"blank before the first name",
       "PUT /kv/a HTTP/1.1\r\n X: y\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"},
      {"line without colon", put("Content-Length 5\r\n", "hello")},
      {"bare line feeds", "PUT /kv/a HTTP/1.1\nHost: localhost\nContent-Length: 0\n\n"},
      {"bare return", "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nX: a\rb\r\n\r\n"},
      {"null in header", put(std::string("X: a\0b\r\n", 8) + "Content-Length: 0\r\n", "")},
      {"coding on 1.0", "PUT /kv/a HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n" + chunked},
      {"no host", "PUT /kv/a HTTP/1.1\r\nContent-Length: 0\r\n\r\n"},
      {"two hosts", put("Host: localhost\r\nContent-Length: 0\r\n", "")},
      {"fragment", "PUT /kv/a#b HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"},
      {"chunk size no hex", put("Transfer-Encoding: chunked\r\n", "x\r\nhello\r\n0\r\n\r\n")},
      {"chunk size 0x", put("Transfer-Encoding: chunked\r\n", "0x5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size signed", put("Transfer-Encoding: chunked\r\n", "-5\r\nhello\r\n0\r\n\r\n")},
      {"chunk size overflows",
       put("Transfer-Encoding: chunked\r\n", "10000000000000005\r\nhello\r\n0\r\n\r\n")},
      {"chunk too short", put("Transfer-Encoding: chunked\r\n", "4\r\nhello\r\n0\r\n\r\n")},
      {"chunk line feed", put("Transfer-Encoding: chunked\r\n", "5\nhello\r\n0\r\n\r\n")},
      {"length in trailer",
       put("Transfer-Encoding: chunked\r\n", "0\r\nContent-Length: 5\r\n\r\n")},
      {"blank before the method", " " + put("Content-Length: 0\r\n", "")},
      {"two blanks", "PUT  /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"},
      {"no version", "PUT /kv/a\r\nHost: localhost\r\n\r\n"},
      {"line end in target", "PUT /kv/a\r\nX: HTTP/1.1\r\nHost: localhost\r\n\r\n"},
  };
}

TEST_F(Smuggling, DoubtAboutTheEndOfARequestEndsTheConnection) {
  serve();
  for (const BadHead& bad : bad_heads()) {
    const std::string answers = answers_to(bad.bytes + std::string(kSmuggled));
    EXPECT_EQ(answers.substr(0, 12), "HTTP/1.1 400") << bad.what << '\n' << answers;
    EXPECT_EQ(count_answers(answers), 1u) << bad.what << '\n' << answers;
    EXPECT_NE(answers.find("Connection: close"), std::string::npos) << bad.what;
    EXPECT_EQ(store_.writes(), 0u) << bad.what;
  }
}

TEST_F(Smuggling, BodiesThatNobodyReadsEndTheConnection) {
  serve();
  for (const char* line : {"GET /kv/a", "DELETE /kv/a", "GET /nowhere", "POST /txn", "PUT /kv/",
                           "PUT /kv/a?ttl=1s", "GET /hash?sequence=0"}) {
    const std::size_t before = store_.writes();
    const std::string answers =
        answers_to(line + std::string(" HTTP/1.1\r\nHost: localhost\r\nContent-Length: ") +
                   std::to_string(kSmuggled.size()) + "\r\n\r\n" + std::string(kSmuggled) +
                   std::string(kSmuggled));
    EXPECT_EQ(count_answers(answers), 1u) << line;
    EXPECT_NE(store_.last_key(), "smuggled") << line;
    EXPECT_LE(store_.writes(), before + 1) << line;
  }
}

TEST_F(Smuggling, OtherHostsAreTurnedAwayBeforeRouting) {
  serve();
  const std::string answers =
      answers_to("PUT /kv/a HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1\r\n\r\nx" +
                 std::string(kSmuggled));
  EXPECT_EQ(answers.substr(0, 12), "HTTP/1.1 421");
  EXPECT_EQ(count_answers(answers), 1u);
  EXPECT_EQ(store_.writes(), 0u);
}

TEST_F(Smuggling, GoodRequestsBehindGoodOnesAreServed) {
  serve();
  const std::string answers =
      answers_to(put("Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n0\r\n\r\n") +
                 put("Content-Length: 5\r\n", "hello") + "GET /livez HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count_answers(answers), 3u) << answers;
  EXPECT_EQ(store_.writes(), 2u);
}

}  // namespace
}  // namespace groupy::http
