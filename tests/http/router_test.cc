#include "http/router.h"

#include <gtest/gtest.h>

#include <set>

namespace groupy::http {
namespace {

struct Call {
  const char* method;
  const char* path;
  Endpoint endpoint;
  const char* rest = "";
};

// Every call of the API once.
const std::vector<Call>& calls() {
  static const std::vector<Call> table = {
      {"PUT", "/kv/a", Endpoint::put_key, "a"},
      {"GET", "/kv/a", Endpoint::get_key, "a"},
      {"HEAD", "/kv/a", Endpoint::get_key, "a"},
      {"DELETE", "/kv/a", Endpoint::delete_key, "a"},
      {"DELETE", "/kv", Endpoint::not_built},
      {"GET", "/kv", Endpoint::list_keys},
      {"HEAD", "/kv", Endpoint::list_keys},
      {"POST", "/txn", Endpoint::not_built},
      {"GET", "/watch", Endpoint::not_built},
      {"POST", "/leases", Endpoint::not_built},
      {"POST", "/leases/17/keepalive", Endpoint::not_built},
      {"GET", "/leases/17", Endpoint::not_built},
      {"DELETE", "/leases/17", Endpoint::not_built},
      {"GET", "/view", Endpoint::show_view},
      {"GET", "/views", Endpoint::not_built},
      {"GET", "/members", Endpoint::not_built},
      {"POST", "/members", Endpoint::not_built},
      {"DELETE", "/members/3", Endpoint::not_built},
      {"POST", "/members/3/replace", Endpoint::not_built},
      {"POST", "/leader", Endpoint::hand_over_lead},
      {"GET", "/members/operations/5", Endpoint::not_built},
      {"GET", "/status", Endpoint::show_status},
      {"GET", "/hash", Endpoint::show_hash},
      {"GET", "/settings", Endpoint::not_built},
      {"PUT", "/settings", Endpoint::not_built},
      {"GET", "/snapshot", Endpoint::not_built},
      {"GET", "/livez", Endpoint::livez},
      {"GET", "/readyz", Endpoint::readyz},
      {"GET", "/metrics", Endpoint::not_built},
      {"GET", "/version", Endpoint::show_version},
      {"GET", "/openapi.json", Endpoint::not_built},
      {"POST", "/v3/kv/range", Endpoint::not_built, "kv/range"},
      {"PUT", "/v1/kv/some/key", Endpoint::not_built, "some/key"},
  };
  return table;
}

TEST(Router, FindsEveryCallOfTheApi) {
  for (const Call& call : calls()) {
    const auto route = find_route(call.method, call.path);
    const auto* found = std::get_if<RouteFound>(&route);
    ASSERT_NE(found, nullptr) << call.method << ' ' << call.path;
    EXPECT_EQ(found->endpoint, call.endpoint) << call.method << ' ' << call.path;
    EXPECT_EQ(found->rest, call.rest) << call.method << ' ' << call.path;
  }
}

TEST(Router, HasNoRouteThatTheApiDoesNotName) {
  std::size_t without_head = 0;
  for (const Call& call : calls()) without_head += std::string_view(call.method) != "HEAD" ? 1 : 0;
  EXPECT_EQ(routes().size(), without_head);
}

TEST(Router, GivesTheKeyUntouched) {
  for (const std::string key : {"", "/", "//", "../x", "a/", "/a", "%00", "%2F", "a//b", "kv/a"}) {
    const std::string path = "/kv/" + key;
    const auto route = find_route("PUT", path);
    ASSERT_TRUE(std::holds_alternative<RouteFound>(route)) << path;
    EXPECT_EQ(std::get<RouteFound>(route).rest, key);
  }
}

TEST(Router, NamesTheMethodsOfAPathThatTakesOthers) {
  const auto allow_of = [](const char* method, const char* path) {
    return std::get<RouteMissing>(find_route(method, path)).allow;
  };
  EXPECT_EQ(allow_of("POST", "/kv/a"), "PUT, GET, HEAD, DELETE");
  EXPECT_EQ(allow_of("put", "/kv/a"), "PUT, GET, HEAD, DELETE");
  EXPECT_EQ(allow_of("PUT", "/kv"), "GET, HEAD, DELETE");
  EXPECT_EQ(allow_of("OPTIONS", "/status"), "GET, HEAD");
  EXPECT_EQ(allow_of("GET", "/txn"), "POST");
}

TEST(Router, KnowsNoOtherPaths) {
  for (const char* path : {"/", "*", "//", "/kvx", "/KV/a", "/kv2", "//kv/a", "/%6bv/a", "/view/",
                           "/views/7", "/leases/", "/leases/1/2", "/members/3/", "/status/x", "/v3",
                           "/v1/kv", "/v1/catalog/nodes", "/members/operations/"}) {
    const auto route = find_route("GET", path);
    const auto* missing = std::get_if<RouteMissing>(&route);
    ASSERT_NE(missing, nullptr) << path;
    EXPECT_EQ(missing->allow, "") << path;
  }
}

}  // namespace
}  // namespace groupy::http
