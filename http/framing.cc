#include "http/framing.h"

#include <arpa/inet.h>

#include <array>

#include "http/numbers.h"
#include "http/text.h"

namespace groupy::http {
namespace {

Refusal malformed(std::string detail) {
  return {Code::malformed, std::move(detail)};
}

std::optional<Refusal> check_transfer_encoding(const Request& request) {
  const auto coding = request.header("Transfer-Encoding");
  if (!coding) return std::nullopt;
  if (request.is_http_1_0) return malformed("HTTP/1.0 knows no Transfer-Encoding");
  if (request.header("Content-Length")) {
    return malformed("Content-Length and Transfer-Encoding exclude each other");
  }
  if (request.count("Transfer-Encoding") > 1 || !equals_ignoring_case(*coding, "chunked")) {
    return malformed("Transfer-Encoding may only be exactly 'chunked'");
  }
  return std::nullopt;
}

// "host", "host:port" or "[v6]:port" to the host alone, without brackets.
std::string_view host_of(std::string_view authority) {
  if (authority.starts_with('[')) {
    const auto end = authority.find(']');
    return end == std::string_view::npos ? authority : authority.substr(1, end - 1);
  }
  return authority.substr(0, authority.find(':'));
}

bool is_loopback_address(const std::string& host) {
  std::array<unsigned char, 16> bytes{};
  if (inet_pton(AF_INET, host.c_str(), bytes.data()) == 1) return bytes[0] == 127;
  constexpr std::array<unsigned char, 16> kLoopback = {0, 0, 0, 0, 0, 0, 0, 0,
                                                       0, 0, 0, 0, 0, 0, 0, 1};
  return inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1 && bytes == kLoopback;
}

}  // namespace

std::variant<Framing, Refusal> check_framing(const Request& request) {
  Framing framing;
  if (auto refusal = check_transfer_encoding(request)) return *std::move(refusal);
  framing.is_chunked = request.header("Transfer-Encoding").has_value();
  if (const auto length = request.header("Content-Length")) {
    if (request.count("Content-Length") > 1) return malformed("there are two Content-Lengths");
    framing.length = parse_decimal(*length);
    if (!framing.length) return malformed("Content-Length is no number");
  }
  if (const auto expectation = request.header("Expect")) {
    if (request.count("Expect") > 1 || !equals_ignoring_case(*expectation, "100-continue")) {
      return Refusal{Code::expectation_failed, "only 100-continue can be expected here"};
    }
    // An HTTP/1.0 client does not understand an interim answer.
    framing.expects_continue = !request.is_http_1_0;
  }
  return framing;
}

std::optional<Refusal> check_host(const Request& request, std::optional<std::string_view> authority,
                                  const HostRules& rules) {
  const std::size_t hosts = request.count("Host");
  if (hosts > 1) return malformed("there are two Host headers");
  if (hosts == 0 && !request.is_http_1_0) return malformed("HTTP/1.1 needs a Host header");
  if (!rules.is_loopback_only) return std::nullopt;
  if (hosts == 0 && !authority) return std::nullopt;
  std::string host(host_of(authority ? *authority : *request.header("Host")));
  for (char& byte : host) byte = to_lower(byte);
  if (host == "localhost" || is_loopback_address(host) || rules.allowed.contains(host)) {
    return std::nullopt;
  }
  return Refusal{Code::wrong_host,
                 "bound to loopback, this server answers only for localhost, loopback addresses "
                 "and names given with --allow-host"};
}

Code code_of_version(std::string_view line) {
  line = line.substr(0, line.find_first_of("\r\n"));
  const auto blank = line.rfind(' ');
  if (blank == std::string_view::npos) return Code::malformed;
  const std::string_view version = line.substr(blank + 1);
  const bool is_version = version.size() == 8 && version.starts_with("HTTP/") &&
                          is_digits(version.substr(5, 1)) && version[6] == '.' &&
                          is_digits(version.substr(7));
  // A version we do speak was refused for what stands behind it.
  const bool is_spoken = version == "HTTP/1.0" || version == "HTTP/1.1";
  return is_version && !is_spoken ? Code::version_not_supported : Code::malformed;
}

}  // namespace groupy::http
