// Where something listens or is dialled: "host:port".
//
// The host is a name, an IPv4 address, or an IPv6 address in brackets; names are not resolved here.
// Thread: pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace groupy::cli {

struct Address {
  std::string host;  // without brackets
  std::uint16_t port = 0;

  std::string to_string() const;  // as it was written
  bool is_literal() const;        // the host is an IP address, no name
  bool is_any() const;            // 0.0.0.0 or [::]: can be listened on, not dialled
  bool operator==(const Address&) const = default;
};

// Why a text is no address; for people, printable, with the part of the text that is wrong.
struct NotAnAddress {
  std::string why;
};

std::variant<Address, NotAnAddress> parse_address(std::string_view text);

// A name as in DNS, without a port: letters, digits, '-', '_' and '.', at most 253 bytes.
bool is_host_name(std::string_view text);

// "http://host:port" for what was given as that or as "host:port".
std::variant<std::string, NotAnAddress> parse_endpoint(std::string_view text);

}  // namespace groupy::cli
