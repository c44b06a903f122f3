// A request as the pure part of this folder sees it: the head, parsed into pieces, nothing decoded.
//
// The views point into the connection's parser and live as long as the request is handled.
// Thread: one HTTP thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "http/text.h"

namespace groupy::http {

struct Header {
  std::string_view name;
  std::string_view value;  // without blanks around it
};

struct Request {
  std::string_view method;
  std::string_view target;
  bool is_http_1_0 = false;
  std::vector<Header> headers;  // in the order of arrival; trailers are not among them

  // The value of the first header of this name (any case).
  std::optional<std::string_view> header(std::string_view name) const {
    for (const Header& candidate : headers) {
      if (equals_ignoring_case(candidate.name, name)) return candidate.value;
    }
    return std::nullopt;
  }

  std::size_t count(std::string_view name) const {
    std::size_t found = 0;
    for (const Header& candidate : headers) {
      found += equals_ignoring_case(candidate.name, name) ? 1 : 0;
    }
    return found;
  }
};

}  // namespace groupy::http
