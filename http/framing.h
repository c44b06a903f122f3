// Decides whether a request's head means the same to everybody on its way, before anything else.
//
// A proxy and we must agree where a request ends, or a second one can be smuggled in behind it; the
// parser below us takes some mixes that others read differently. Whatever is refused here also ends
// the connection, since nobody knows where the next request would begin.
// Thread: any.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>

#include "http/problem.h"
#include "http/request.h"

namespace groupy::http {

// How the body's end is told, and what the client waits for.
struct Framing {
  std::optional<std::uint64_t> length;  // Content-Length
  bool is_chunked = false;
  bool expects_continue = false;

  bool operator==(const Framing&) const = default;
};

// A problem that is not rendered yet.
struct Refusal {
  Code code;
  std::string detail;
};

std::variant<Framing, Refusal> check_framing(const Request& request);

// Which names a server answers for. Bound to loopback it is meant for this machine only; a web page
// that has its own name point there must not reach it with the visitor's browser.
struct HostRules {
  bool is_loopback_only = true;
  std::set<std::string, std::less<>> allowed;  // further names, in lower case
};

// `authority` is that of an absolute target, which counts instead of the header.
std::optional<Refusal> check_host(const Request& request, std::optional<std::string_view> authority,
                                  const HostRules& rules);

// The code for a request line whose version the parser refused: `line` is its beginning as
// received.
Code code_of_version(std::string_view line);

}  // namespace groupy::http
