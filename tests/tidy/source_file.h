// One file of the project as the tidy rules see it, and what they find in it.
//
// Rules are pure functions from files to findings, so that each of them can be tried on a few bad
// lines. Thread: values.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace groupy::tidy {

struct SourceFile {
  std::string path;  // from the root of the project, with slashes
  std::string text;
};
using SourceFiles = std::vector<SourceFile>;

struct Finding {
  std::string path;
  std::size_t line = 0;  // 0: the file as a whole
  std::string subject;   // the function, or whatever else the finding is about; may be empty
  std::string what;      // for people
};
using Findings = std::vector<Finding>;

// One per line, "path:line: what (subject)".
std::string to_string(const Findings& findings);

std::string_view file_name(std::string_view path);
// Without the last part; empty for a file in the root.
std::string_view folder(std::string_view path);

bool is_header(std::string_view path);
bool is_source(std::string_view path);
inline bool is_cpp(std::string_view path) {
  return is_header(path) || is_source(path);
}
bool is_script(const SourceFile& file);

// Without their line ends; a last line that has none counts too.
std::vector<std::string_view> lines_of(std::string_view text);

bool is_word_char(char c);
// Whether `word` stands in `text` with no letter, digit or underscore on either side.
bool has_word(std::string_view text, std::string_view word);

}  // namespace groupy::tidy
