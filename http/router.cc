#include "http/router.h"

#include <array>
#include <optional>

namespace groupy::http {
namespace {

constexpr auto kRoutes = std::to_array<Route>({
    {"GET", "/kv", Endpoint::list_keys},
    {"DELETE", "/kv", Endpoint::not_built},
    {"PUT", "/kv/{key...}", Endpoint::put_key},
    {"GET", "/kv/{key...}", Endpoint::get_key},
    {"DELETE", "/kv/{key...}", Endpoint::delete_key},
    {"POST", "/txn", Endpoint::not_built},
    {"GET", "/watch", Endpoint::not_built},
    {"POST", "/leases", Endpoint::not_built},
    {"GET", "/leases/{id}", Endpoint::not_built},
    {"DELETE", "/leases/{id}", Endpoint::not_built},
    {"POST", "/leases/{id}/keepalive", Endpoint::not_built},
    {"GET", "/view", Endpoint::show_view},
    {"GET", "/views", Endpoint::not_built},
    {"GET", "/members", Endpoint::not_built},
    {"POST", "/members", Endpoint::not_built},
    {"DELETE", "/members/{id}", Endpoint::not_built},
    {"POST", "/members/{id}/replace", Endpoint::not_built},
    {"GET", "/members/operations/{id}", Endpoint::not_built},
    {"POST", "/leader", Endpoint::hand_over_lead},
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
    {"*", "/v3/{call...}", Endpoint::not_built},    // reserved for etcd's JSON gateway
    {"*", "/v1/kv/{key...}", Endpoint::not_built},  // reserved for Consul's
});

// Takes the next part of the path, up to a '/', from the front of `text`.
std::string_view take_part(std::string_view& text) {
  const std::string_view part = text.substr(0, text.find('/'));
  text.remove_prefix(part.size());
  return part;
}

// What stands for the pattern's "{name...}", empty if it has none; nothing if they do not match.
std::optional<std::string_view> match(std::string_view pattern, std::string_view path) {
  while (!pattern.empty()) {
    if (!path.starts_with('/')) return std::nullopt;
    pattern.remove_prefix(1);
    path.remove_prefix(1);
    const std::string_view wanted = take_part(pattern);
    if (wanted.ends_with("...}")) return path;
    const std::string_view part = take_part(path);
    const bool is_any = wanted.starts_with('{') && !part.empty();
    if (!is_any && wanted != part) return std::nullopt;
  }
  if (!path.empty()) return std::nullopt;
  return path;
}

void add_method(std::string& allow, std::string_view method) {
  if (!allow.empty()) allow += ", ";
  allow += method;
  if (method == "GET") allow += ", HEAD";
}

}  // namespace

std::span<const Route> routes() {
  return kRoutes;
}

std::variant<RouteFound, RouteMissing> find_route(std::string_view method, std::string_view path) {
  const std::string_view wanted = method == "HEAD" ? "GET" : method;
  RouteMissing missing;
  for (const Route& route : kRoutes) {
    const auto rest = match(route.pattern, path);
    if (!rest) continue;
    if (route.method == "*" || route.method == wanted) return RouteFound{route.endpoint, *rest};
    add_method(missing.allow, route.method);
  }
  return missing;
}

}  // namespace groupy::http
