#include "http/connection.h"

#include <algorithm>
#include <future>
#include <vector>

#include "tests/http/serving.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

class ConnectionTest : public Serving {};

std::string all_bytes() {
  std::string bytes;
  for (int number = 0; number < 256; ++number) bytes += static_cast<char>(number);
  return bytes;
}

TEST_F(ConnectionTest, KeysAndValuesOfAllBytesComeBackExactly) {
  serve();
  Client client(url());
  std::vector<std::string> keys = {all_bytes(), std::string(4096, '\xff')};
  for (const char byte : all_bytes()) keys.emplace_back(1, byte);
  for (const std::string& key : keys) {
    const std::string target = "/kv/" + percent_encode(key);
    const std::string value = key + all_bytes();
    const auto put = client.call({"PUT", target, {}, value}, kPatience);
    ASSERT_TRUE(std::holds_alternative<ClientAnswer>(put));
    EXPECT_EQ(std::get<ClientAnswer>(put).status, 201u);
    EXPECT_EQ(store_.last_key(), key);
    const auto got = client.call({"GET", target + "?raw", {}, {}}, kPatience);
    ASSERT_TRUE(std::holds_alternative<ClientAnswer>(got));
    EXPECT_EQ(std::get<ClientAnswer>(got).body, value);
  }
}

TEST_F(ConnectionTest, RawBytesInAPathAreTakenAsTheyAre) {
  serve();
  std::string key;
  for (const char byte : all_bytes()) {
    const auto number = static_cast<unsigned char>(byte);
    const bool is_special = number <= 0x20 || number == 0x7f || byte == '%' || byte == '?';
    if (!is_special && byte != '#') key += byte;
  }
  const std::string answer =
      answers_to("PUT /kv/" + key + " HTTP/1.0\r\nContent-Length: 1\r\n\r\nv");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_EQ(store_.last_key(), key);
}

TEST_F(ConnectionTest, EveryAnswerCarriesItsHeaders) {
  serve();
  for (const ClientAnswer& answer : {call("PUT", "/kv/a", "1"), call("GET", "/kv/a"),
                                     call("GET", "/nowhere"), call("GET", "/readyz")}) {
    for (const char* name : {"x-groupy-node", "x-groupy-view", "x-groupy-sequence", "date",
                             "x-request-id", "content-length", "content-type"}) {
      EXPECT_TRUE(answer.headers.contains(name)) << name;
    }
    EXPECT_EQ(answer.headers.at("x-content-type-options"), "nosniff");
  }
}

TEST_F(ConnectionTest, HeadIsGetWithoutTheBody) {
  serve();
  call("PUT", "/kv/a", "12345");
  for (const char* target : {"/kv/a", "/kv/a?raw", "/kv/missing", "/kv", "/status", "/nowhere"}) {
    ClientAnswer get = call("GET", target);
    ClientAnswer head = call("HEAD", target);
    for (const char* name : {"date", "x-request-id"}) {
      get.headers.erase(name);
      head.headers.erase(name);
    }
    EXPECT_EQ(head.status, get.status) << target;
    EXPECT_EQ(head.headers, get.headers) << target;
    EXPECT_EQ(head.headers.at("content-length"), std::to_string(get.body.size())) << target;
    const std::string bytes = answers_to(std::string("HEAD ") + target + " HTTP/1.0\r\n\r\n");
    EXPECT_TRUE(bytes.ends_with("\r\n\r\n")) << bytes;
  }
}

TEST_F(ConnectionTest, WhatIsKnownAlreadyIsNotSentAgain) {
  serve();
  call("PUT", "/kv/a", "12345");
  Client client(url());
  for (int times = 0; times < 2; ++times) {
    const auto got = client.call({"GET", "/kv/a", {{"If-None-Match", "\"1\""}}, {}}, kPatience);
    ASSERT_TRUE(std::holds_alternative<ClientAnswer>(got));
    const auto& answer = std::get<ClientAnswer>(got);
    EXPECT_EQ(answer.status, 304u);
    EXPECT_EQ(answer.body, "");
    EXPECT_EQ(answer.headers.at("etag"), "\"1\"");
    EXPECT_FALSE(answer.headers.contains("content-length"));
  }
}

