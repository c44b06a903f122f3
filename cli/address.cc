#include "cli/address.h"

#include <arpa/inet.h>

#include <algorithm>

#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

constexpr std::size_t kHostNameBytesMax = 253;
constexpr std::size_t kShownColumns = 60;  // of what is wrong

bool is_ipv4(const std::string& host) {
  in_addr address{};
  return ::inet_pton(AF_INET, host.c_str(), &address) == 1;
}

bool is_ipv6(const std::string& host) {
  in6_addr address{};
  return ::inet_pton(AF_INET6, host.c_str(), &address) == 1;
}

// Digits and dots alone are meant as an address, so "127.0.0.300" is a mistake and no name.
bool looks_like_ipv4(std::string_view host) {
  return host.find_first_not_of("0123456789.") == std::string_view::npos;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto port = http::parse_decimal(text);
  if (!port || *port == 0 || *port > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*port);
}

// `part` of a text is not what it should be.
NotAnAddress wrong(std::string_view part, const std::string& why) {
  return NotAnAddress{"'" + shortened(printable(part), kShownColumns) + "' is " + why};
}

}  // namespace

std::string Address::to_string() const {
  const bool bracketed = host.find(':') != std::string::npos;
  return (bracketed ? "[" + host + "]" : host) + ":" + std::to_string(port);
}

bool Address::is_literal() const {
  return is_ipv4(host) || is_ipv6(host);
}

bool Address::is_any() const {
  in6_addr address{};
  if (::inet_pton(AF_INET6, host.c_str(), &address) == 1) return IN6_IS_ADDR_UNSPECIFIED(&address);
  return host == "0.0.0.0";
}

bool is_host_name(std::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= kHostNameBytesMax && text.front() != '.' &&
         text.front() != '-' && text.find("..") == std::string_view::npos &&
         std::ranges::all_of(text, is_allowed);
}

std::variant<Address, NotAnAddress> parse_address(std::string_view text) {
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return NotAnAddress{"no port: HOST:PORT expected"};
  std::string host(text.substr(0, colon));
  const std::string_view port_text = text.substr(colon + 1);
  if (host.empty()) return NotAnAddress{"no host: HOST:PORT expected"};
  if (host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
    if (!is_ipv6(host)) return wrong(host, "no IPv6 address, as the brackets say");
  } else if (host.find(':') != std::string::npos) {
    return wrong(host, "no host; an IPv6 address stands in brackets: [::1]:PORT");
  } else if (!is_host_name(host) || (looks_like_ipv4(host) && !is_ipv4(host))) {
    return wrong(host, "no host name and no IP address");
  }
  const std::optional<std::uint16_t> port = parse_port(port_text);
  if (!port) return wrong(port_text, "no port: a number from 1 to 65535 expected");
  return Address{std::move(host), *port};
}

std::variant<std::string, NotAnAddress> parse_endpoint(std::string_view text) {
  constexpr std::string_view kHttp = "http://";
  if (text.starts_with("https://")) return NotAnAddress{"https is not supported, only http"};
  if (text.starts_with(kHttp)) text.remove_prefix(kHttp.size());
  if (const std::size_t scheme = text.find("://"); scheme != std::string_view::npos) {
    return wrong(text.substr(0, scheme), "not supported, only http");
  }
  if (text.ends_with('/')) text.remove_suffix(1);
  if (const std::size_t path = text.find_first_of("/?#"); path != std::string_view::npos) {
    return wrong(text.substr(path), "one too many: an endpoint ends with its port");
  }
  if (const std::size_t user = text.find('@'); user != std::string_view::npos) {
    return NotAnAddress{"a user's name is not supported: HOST:PORT expected"};
  }
  const auto address = parse_address(text);
  if (const auto* bad = std::get_if<NotAnAddress>(&address)) return *bad;
  return std::string(kHttp) + std::get<Address>(address).to_string();
}

}  // namespace groupy::cli
