#include "tests/tidy/functions.h"

#include <algorithm>

#include "tests/tidy/code.h"
#include "tests/tidy/source_file.h"

namespace groupy::tidy {
namespace {

enum class Brace { scope, function, initializer };

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kSpace = " \n\t";
  const std::size_t first = text.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

// The text without what stands in parentheses or angle brackets: types named in there do not tell
// what is being defined.
std::string outside_of_brackets(std::string_view head) {
  std::string outside;
  int depth = 0;
  for (const char c : head) {
    if (c == '(' || c == '<') ++depth;
    if (depth == 0) outside += c;
    if ((c == ')' || c == '>') && depth > 0) --depth;
  }
  return outside;
}

bool defines_type(std::string_view head) {
  constexpr std::string_view kWords[] = {"class", "struct", "union", "enum", "namespace"};
  const std::string outside = outside_of_brackets(head);
  return std::ranges::any_of(kWords,
                             [&](std::string_view word) { return has_word(outside, word); });
}

// `head`: what stands between the last delimiter and a brace.
Brace kind_of_brace(std::string_view head) {
  const std::string_view words = trimmed(head);
  const bool body_follows = head.empty() || head.back() == ' ' || head.back() == '\n';
  const auto opened = std::ranges::count(head, '(') - std::ranges::count(head, ')');
  if (!body_follows || opened > 0) return Brace::initializer;
  if (words.ends_with('=') || words.ends_with(',')) return Brace::initializer;
  if (defines_type(head) || words.find('(') == std::string_view::npos) return Brace::scope;
  return Brace::function;
}

std::string name_in(std::string_view head) {
  const std::size_t open = head.find('(');
  std::size_t start = open;
  while (start > 0 && head[start - 1] != ' ' && head[start - 1] != '\n') --start;
  const std::string_view name = head.substr(start, open - start);
  if (!name.starts_with("TEST")) return std::string(name);
  return std::string(head.substr(start, head.find(')', open) + 1 - start));
}

class FunctionFinder {
 public:
  explicit FunctionFinder(std::string_view text) : code_(code_only(text)) {}

  std::vector<Function> run() {
    while (at_ < code_.size()) step();
    return std::move(found_);
  }

 private:
  void step() {
    const char c = code_[at_];
    if (c == '#' && trimmed(head()).empty()) {
      skip_preprocessor_line();
    } else if (c == '{') {
      open_brace();
    } else if (c == ';' || c == '}' || (c == ':' && is_access_specifier())) {
      start_head(at_ + 1);
    } else {
      ++at_;
    }
  }

  void open_brace() {
    const std::size_t end = end_of_block();
    switch (kind_of_brace(head())) {
      case Brace::scope:
        start_head(at_ + 1);
        break;
      case Brace::initializer:
        at_ = end;
        break;
      case Brace::function:
        const std::size_t first = line_of(head_ + head().find(trimmed(head())));
        found_.push_back({name_in(trimmed(head())), first, line_of(end - 1) - first + 1});
        start_head(end);
        break;
    }
  }

  std::string_view head() const { return std::string_view(code_).substr(head_, at_ - head_); }

  void start_head(std::size_t at) { head_ = at_ = at; }

  bool is_access_specifier() const {
    const std::string_view word = trimmed(head());
    return word == "public" || word == "protected" || word == "private";
  }

  // Ends behind a line that does not end in a backslash.
  void skip_preprocessor_line() {
    std::size_t end = code_.find('\n', at_);
    while (end != std::string::npos && code_[end - 1] == '\\') end = code_.find('\n', end + 1);
    start_head(end == std::string::npos ? code_.size() : end + 1);
  }

  // Behind the brace that closes the one at `at_`.
  std::size_t end_of_block() const {
    std::size_t depth = 0;
    for (std::size_t end = at_; end < code_.size(); ++end) {
      if (code_[end] == '{') ++depth;
      if (code_[end] == '}' && --depth == 0) return end + 1;
    }
    return code_.size();
  }

  std::size_t line_of(std::size_t at) const {
    const auto place = code_.begin() + static_cast<std::ptrdiff_t>(at);
    return static_cast<std::size_t>(std::count(code_.begin(), place, '\n')) + 1;
  }

  std::string code_;
  std::size_t at_ = 0;
  std::size_t head_ = 0;  // where the text that may become a signature starts
  std::vector<Function> found_;
};

}  // namespace

std::vector<Function> functions_in(std::string_view text) {
  return FunctionFinder(text).run();
}

}  // namespace groupy::tidy
