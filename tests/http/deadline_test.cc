// What happens when the client, or the store, is slow or gone.

#include <memory>
#include <thread>
#include <vector>

#include "tests/http/serving.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

class Deadlines : public Serving {
 protected:
  static constexpr std::string_view kPut =
      "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\n\r\n12345";
};

TEST_F(Deadlines, SlowHeadersAndBodiesAreRefused) {
  Limits limits = quick_limits();
  limits.header = limits.body = milliseconds(30);
  serve(limits);
  for (const std::string_view bytes :
       {kPut.substr(0, 1), kPut.substr(0, 40), kPut.substr(0, kPut.size() - 1)}) {
    const std::string answer = answers_to(bytes);
    EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 408") << answer;
    EXPECT_NE(answer.find("Connection: close"), std::string::npos);
    EXPECT_NE(answer.find("slow_sender"), std::string::npos);
  }
  EXPECT_EQ(store_.writes(), 0u);
}

TEST_F(Deadlines, SilentConnectionsAreClosedWithoutAWord) {
  Limits limits = quick_limits();
  limits.idle = milliseconds(30);
  serve(limits);
  RawClient fresh(port());
  EXPECT_TRUE(fresh.is_closed());
  RawClient used(port());
  used.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(used.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  EXPECT_TRUE(used.is_closed());
}

TEST_F(Deadlines, RefusedClientsThatKeepSendingAreCutOff) {
  Limits limits = quick_limits();
  limits.linger = milliseconds(30);
  serve(limits);
  RawClient client(port());
  client.send("PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n");
  EXPECT_EQ(client.read_until("\r\n\r\n").substr(0, 12), "HTTP/1.1 413");
  const std::string piece(1u << 20, 'x');
  bool is_open = true;
  for (int sent = 0; is_open && sent < 100'000; ++sent) is_open = client.send(piece);
  EXPECT_FALSE(is_open);
}

TEST_F(Deadlines, ClientsThatNeverReadAreCutOff) {
  Limits limits = quick_limits();
  limits.write = milliseconds(30);
  limits.write_bytes_per_second_min = 1u << 30;
  limits.connections_max = 1;
  serve(limits);
  store_.put("a", std::string(1u << 20, 'v'));
  RawClient client(port());
  constexpr std::size_t kRequests = 64;  // far more than the sockets between us hold
  for (std::size_t number = 0; number < kRequests; ++number) {
    client.send("GET /kv/a?raw HTTP/1.1\r\nHost: localhost\r\n\r\n");
  }
  // There is room for another client only when this one was let go.
  std::string answer;
  const auto give_up = std::chrono::steady_clock::now() + kPatience;
  while (!answer.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < give_up) {
    answer = answers_to("GET /livez HTTP/1.0\r\n\r\n");
  }
  EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  EXPECT_LT(count_answers(client.read_all()), kRequests);
}

TEST_F(Deadlines, TheStoresUnknownOutcomeIsToldAsSuch) {
  serve();
  store_.hold();
  std::thread releaser([&] {
    EXPECT_TRUE(store_.wait_until_held(1));
    store_.release(kvstore::Failure::outcome_unknown);
  });
  const ClientAnswer late = call("PUT", "/kv/a?timeout=250ms", "1");
  releaser.join();
  EXPECT_EQ(late.status, 504u);
  EXPECT_NE(late.body.find("\"applied\":\"unknown\""), std::string::npos);
  EXPECT_EQ(store_.last_limit(), milliseconds(250));
  EXPECT_EQ(call("PUT", "/kv/a", "2").status, 200u);
}

TEST_F(Deadlines, AStoreThatNeverAnswersDoesNotHoldTheClient) {
  Limits limits = quick_limits();
  limits.store_grace = milliseconds(1);
  serve(limits);
  store_.hold();
  EXPECT_EQ(call("PUT", "/kv/a?timeout=50ms", "1").status, 504u);
  store_.release();  // too late, for nobody
  EXPECT_EQ(call("GET", "/kv/a?raw").body, "1");
}

TEST_F(Deadlines, AnswersOfTheStoreMayComeFromAnyThread) {
  serve();
  store_.hold();
  std::thread releaser([&] {
    EXPECT_TRUE(store_.wait_until_held(1));
    store_.release();
  });
  EXPECT_EQ(call("PUT", "/kv/a", "1").status, 201u);
  releaser.join();
}

TEST_F(Deadlines, AReadWaitsForItsRevisionAndNoLongerThanItsTime) {
  Limits limits = quick_limits();
  limits.store_grace = milliseconds(1);
  serve(limits);
  std::thread writer([&] {
    EXPECT_TRUE(store_.wait_until_awaited());
    store_.put("a", "1");
  });
  const ClientAnswer reached = call("GET", "/kv/a?raw&min_revision=1&timeout=20s");
  writer.join();
  EXPECT_EQ(reached.status, 200u);
  EXPECT_EQ(reached.body, "1");
  const ClientAnswer late = call("GET", "/kv?min_revision=2&timeout=50ms");
  EXPECT_EQ(late.status, 503u);
  EXPECT_NE(late.body.find("\"min_revision\":2"), std::string::npos);
}

TEST_F(Deadlines, ClientsThatLeaveHalfwayLeaveNothingBehind) {
  serve();
  for (std::size_t length = 1; length < kPut.size(); length += 7) {
    RawClient(port()).send(kPut.substr(0, length));
  }
  EXPECT_EQ(call("GET", "/livez").status, 200u);
  EXPECT_TRUE(server_->stop(kPatience));
  EXPECT_EQ(store_.writes(), 0u);
}

TEST_F(Deadlines, AWriteGoesOnWhenItsClientLeaves) {
  serve();
  store_.hold();
  {
    RawClient client(port());
    client.send(kPut);
    ASSERT_TRUE(store_.wait_until_held(1));
  }
  store_.release();
  EXPECT_EQ(call("GET", "/kv/a?raw").body, "12345");
  EXPECT_TRUE(server_->stop(kPatience));
}

TEST_F(Deadlines, ClientsThatLeaveWhileTheyWaitGiveUpTheirPlaces) {
  constexpr std::size_t kClients = 20;
  const std::string read = "GET /kv/a HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const std::string put(kPut);
  Limits limits = quick_limits();
  limits.connections_max = kClients;
  serve(limits);
  store_.hold();
  // Behind the write: nothing, the next request, an answer that was not read (which makes a reset).
  for (const std::string& bytes : {put, put + read, read + put}) {
    const std::size_t writes = store_.writes();
    std::vector<std::unique_ptr<RawClient>> clients;
    for (std::size_t number = 0; number < kClients; ++number) {
      clients.push_back(std::make_unique<RawClient>(port()));
      clients.back()->send(bytes);
    }
    ASSERT_TRUE(store_.wait_until_held(writes + kClients));
    EXPECT_EQ(answers_to("GET /livez HTTP/1.0\r\n\r\n").substr(0, 12), "HTTP/1.1 503");
    clients.clear();
    std::string answer;
    const auto give_up = std::chrono::steady_clock::now() + Limits().request_default / 2;
    while (!answer.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < give_up) {
      answer = answers_to("GET /livez HTTP/1.0\r\n\r\n");
    }
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
  }
  EXPECT_TRUE(server_->stop(kPatience)) << "nobody is waited for";
  store_.release();
}

TEST_F(Deadlines, AClientThatEndsItsSendingWhileItWaitsIsTakenForGone) {
  serve();
  store_.hold();
  RawClient client(port());
  client.send(kPut);
  ASSERT_TRUE(store_.wait_until_held(1));
  client.shut_down_sending();
  EXPECT_TRUE(client.is_closed());
  store_.release();
}

TEST_F(Deadlines, WhatAClientSendsWhileItWaitsIsKeptForItsTurn) {
  constexpr std::size_t kRequests = 5'000;  // more than a connection reads ahead
  serve();
  store_.hold();
  RawClient client(port());
  client.send(kPut);
  ASSERT_TRUE(store_.wait_until_held(1));
  const std::string request = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
  client.send(request);
  // The server has one thread: when it answers a later one, it has read what was there before.
  RawClient other(port());
  other.send(request);
  EXPECT_EQ(other.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  std::thread sender([&] {
    std::string requests;
    for (std::size_t number = 2; number < kRequests; ++number) requests += request;
    client.send(requests + "GET /livez HTTP/1.0\r\n\r\n");
  });
  store_.release();
  const std::string answers = client.read_all();
  sender.join();
  EXPECT_TRUE(answers.starts_with("HTTP/1.1 201 "));
  EXPECT_EQ(count_answers(answers), 1 + kRequests);
}

TEST_F(Deadlines, TheStoreMayAnswerWhenTheServerIsGone) {
  serve();
  store_.hold();
  RawClient client(port());
  client.send(kPut);
  ASSERT_TRUE(store_.wait_until_held(1));
  EXPECT_FALSE(server_->stop(milliseconds(0)));
  server_.reset();
  store_.release();
  EXPECT_TRUE(client.is_closed());
  EXPECT_EQ(store_.writes(), 1u);
}

}  // namespace
}  // namespace groupy::http
