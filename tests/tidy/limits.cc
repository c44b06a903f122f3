#include "tests/tidy/limits.h"

#include <algorithm>
#include <iterator>

#include "tests/tidy/functions.h"

namespace groupy::tidy {
namespace {

std::string too_long(std::size_t have, std::size_t most, std::string_view unit) {
  return std::to_string(have) + " " + std::string(unit) + ", at most " + std::to_string(most);
}

// Characters, not bytes: the continuation bytes of UTF-8 take no column.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

void find_long_lines(const SourceFile& file, Findings& findings) {
  std::size_t number = 0;
  for (const std::string_view line : lines_of(file.text)) {
    ++number;
    if (columns(line) > kColumnsMax) {
      findings.push_back(
          {file.path, number, "line", too_long(columns(line), kColumnsMax, "columns")});
    }
  }
}

void find_long_functions(const SourceFile& file, Findings& findings) {
  for (const Function& function : functions_in(file.text)) {
    if (function.lines > kFunctionLinesMax) {
      findings.push_back({file.path, function.first_line, function.name,
                          too_long(function.lines, kFunctionLinesMax, "lines in a function")});
    }
  }
}

bool excepts(const Exception& exception, const Finding& finding) {
  return exception.path == finding.path && exception.subject == finding.subject;
}

}  // namespace

Findings over_limits(const SourceFile& file) {
  Findings findings;
  if (is_cpp(file.path)) {
    const std::size_t most = is_header(file.path) ? kHeaderLinesMax : kSourceLinesMax;
    const std::size_t lines = lines_of(file.text).size();
    if (lines > most) findings.push_back({file.path, 0, "file", too_long(lines, most, "lines")});
    find_long_functions(file, findings);
  }
  if (is_cpp(file.path) || is_script(file)) find_long_lines(file, findings);
  return findings;
}

Findings with_exceptions(const Findings& findings, std::span<const Exception> exceptions) {
  Findings left;
  std::ranges::copy_if(findings, std::back_inserter(left), [&](const Finding& finding) {
    return std::ranges::none_of(
        exceptions, [&](const Exception& exception) { return excepts(exception, finding); });
  });
  for (const Exception& exception : exceptions) {
    const std::string path(exception.path);
    const std::string subject(exception.subject);
    if (exception.reason.empty()) left.push_back({path, 0, subject, "exception without a reason"});
    if (std::ranges::none_of(findings,
                             [&](const Finding& finding) { return excepts(exception, finding); })) {
      left.push_back({path, 0, subject, "exception that is not needed"});
    }
  }
  if (exceptions.size() > kExceptionsMax) {
    left.push_back({"", 0, "", too_long(exceptions.size(), kExceptionsMax, "exceptions")});
  }
  return left;
}

}  // namespace groupy::tidy
