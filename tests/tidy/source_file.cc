#include "tests/tidy/source_file.h"

#include <algorithm>

namespace groupy::tidy {

std::string to_string(const Findings& findings) {
  std::string lines;
  for (const Finding& finding : findings) {
    lines += "\n" + finding.path + ":" + std::to_string(finding.line) + ": " + finding.what;
    if (!finding.subject.empty()) lines += " (" + finding.subject + ")";
  }
  return lines;
}

std::string_view file_name(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

std::string_view folder(std::string_view path) {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

bool is_header(std::string_view path) {
  return path.ends_with(".h") || path.ends_with(".hpp") || path.ends_with(".hh");
}

bool is_source(std::string_view path) {
  return path.ends_with(".cc") || path.ends_with(".cpp") || path.ends_with(".cxx");
}

bool is_script(const SourceFile& file) {
  return file.path.ends_with(".sh") || file.text.starts_with("#!");
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  }
  return lines;
}

bool is_word_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool has_word(std::string_view text, std::string_view word) {
  for (std::size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    const bool starts = at == 0 || !is_word_char(text[at - 1]);
    const bool ends = end == text.size() || !is_word_char(text[end]);
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace groupy::tidy
