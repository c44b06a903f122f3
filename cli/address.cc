#include "cli/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>

namespace groupy::cli {
namespace {

constexpr std::size_t kHostNameBytesMax = 253;

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
  std::uint16_t port = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, port);
  if (error != std::errc() || rest != end || port == 0) return std::nullopt;
  return port;
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
    if (!is_ipv6(host)) return NotAnAddress{"no IPv6 address in the brackets"};
  } else if (host.find(':') != std::string::npos) {
    return NotAnAddress{"an IPv6 address stands in brackets: [::1]:PORT"};
  } else if (!is_host_name(host) || (looks_like_ipv4(host) && !is_ipv4(host))) {
    return NotAnAddress{"no host name and no IP address before the port"};
  }
  const std::optional<std::uint16_t> port = parse_port(port_text);
  if (!port) return NotAnAddress{"the port must be 1 to 65535"};
  return Address{std::move(host), *port};
}

std::variant<std::string, NotAnAddress> parse_endpoint(std::string_view text) {
  constexpr std::string_view kHttp = "http://";
  if (text.starts_with("https://")) return NotAnAddress{"https is not supported, only http"};
  if (text.starts_with(kHttp)) text.remove_prefix(kHttp.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto address = parse_address(text);
  if (const auto* wrong = std::get_if<NotAnAddress>(&address)) return *wrong;
  return std::string(kHttp) + std::get<Address>(address).to_string();
}

}  // namespace groupy::cli
