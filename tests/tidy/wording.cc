#include "tests/tidy/wording.h"

#include <algorithm>

#include "tests/tidy/code.h"

namespace groupy::tidy {
namespace {

// In two parts, so that this file is not found.
const std::string kNotes[] = {std::string("TO") + "DO", std::string("FIX") + "ME",
                              std::string("XX") + "X", std::string("HA") + "CK"};

struct EmptyName {
  std::string_view in_class;
  std::string_view in_file;
};
constexpr EmptyName kEmptyNames[] = {
    {"Manager", "manager"}, {"Util", "util"}, {"Utils", "utils"}, {"Globals", "globals"},
    {"Context", "context"}, {"Base", "base"}, {"Impl", "impl"}};

// The words behind `class` and `struct`, declared or defined.
std::vector<std::string> class_names(std::string_view line) {
  std::vector<std::string> names;
  for (const std::string_view keyword : {"class ", "struct "}) {
    for (std::size_t at = line.find(keyword); at != std::string_view::npos;
         at = line.find(keyword, at + 1)) {
      const std::size_t start = at + keyword.size();
      const auto end = std::find_if_not(line.begin() + static_cast<std::ptrdiff_t>(start),
                                        line.end(), is_word_char);
      names.emplace_back(line.begin() + static_cast<std::ptrdiff_t>(start), end);
    }
  }
  return names;
}

bool is_empty_file_name(std::string_view stem) {
  return std::ranges::any_of(kEmptyNames, [&](const EmptyName& name) {
    return stem == name.in_file || stem.ends_with("_" + std::string(name.in_file));
  });
}

}  // namespace

Findings bad_opening(const SourceFile& file) {
  if (!is_header(file.path)) return {};
  const auto lines = lines_of(file.text);
  const auto end =
      std::ranges::find_if_not(lines, [](std::string_view line) { return line.starts_with("//"); });
  const auto comment_lines = static_cast<std::size_t>(end - lines.begin());
  if (comment_lines == 0) return {{file.path, 1, "", "no comment on top of the header"}};
  if (comment_lines > kHeaderCommentLinesMax) {
    return {{file.path, 1, "", "more than ten lines of comment on top of the header"}};
  }
  if (end == lines.end() || *end != "#pragma once") {
    return {{file.path, comment_lines + 1, "", "no #pragma once under the comment"}};
  }
  return {};
}

Findings notes_to_oneself(const SourceFile& file) {
  Findings findings;
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    for (const std::string& note : kNotes) {
      if (has_word(line, note)) findings.push_back({file.path, number, note, "do it, or drop it"});
    }
  }
  return findings;
}

Findings empty_names(const SourceFile& file) {
  Findings findings;
  if (!is_cpp(file.path)) return findings;
  const std::string_view name = file_name(file.path);
  if (!name.ends_with(".h") && !name.ends_with(".cc")) {
    findings.push_back({file.path, 0, "", "C++ files end in .h or .cc"});
  }
  if (is_empty_file_name(name.substr(0, name.find('.')))) {
    findings.push_back({file.path, 0, "", "a file name that says nothing"});
  }
  const std::string code = code_only(file.text);
  std::size_t number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    for (const std::string& class_name : class_names(line)) {
      if (std::ranges::any_of(kEmptyNames, [&](const EmptyName& empty) {
            return class_name.ends_with(empty.in_class);
          })) {
        findings.push_back({file.path, number, class_name, "a class name that says nothing"});
      }
    }
  }
  return findings;
}

Findings bad_script(const SourceFile& file) {
  if (!is_script(file)) return {};
  Findings findings;
  const auto lines = lines_of(file.text);
  if (lines.size() < 2 || lines[0] != "#!/usr/bin/env bash") {
    findings.push_back({file.path, 1, "", "a script starts with #!/usr/bin/env bash"});
  }
  if (lines.size() < 2 || !lines[1].starts_with("# ")) {
    findings.push_back({file.path, 2, "", "a script says on top what it does"});
  }
  if (std::ranges::find(lines, "set -euo pipefail") == lines.end()) {
    findings.push_back({file.path, 0, "", "a script stops at errors: set -euo pipefail"});
  }
  return findings;
}

}  // namespace groupy::tidy
