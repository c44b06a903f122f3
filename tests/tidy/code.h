// A C++ text without what only looks like code: comments, strings, characters.
//
// Rules that count braces or look for words must not stumble over a brace in a string or a word in
// a comment. Include lines stay whole, since their names are written as strings. Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::tidy {

// The same length and lines as `text`, with spaces in place of what is no code.
std::string code_only(std::string_view text);

struct Include {
  std::string name;  // as between the quotes or brackets
  bool quoted = false;
  std::size_t line = 0;
};

std::vector<Include> includes_of(std::string_view text);

}  // namespace groupy::tidy
