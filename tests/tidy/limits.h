// How long things may be: lines of a function, lines of a file, columns of a line.
//
// What fits on a screen can be reviewed. When it is right to exceed a limit, the exception is
// listed with its reason; there is room for few, and those that are no longer needed must go.
// Thread: any.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "tests/tidy/source_file.h"

namespace groupy::tidy {

constexpr std::size_t kFunctionLinesMax = 60;
constexpr std::size_t kSourceLinesMax = 399;
constexpr std::size_t kHeaderLinesMax = 199;
constexpr std::size_t kColumnsMax = 100;
constexpr std::size_t kExceptionsMax = 5;

// Of C++ files: functions (subject: the name) and the file (subject: "file"). Of C++ files and
// scripts: lines (subject: "line").
Findings over_limits(const SourceFile& file);

struct Exception {
  std::string_view path;
  std::string_view subject;
  std::string_view reason;
};

// Takes out what is excepted, and adds what is wrong with the exceptions themselves.
Findings with_exceptions(const Findings& findings, std::span<const Exception> exceptions);

}  // namespace groupy::tidy
