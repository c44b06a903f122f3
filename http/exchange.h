// One request and its answer, from its first byte to the last of the answer.
//
// Thread: one HTTP thread.
#pragma once

#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "http/answer.h"
#include "http/budget.h"
#include "http/request.h"

namespace groupy::http {

using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// Asked of a socket at once.
constexpr std::size_t kReadBytes = 4u << 10;

struct Exchange {
  explicit Exchange(ByteBudget& budget) : share(budget) {}

  Parser parser;
  std::optional<Request> request;  // points into the parser; nothing if its head was not readable
  BudgetShare share;
  std::optional<Answer> answer;  // nothing: the client is gone
};

}  // namespace groupy::http
