#include "http/server.h"

#include <thread>
#include <vector>

#include "tests/http/serving.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

class Servers : public Serving {
 protected:
  std::string error_of(const std::string& address) {
    ServerOptions options;
    options.address = address;
    const auto started = Server::start(options, store_);
    const auto* error = std::get_if<std::string>(&started);
    return error == nullptr ? "" : *error;
  }
};

TEST_F(Servers, SayInOneLineWhyTheyCannotListen) {
  serve();
  const std::string taken = "127.0.0.1:" + std::to_string(port());
  EXPECT_EQ(error_of(taken), "cannot listen on " + taken + ": Address already in use");
  for (const char* address : {"", "8081", ":8081", "127.0.0.1", "127.0.0.1:", "127.0.0.1:http",
                              "127.0.0.1:65536", "::1:8081", "[]:1"}) {
    EXPECT_EQ(error_of(address), "'" + std::string(address) + "' is not host:port");
  }
  EXPECT_TRUE(error_of("192.0.2.1:1").starts_with("cannot listen on 192.0.2.1:1: "));
}

TEST_F(Servers, ListenAtTheIpv4AddressOfANameThatHasOne) {
  ServerOptions options;
  options.address = "localhost:0";
  const auto started = Server::start(options, store_);
  ASSERT_FALSE(std::holds_alternative<std::string>(started)) << std::get<std::string>(started);
  const auto& server = std::get<std::unique_ptr<Server>>(started);
  Client client("http://127.0.0.1:" + std::to_string(server->port()));
  EXPECT_TRUE(
      std::holds_alternative<ClientAnswer>(client.call({"GET", "/livez", {}, {}}, kPatience)));
}

TEST_F(Servers, SpeakIpv6) {
  ServerOptions options;
  options.address = "[::1]:0";
  auto started = Server::start(options, store_);
  if (std::holds_alternative<std::string>(started)) GTEST_SKIP() << std::get<std::string>(started);
  const auto& server = std::get<std::unique_ptr<Server>>(started);
  Client client("http://[::1]:" + std::to_string(server->port()));
  const auto result = client.call({"GET", "/livez", {}, {}}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientAnswer>(result));
  EXPECT_EQ(std::get<ClientAnswer>(result).body, "ok\n");
}

TEST_F(Servers, ServeManyConnectionsOnSeveralThreads) {
  constexpr std::size_t kClients = 200;
  serve(quick_limits(), 3);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t number = 0; number < kClients; ++number) {
    clients.push_back(std::make_unique<RawClient>(port()));
    clients.back()->send("PUT /kv/" + std::to_string(number) +
                         " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nv");
  }
  for (const auto& client : clients) {
    EXPECT_EQ(client->read_until("}\n").substr(0, 12), "HTTP/1.1 201");
  }
  EXPECT_EQ(store_.writes(), kClients);
  EXPECT_TRUE(server_->stop(kPatience));
  for (const auto& client : clients) EXPECT_TRUE(client->is_closed());
}

TEST_F(Servers, TurnAwayConnectionsBeyondTheBound) {
  Limits limits = quick_limits();
  limits.connections_max = 2;
  serve(limits);
  const std::string request = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";
  RawClient first(port());
  auto second = std::make_unique<RawClient>(port());
  for (RawClient* client : {&first, second.get()}) {
    client->send(request);
    EXPECT_EQ(client->read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  }
  RawClient third(port());
  const std::string refusal = third.read_all();
  EXPECT_EQ(refusal.substr(0, 12), "HTTP/1.1 503");
  for (const char* header : {"Retry-After: 1", "X-Groupy-Node: 1", "X-Groupy-View: 7",
                             "X-Groupy-Sequence: 0", "X-Request-Id: "}) {
    EXPECT_NE(refusal.find(std::string("\r\n") + header), std::string::npos) << refusal;
  }
  second->send("GET /livez HTTP/1.0\r\n\r\n");
  EXPECT_EQ(count_answers(second->read_all()), 1u);
  first.send(request);
  EXPECT_EQ(first.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
}

TEST_F(Servers, RefuseBodiesBeyondTheBudgetOfAll) {
  Limits limits = quick_limits();
  limits.body_budget_bytes = 100'000;
  serve(limits);
  const std::string head = "PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n\r\n";
  store_.hold();
  RawClient holder(port());
  holder.send(head + std::string(90'000, 'v'));
  ASSERT_TRUE(store_.wait_until_held(1));
  const ClientAnswer refused = call("PUT", "/kv/b", std::string(90'000, 'v'));
  EXPECT_EQ(refused.status, 503u);
  EXPECT_NE(refused.body.find("\"code\":\"overloaded\""), std::string::npos);
  EXPECT_EQ(refused.headers.at("retry-after"), "1");
  store_.release();
  EXPECT_EQ(holder.read_until("}\n").substr(0, 12), "HTTP/1.1 201");
  EXPECT_EQ(call("PUT", "/kv/b", std::string(90'000, 'v')).status, 201u);
  // Answers count as well: this one is larger in JSON than all that is left.
  EXPECT_EQ(call("GET", "/kv").status, 503u);
  EXPECT_EQ(call("GET", "/kv/b?raw").status, 200u);
}

TEST_F(Servers, StopFinishesWhatIsUnderWay) {
  serve();
  RawClient idle(port());
  idle.send("GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n");
  EXPECT_EQ(idle.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  store_.hold();
  RawClient busy(port());
  busy.send("PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nv");
  ASSERT_TRUE(store_.wait_until_held(1));
  std::thread stopper([&] { EXPECT_TRUE(server_->stop(kPatience)); });
  EXPECT_TRUE(idle.is_closed());
  store_.release();
  const std::string answer = busy.read_all();
  EXPECT_EQ(answer.substr(0, 12), "HTTP/1.1 201");
  EXPECT_NE(answer.find("Connection: close"), std::string::npos);
  stopper.join();
  Client late(url());
  const auto result = late.call({"GET", "/livez", {}, {}}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientError>(result));
  EXPECT_EQ(std::get<ClientError>(result).kind, ClientError::Kind::unreachable);
}

TEST_F(Servers, StopCutsOffWhatTakesTooLong) {
  serve();
  store_.hold();
  RawClient busy(port());
  busy.send("PUT /kv/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n\r\nv");
  ASSERT_TRUE(store_.wait_until_held(1));
  EXPECT_FALSE(server_->stop(milliseconds(1)));
  EXPECT_TRUE(server_->stop(kPatience)) << "the second time there is nothing to do";
  server_.reset();
  EXPECT_TRUE(busy.is_closed());
  store_.release();
}

TEST_F(Servers, ANewOneMayTakeThePortAtOnce) {
  serve();
  const std::string address = "127.0.0.1:" + std::to_string(port());
  EXPECT_EQ(call("GET", "/livez").status, 200u);
  server_.reset();
  EXPECT_EQ(error_of(address), "");
}

}  // namespace
}  // namespace groupy::http
