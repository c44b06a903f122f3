#include "http/target.h"

#include "http/text.h"

namespace groupy::http {
namespace {

int hex_digit(char byte) {
  if (byte >= '0' && byte <= '9') return byte - '0';
  if (byte >= 'a' && byte <= 'f') return byte - 'a' + 10;
  if (byte >= 'A' && byte <= 'F') return byte - 'A' + 10;
  return -1;
}

}  // namespace

std::optional<Target> split_target(std::string_view target) {
  constexpr std::string_view kScheme = "http://";
  if (target.find('#') != std::string_view::npos) return std::nullopt;
  Target parts;
  if (target == "*") {
    parts.path = target;
    return parts;
  }
  if (equals_ignoring_case(target.substr(0, kScheme.size()), kScheme)) {
    target.remove_prefix(kScheme.size());
    const auto end = target.find_first_of("/?");
    parts.authority = target.substr(0, end);
    target = end == std::string_view::npos ? std::string_view() : target.substr(end);
    if (target.empty() || target.front() == '?') {
      parts.path = "/";
      parts.query = target.empty() ? target : target.substr(1);
      return parts;
    }
  }
  if (!target.starts_with('/')) return std::nullopt;
  const auto mark = target.find('?');
  parts.path = target.substr(0, mark);
  if (mark != std::string_view::npos) parts.query = target.substr(mark + 1);
  return parts;
}

std::optional<std::string> percent_decode(std::string_view encoded) {
  std::string decoded;
  decoded.reserve(encoded.size());
  for (std::size_t at = 0; at < encoded.size(); ++at) {
    if (encoded[at] != '%') {
      decoded += encoded[at];
      continue;
    }
    if (encoded.size() - at < 3) return std::nullopt;
    const int high = hex_digit(encoded[at + 1]);
    const int low = hex_digit(encoded[at + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    decoded += static_cast<char>(high * 16 + low);
    at += 2;
  }
  return decoded;
}

std::optional<Parameters> parse_query(std::string_view query) {
  Parameters parameters;
  while (!query.empty()) {
    const auto end = query.find('&');
    const std::string_view piece = query.substr(0, end);
    query = end == std::string_view::npos ? std::string_view() : query.substr(end + 1);
    if (piece.empty()) continue;
    const auto equals = piece.find('=');
    auto name = percent_decode(piece.substr(0, equals));
    auto value = percent_decode(equals == std::string_view::npos ? std::string_view()
                                                                 : piece.substr(equals + 1));
    if (!name || !value) return std::nullopt;
    parameters.push_back({std::move(*name), std::move(*value)});
  }
  return parameters;
}

const std::string* find_parameter(const Parameters& parameters, std::string_view name) {
  for (const Parameter& parameter : parameters) {
    if (parameter.name == name) return &parameter.value;
  }
  return nullptr;
}

}  // namespace groupy::http
