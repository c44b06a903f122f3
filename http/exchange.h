// One request, whole, and its answer.
//
// What was parsed belongs to the connection; these are views of it. Thread: one HTTP thread.
#pragma once

#include <optional>
#include <string_view>

#include "http/answer.h"
#include "http/request.h"

namespace groupy::http {

// Asked of a socket at once.
constexpr std::size_t kReadBytes = 4u << 10;

struct Exchange {
  std::optional<Request> request;  // nothing if its head was not readable
  std::string_view body;           // once it is there
  std::optional<Answer> answer;    // nothing: the client is gone
};

}  // namespace groupy::http
