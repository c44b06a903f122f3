#include "tests/tidy/code.h"

#include <algorithm>

#include "tests/tidy/source_file.h"

namespace groupy::tidy {
namespace {

// Goes through the text once and copies or blanks it piece by piece.
class CodeOnly {
 public:
  explicit CodeOnly(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(code_);
  }

 private:
  void step() {
    if (rest().starts_with("//")) {
      blank(std::min(text_.find('\n', at_), text_.size()));
    } else if (rest().starts_with("/*")) {
      blank(end_of("*/", at_ + 2));
    } else if (rest().starts_with("#include")) {
      keep(std::min(text_.find('\n', at_), text_.size()));
    } else if (rest().starts_with('"')) {
      blank(is_raw_string() ? end_of_raw_string() : end_of_quoted('"'));
    } else if (rest().starts_with('\'') && !is_digit_separator()) {
      blank(end_of_quoted('\''));
    } else {
      keep(at_ + 1);
    }
  }

  std::string_view rest() const { return text_.substr(at_); }

  void keep(std::size_t end) {
    code_ += text_.substr(at_, end - at_);
    at_ = end;
  }

  void blank(std::size_t end) {
    for (; at_ < end; ++at_) code_ += text_[at_] == '\n' ? '\n' : ' ';
  }

  std::size_t end_of(std::string_view mark, std::size_t from) const {
    const std::size_t found = text_.find(mark, from);
    return found == std::string_view::npos ? text_.size() : found + mark.size();
  }

  std::size_t end_of_quoted(char quote) const {
    for (std::size_t end = at_ + 1; end < text_.size(); ++end) {
      if (text_[end] == '\\') {
        ++end;
      } else if (text_[end] == quote || text_[end] == '\n') {
        return end + 1;
      }
    }
    return text_.size();
  }

  bool is_raw_string() const {
    return at_ > 0 && text_[at_ - 1] == 'R' && (at_ == 1 || !is_word_char(text_[at_ - 2]));
  }

  std::size_t end_of_raw_string() const {
    const std::size_t open = std::min(text_.find('(', at_), text_.size() - 1);
    const std::string mark = ")" + std::string(text_.substr(at_ + 1, open - at_ - 1)) + "\"";
    return end_of(mark, open);
  }

  // The quote in 1'000 starts no character.
  bool is_digit_separator() const {
    std::size_t start = at_;
    while (start > 0 && (is_word_char(text_[start - 1]) || text_[start - 1] == '\'')) --start;
    return start < at_ && text_[start] >= '0' && text_[start] <= '9';
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::string code_;
};

}  // namespace

std::string code_only(std::string_view text) {
  return CodeOnly(text).run();
}

std::vector<Include> includes_of(std::string_view text) {
  constexpr std::string_view kStart = "#include ";
  const std::string code = code_only(text);
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    if (!line.starts_with(kStart)) continue;
    const std::string_view name = line.substr(kStart.size());
    const std::size_t end = name.find_first_of("\">", 1);
    if (end == std::string_view::npos) continue;
    includes.push_back({std::string(name.substr(1, end - 1)), name.front() == '"', number});
  }
  return includes;
}

}  // namespace groupy::tidy
