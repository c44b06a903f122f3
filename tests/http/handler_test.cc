#include "http/handler.h"

#include <nlohmann/json.hpp>

#include "http/api_health.h"
#include "tests/http/handling.h"

namespace groupy::http {
namespace {

class Handlers : public Handling {};

TEST_F(Handlers, CallsThatAreNotBuiltSaySo) {
  const std::vector<std::pair<const char*, const char*>> calls = {
      {"DELETE", "/kv?prefix=a/"}, {"POST", "/txn"},         {"GET", "/watch?prefix=a"},
      {"POST", "/leases"},         {"GET", "/views"},        {"GET", "/members"},
      {"GET", "/metrics"},         {"GET", "/openapi.json"}, {"POST", "/v3/kv/put"},
      {"PUT", "/v1/kv/a"},         {"PUT", "/settings"},
  };
  for (const auto& [method, target] : calls) {
    EXPECT_EQ(code(method, target), "not_implemented") << target;
  }
  EXPECT_EQ(code("PUT", "/kv/a?ttl=30s"), "not_implemented");
  EXPECT_EQ(code("GET", "/kv/a", {{"If-Match", "*"}}), "not_implemented");
  EXPECT_EQ(store_.writes(), 0u);
}

TEST_F(Handlers, WrongPathsAndMethodsAreToldApart) {
  EXPECT_EQ(code("GET", "/nowhere"), "no_route");
  EXPECT_EQ(code("OPTIONS", "*"), "no_route");
  EXPECT_EQ(code("POST", "/kv/a"), "method_not_allowed");
  EXPECT_EQ(header(answer("POST", "/kv/a"), "Allow"), "PUT, GET, HEAD, DELETE");
}

TEST_F(Handlers, WhatLeavesTheNextRequestInDoubtEndsTheConnection) {
  const std::vector<Header> both = {{"Content-Length", "1"}, {"Transfer-Encoding", "chunked"}};
  EXPECT_TRUE(answer("PUT", "/kv/a", both).closes);
  EXPECT_EQ(code("PUT", "/kv/a", both), "malformed");
  EXPECT_TRUE(answer("GET", "/kv/a", {{"Expect", "x"}}).closes);
  EXPECT_TRUE(answer("GET", "no-path").closes);
  EXPECT_FALSE(answer("GET", "/nowhere").closes);
}

TEST_F(Handlers, AskForTheHostBeforeTheyRoute) {
  EXPECT_EQ(code("GET", "http://evil.example/nowhere"), "wrong_host");
  EXPECT_EQ(code("GET", "http://localhost/nowhere"), "no_route");
  Request request;
  request.method = "GET";
  request.target = "/livez";
  request.headers = {{"Host", "evil.example"}};
  const Begun begun = handler_.begin(request);
  EXPECT_EQ(std::get<Answer>(begun.step).status, 421u);
}

TEST_F(Handlers, StampEveryAnswer) {
  write("PUT", "/kv/a", "1");
  Answer bare;
  handler_.stamp(bare, nullptr);
  EXPECT_EQ(header(bare, "X-Groupy-Node"), "1");
  EXPECT_EQ(header(bare, "X-Groupy-View"), "7");
  EXPECT_EQ(header(bare, "X-Groupy-Sequence"), "1");
  EXPECT_EQ(header(bare, "X-Request-Id"), "0000000000000abc-1");
  Answer own;
  own.set_sequence(gms::Sequence{5});
  handler_.stamp(own, nullptr);
  EXPECT_EQ(header(own, "X-Groupy-Sequence"), "5");
  EXPECT_EQ(header(own, "X-Request-Id"), "0000000000000abc-2");
}

TEST_F(Handlers, TakeOverOnlyRequestIdsThatAreSafeToShow) {
  const auto id_for = [&](const std::string& id) {
    Answer made;
    const Request asked = request("GET", "/livez", {{"X-Request-Id", id}});
    handler_.stamp(made, &asked);
    return header(made, "X-Request-Id");
  };
  EXPECT_EQ(id_for("abc-123"), "abc-123");
  EXPECT_EQ(id_for(std::string(128, 'x')), std::string(128, 'x'));
  for (const std::string& id : {std::string(), std::string(129, 'x'), std::string("a b"),
                                std::string("a\x1b[2J"), std::string("\xc3\xa5")}) {
    EXPECT_TRUE(id_for(id).starts_with("0000000000000abc-")) << id;
  }
}

TEST_F(Handlers, AreAliveWhateverTheGroupDoes) {
  store_.set_status({});
  const Answer alive = answer("GET", "/livez");
  EXPECT_EQ(alive.status, 200u);
  EXPECT_EQ(alive.content_type, "text/plain; charset=utf-8");
  EXPECT_EQ(alive.body, "ok\n");
  EXPECT_EQ(answer("GET", "/livez?verbose").body, "[+] http\nok\n");
}

TEST_F(Handlers, AreReadyWithAViewALeaderAndTheState) {
  EXPECT_EQ(answer("GET", "/readyz").body, "ok\n");
  EXPECT_EQ(answer("GET", "/readyz?verbose").body,
            "[+] view\n[+] leader\n[+] state\n[+] applied\n[+] staying\nok\n");
  handler_.set_stopping();
  EXPECT_EQ(answer("GET", "/readyz").body, "failed: staying\n");
  store_.set_status({});
  const Answer unready = answer("GET", "/readyz");
  EXPECT_EQ(unready.status, 503u);
  EXPECT_EQ(unready.body, "failed: view, leader, state, staying\n");
  EXPECT_EQ(header(unready, "Retry-After"), "1");
  EXPECT_EQ(code("GET", "/readyz?verbose=loud"), "bad_parameter");
}

TEST_F(Handlers, AreNotReadyWhileTheyAreFarBehind) {
  kvstore::StoreStatus status = store_.status();
  status.stable = gms::Sequence{kReadyLagMax};
  store_.set_status(status);
  EXPECT_EQ(answer("GET", "/readyz").status, 200u);
  status.stable = gms::Sequence{kReadyLagMax + 1};
  store_.set_status(status);
  EXPECT_EQ(answer("GET", "/readyz").body, "failed: applied\n");
}

TEST_F(Handlers, TellTheirVersion) {
  const auto json = nlohmann::json::parse(answer("GET", "/version").body);
  EXPECT_EQ(json["name"], "groupy");
  EXPECT_FALSE(json["version"].get<std::string>().empty());
}

}  // namespace
}  // namespace groupy::http
