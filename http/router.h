// Which call a method and a path name: one table for all calls, built or not.
//
// The path is compared as it came, never normalised or decoded. HEAD goes where GET goes.
// Thread: any.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace groupy::http {

enum class Endpoint : std::uint8_t {
  put_key,
  get_key,
  delete_key,
  list_keys,
  show_view,
  show_status,
  show_hash,
  hand_over_lead,
  livez,
  readyz,
  show_version,
  not_built,  // named in the API, answered by 501
};

struct Route {
  std::string_view method;   // "*": any
  std::string_view pattern;  // "{name}" is one part of the path, "{name...}" all the rest of it
  Endpoint endpoint;
};

std::span<const Route> routes();

struct RouteFound {
  Endpoint endpoint = Endpoint::not_built;
  std::string_view rest;  // what stands for "{name...}", still encoded
};

struct RouteMissing {
  std::string allow;  // the methods this path takes; empty: there is no such path
};

std::variant<RouteFound, RouteMissing> find_route(std::string_view method, std::string_view path);

}  // namespace groupy::http
