// Finds the functions in a C++ text and counts their lines.
//
// Counts braces instead of parsing C++, and relies on clang-format for that: a brace that opens a
// body has white space before it, one that starts an initializer has none, or stands behind `=`,
// a comma or a parenthesis. Lambdas and local classes belong to the function around them.
// Thread: any.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::tidy {

struct Function {
  std::string name;            // as written where it is defined; for tests with their arguments
  std::size_t first_line = 0;  // of its signature
  std::size_t lines = 0;       // from the signature to the closing brace
};

// In the order in which they stand in the text.
std::vector<Function> functions_in(std::string_view text);

}  // namespace groupy::tidy