TEST_F(ConnectionTest, ConditionsAndRepeatsComeThrough) {
  serve();
  const auto put = [&](std::string_view header) {
    return answers_to("PUT /kv/a HTTP/1.0\r\nContent-Length: 1\r\n" + std::string(header) +
                      "\r\n\r\nv")
        .substr(9, 3);
  };
  EXPECT_EQ(put("If-None-Match: *"), "201");
  EXPECT_EQ(put("If-None-Match: *"), "412");
  EXPECT_EQ(put("If-Match: \"1\"\r\nIdempotency-Key: one"), "200");
  EXPECT_EQ(put("If-Match: \"1\"\r\nIdempotency-Key: one"), "200");
  EXPECT_EQ(put("If-Match: \"2\"\r\nIdempotency-Key: one"), "422");
  EXPECT_EQ(put("If-Match: \"1\"\r\nIdempotency-Key: two"), "412");
}

TEST_F(ConnectionTest, ChunksExtensionsAndTrailersMakeOneValue) {
  serve();
  const std::string answer = answers_to(
      "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n"
      "5;name=value\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\nX-Request-Id: later\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_EQ(answer.find("later"), std::string::npos);
  EXPECT_EQ(store_.last_value(), "hello world");
}

TEST_F(ConnectionTest, EmptyValuesAreValues) {
  serve();
  EXPECT_EQ(call("PUT", "/kv/a").status, 201u);
  const std::string answer = answers_to(
      "PUT /kv/b HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
      "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n");
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 201 ")) << answer;
  EXPECT_EQ(call("GET", "/kv/b?raw").body, "");
  EXPECT_EQ(answers_to("PUT /kv/a HTTP/1.0\r\n\r\n").substr(9, 3), "411");
}

TEST_F(ConnectionTest, ContinueIsSentOnlyToThoseWhoMayGoOn) {
  serve();
  const std::string head = "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n";
  RawClient welcome(port());
  welcome.send(head + "Content-Length: 5\r\n\r\n");
  EXPECT_EQ(welcome.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  welcome.send("12345");
  EXPECT_TRUE(welcome.read_until("\r\n\r\n").starts_with("HTTP/1.1 201 "));
  EXPECT_EQ(store_.last_value(), "12345");
  EXPECT_EQ(answers_to(head + "Content-Length: 1572865\r\n\r\n").substr(0, 12), "HTTP/1.1 413");
  EXPECT_EQ(answers_to("PUT /kv/ HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
                       "Content-Length: 5\r\n\r\n")
                .substr(0, 12),
            "HTTP/1.1 400");
  EXPECT_EQ(answers_to("PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nExpect: more\r\n"
                       "Content-Length: 5\r\n\r\n")
                .substr(0, 12),
            "HTTP/1.1 417");
  EXPECT_EQ(store_.writes(), 1u);
}

TEST_F(ConnectionTest, TheLargestValueFitsAndOneByteMoreDoesNot) {
  serve();
  const std::size_t max = kvstore::GroupSettings().value_bytes_max;
  const std::string value(max, 'v');
  EXPECT_EQ(call("PUT", "/kv/a", value).status, 201u);
  EXPECT_EQ(call("GET", "/kv/a?raw").body.size(), max);
  const ClientAnswer declared = call("PUT", "/kv/a", value + "v");
  EXPECT_EQ(declared.status, 413u);
  EXPECT_NE(declared.body.find("value_too_large"), std::string::npos);
  RawClient chunked(port());
  chunked.send(
      "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n180000\r\n");
  chunked.send(value);
  chunked.send("\r\n1\r\nv\r\n0\r\n\r\n");
  EXPECT_EQ(chunked.read_all().substr(0, 12), "HTTP/1.1 413");
  EXPECT_EQ(answers_to("PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
                       "FFFFFFFFFFFFFFF\r\n")
                .substr(0, 12),
            "HTTP/1.1 413");
  EXPECT_EQ(store_.writes(), 1u);
}

TEST_F(ConnectionTest, HeadersAndTrailersHaveBounds) {
  serve();
  const std::string filler(Limits().header_bytes_max, 'x');
  for (const std::string& bytes :
       {"GET /livez HTTP/1.1\r\nHost: localhost\r\nX: " + filler + "\r\n\r\n",
        "GET /" + filler + " HTTP/1.1\r\n\r\n", "GET /livez HTTP/1.1\r\nX: " + filler + filler}) {
    EXPECT_EQ(answers_to(bytes).substr(0, 12), "HTTP/1.1 431");
  }
  std::string trailers =
      "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int line = 0; line < 10'000; ++line) trailers += "X-Trailer: 12345678\r\n";
  EXPECT_EQ(answers_to(trailers).substr(0, 12), "HTTP/1.1 431");
  EXPECT_EQ(store_.writes(), 0u);
}

TEST_F(ConnectionTest, RequestsOfOneConnectionAreAnsweredInOrder) {
  serve();
  std::string requests;
  for (int number = 1; number <= 50; ++number) {
    requests += "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nv";
  }
  requests += "GET /kv/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
  const std::string answers = answers_to(requests);
  EXPECT_EQ(count_answers(answers), 51u);
  std::size_t at = 0;
  for (int revision = 1; revision <= 50; ++revision) {
    at = answers.find("\"revision\":" + std::to_string(revision) + ",", at);
    ASSERT_NE(at, std::string::npos) << revision;
  }
  EXPECT_NE(answers.find("\"version\":50", at), std::string::npos);
}

TEST_F(ConnectionTest, OldAndForeignVersionsGetWhatTheyUnderstand) {
  serve();
  EXPECT_EQ(count_answers(answers_to("GET /livez HTTP/1.0\r\n\r\n")), 1u);
  const std::string kept = answers_to(
      "GET /livez HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /livez HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count_answers(kept), 2u);
  EXPECT_NE(kept.find("Connection: keep-alive"), std::string::npos);
  EXPECT_EQ(answers_to("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").substr(0, 12), "HTTP/1.1 505");
  EXPECT_EQ(answers_to("GET / HTTP/3.0\r\nHost: localhost\r\n\r\n").substr(0, 12), "HTTP/1.1 505");
}

class Generation3 : public Serving {
 protected:
  Generation3() {
    kvstore::StoreStatus status = store_.status();
    status.generation = 3;
    store_.set_status(status);
  }

  ClientAnswer post(const std::string& target, const std::string& body) {
    Client client(url());
    const auto result =
        client.call({"POST", target, {{"Content-Type", "application/json"}}, body}, kPatience);
    return std::get<ClientAnswer>(result);
  }
};

TEST_F(Generation3, AReadShowsWhatIsThereOnceItIsConfirmed) {
  serve();
  store_.put("a", "old");
  store_.set_confirming([&] { store_.put("a", "new"); });
  const ClientAnswer read = call("GET", "/kv/a?raw&timeout=3s");
  EXPECT_EQ(read.body, "new");
  EXPECT_EQ(read.headers.at("x-groupy-sequence"), "2");
  EXPECT_EQ(read.headers.at("x-groupy-consistency"), "linearizable");
  EXPECT_EQ(store_.last_limit(), milliseconds(3'000));
  store_.set_confirming([] { FAIL() << "a local read asks nobody"; });
  EXPECT_EQ(call("GET", "/kv/a?raw&consistency=local").body, "new");
}

TEST_F(Generation3, AReadThatIsNotConfirmedIsNotAnsweredFromWhatIsHere) {
  serve();
  store_.put("a", "old");
  store_.set_confirming({}, kvstore::ReadFailure::no_majority);
  const ClientAnswer read = call("GET", "/kv/a");
  EXPECT_EQ(read.status, 503u);
  EXPECT_NE(read.body.find("\"code\":\"no_majority\""), std::string::npos);
  EXPECT_EQ(read.headers.at("retry-after"), "1");
}

TEST_F(Generation3, AConfirmedReadStillWaitsForItsRevisionInWhatIsLeftOfItsTime) {
  serve();
  store_.put("a", "1");
  auto answer = std::async(std::launch::async,
                           [&] { return call("GET", "/kv/a?raw&min_revision=2&timeout=20s"); });
  ASSERT_TRUE(store_.wait_until_awaited());
  EXPECT_LE(store_.last_limit(), milliseconds(20'000));
  store_.put("a", "2");
  EXPECT_EQ(answer.get().body, "2");
}

TEST_F(Generation3, TheLeadGoesToWhomTheBodyNames) {
  serve();
  const ClientAnswer begun = post("/leader", "{\"to\":2}");
  EXPECT_EQ(begun.status, 202u);
  EXPECT_EQ(begun.body, "{\"operation\":null}\n");
  EXPECT_EQ(store_.successor(), gms::NodeId{2});
  EXPECT_EQ(call("POST", "/leader").status, 202u);
  EXPECT_EQ(store_.successor(), std::nullopt);
  EXPECT_EQ(post("/leader", "{").status, 400u);
  EXPECT_EQ(call("POST", "/leader", "{}").status, 415u);
  store_.set_lead_answer(kvstore::LeadAnswer::not_leading);
  EXPECT_EQ(post("/leader", "{}").status, 503u);
  const std::string chunked = answers_to(
      "POST /leader HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Transfer-Encoding: chunked\r\n\r\n2000\r\n" +
      std::string(0x2000, ' '));
  EXPECT_EQ(chunked.substr(0, 12), "HTTP/1.1 413");
}

}  // namespace
}  // namespace groupy::http
