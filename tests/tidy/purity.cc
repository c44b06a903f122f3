#include "tests/tidy/purity.h"

#include <algorithm>
#include <map>
#include <set>

#include "tests/tidy/code.h"

namespace groupy::tidy {
namespace {

// What computes, and does nothing else.
constexpr std::string_view kPureHeaders[] = {
    "algorithm", "array",       "bit",           "bitset",        "charconv",
    "chrono",    "compare",     "concepts",      "cstddef",       "cstdint",
    "cstring",   "deque",       "exception",     "functional",    "iterator",
    "limits",    "list",        "map",           "memory",        "numeric",
    "optional",  "queue",       "ranges",        "set",           "span",
    "string",    "string_view", "tuple",         "type_traits",   "typeinfo",
    "utility",   "variant",     "unordered_map", "unordered_set", "initializer_list",
    "vector",    "stdexcept",   "xxhash.h"};

// What pure headers declare, or what needs no header: words, and words that are called.
constexpr std::string_view kImpureWords[] = {
    "system_clock",  "steady_clock", "high_resolution_clock",
    "random_device", "thread_local", "co_await",
    "co_return",     "co_yield",     "volatile",
    "cout",          "cerr",         "clog",
    "cin",           "jthread",      "thread",
    "mutex",         "atomic",       "ifstream",
    "ofstream",      "fstream"};
constexpr std::string_view kImpureCalls[] = {"printf", "fprintf", "fopen",  "rand",      "srand",
                                             "time",   "clock",   "getenv", "sleep_for", "usleep",
                                             "socket", "system",  "syscall"};

// check.cc stops the process and says why; it alone may.
bool may_include(std::string_view path, std::string_view header) {
  if (path == "gms/check.cc" && (header == "cstdio" || header == "cstdlib")) return true;
  return std::ranges::find(kPureHeaders, header) != std::end(kPureHeaders);
}

// What of kvstore touches the disk or is shared between threads. All else decides what clients are
// told: new files belong there until they are listed here.
bool acts_for_store(std::string_view name) {
  constexpr std::string_view kFiles[] = {"apply_thread",   "mailbox",         "digest_history",
                                         "memory_storage", "rocksdb_storage", "service",
                                         "storage_failure"};
  return std::ranges::find(kFiles, name.substr(0, name.find('.'))) != std::end(kFiles);
}

// A member of that name is another function.
bool calls(std::string_view line, std::string_view function) {
  const std::string call = std::string(function) + "(";
  for (std::size_t at = line.find(call); at != std::string_view::npos;
       at = line.find(call, at + 1)) {
    const char before = at == 0 ? ' ' : line[at - 1];
    if (!is_word_char(before) && before != '.' && before != '>') return true;
  }
  return false;
}

Findings impurities_of(const SourceFile& file) {
  Findings findings;
  for (const Include& include : includes_of(file.text)) {
    if (include.quoted || may_include(file.path, include.name)) continue;
    findings.push_back({file.path, include.line, include.name, "not a header for the core"});
  }
  const bool may_print = file.path == "gms/check.cc";
  const std::string code = code_only(file.text);
  std::size_t number = 0;
  for (const std::string_view line : lines_of(code)) {
    ++number;
    for (const std::string_view word : kImpureWords) {
      if (!line.starts_with("#include") && has_word(line, word)) {
        findings.push_back({file.path, number, std::string(word), "not a word for the core"});
      }
    }
    for (const std::string_view function : kImpureCalls) {
      if (!may_print && calls(line, function)) {
        findings.push_back({file.path, number, std::string(function), "no call for the core"});
      }
    }
  }
  return findings;
}

// Follows the includes of our own files, each file once.
class Walk {
 public:
  explicit Walk(const SourceFiles& files) {
    for (const SourceFile& file : files) files_[file.path] = &file;
  }

  // Looks at all that `file` includes, and reports what is found outside of the core.
  void follow(const SourceFile& file, const std::string& way) {
    for (const Include& include : includes_of(file.text)) {
      const auto next = files_.find(include.name);
      if (!include.quoted || next == files_.end() || !seen_.insert(include.name).second) continue;
      const std::string way_there = way + " -> " + include.name;
      if (!is_core(include.name)) report(*next->second, way_there);
      follow(*next->second, way_there);
    }
  }

  Findings take_findings() { return std::move(findings_); }

 private:
  void report(const SourceFile& file, const std::string& way) {
    for (Finding& finding : impurities_of(file)) {
      finding.what += ", which reaches it: " + way;
      findings_.push_back(std::move(finding));
    }
  }

  std::map<std::string, const SourceFile*> files_;
  std::set<std::string> seen_;
  Findings findings_;
};

}  // namespace

bool is_core(std::string_view path) {
  if (!is_cpp(path)) return false;
  const std::string_view in = folder(path);
  if (in == "kvstore") return !acts_for_store(file_name(path));
  return in == "gms" || in == "gms/gms1" || in == "gms/gms2" || in == "gms/gms3" ||
         in == "gms/wire";
}

Findings impurities(const SourceFile& file) {
  return is_core(file.path) ? impurities_of(file) : Findings();
}

Findings reached_impurities(const SourceFiles& files) {
  Walk walk(files);
  for (const SourceFile& file : files) {
    if (is_core(file.path)) walk.follow(file, file.path);
  }
  return walk.take_findings();
}

}  // namespace groupy::tidy
