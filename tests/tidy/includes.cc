#include "tests/tidy/includes.h"

#include <algorithm>
#include <set>

#include "tests/tidy/code.h"

namespace groupy::tidy {
namespace {

struct Box {
  std::string_view name;
  std::vector<std::string_view> may_include;  // beside itself
};

// cli -> http -> kvstore -> gms/driver -> gms/{net,log} -> gms/wire -> gms. The generations know
// neither each other nor anything but the vocabulary of gms.
const std::vector<Box>& boxes() {
  static const std::vector<Box> all = {
      {"gms", {}},
      {"gms/gms1", {"gms"}},
      {"gms/gms2", {"gms"}},
      {"gms/gms3", {"gms"}},
      {"gms/wire", {"gms"}},
      {"gms/log", {"gms", "gms/wire"}},
      {"gms/net", {"gms", "gms/wire"}},
      {"gms/driver", {"gms", "gms/gms1", "gms/gms2", "gms/gms3", "gms/wire", "gms/log", "gms/net"}},
      {"kvstore",
       {"gms", "gms/gms1", "gms/gms2", "gms/gms3", "gms/wire", "gms/log", "gms/net", "gms/driver"}},
      {"http", {"gms", "gms/driver", "kvstore"}},
      {"cli",
       {"gms", "gms/gms1", "gms/gms2", "gms/gms3", "gms/wire", "gms/log", "gms/net", "gms/driver",
        "kvstore", "http"}},
  };
  return all;
}

const Box* find_box(std::string_view name) {
  const auto at = std::ranges::find(boxes(), name, &Box::name);
  return at == boxes().end() ? nullptr : &*at;
}

bool is_product(std::string_view path) {
  constexpr std::string_view kFolders[] = {"gms/", "kvstore/", "http/", "cli/"};
  return std::ranges::any_of(kFolders,
                             [&](std::string_view folder) { return path.starts_with(folder); });
}

// Empty if it is allowed.
std::string objection(const Box& box, const Include& include) {
  // What protoc generates lies in the build folder of its box.
  if (box.name == "gms/wire" && include.name.ends_with(".pb.h")) return {};
  if (folder(include.name).empty()) return "include relative to the root of the project";
  const std::string target = box_of(include.name);
  if (target == box.name) return {};
  if (std::ranges::find(box.may_include, target) != box.may_include.end()) return {};
  return "no arrow from " + std::string(box.name) + " to " + std::string(folder(include.name));
}

}  // namespace

std::string box_of(std::string_view path) {
  return is_product(path) ? std::string(folder(path)) : std::string();
}

Findings includes_against_arrows(const SourceFile& file) {
  Findings findings;
  if (!is_cpp(file.path) || !is_product(file.path)) return findings;
  const Box* box = find_box(box_of(file.path));
  if (box == nullptr) {
    findings.push_back({file.path, 0, box_of(file.path), "not a known box of the house"});
    return findings;
  }
  for (const Include& include : includes_of(file.text)) {
    if (!include.quoted) continue;
    const std::string what = objection(*box, include);
    if (!what.empty()) findings.push_back({file.path, include.line, include.name, what});
  }
  return findings;
}

Findings misplaced_includes(const SourceFile& file) {
  Findings findings;
  if (!is_cpp(file.path)) return findings;
  for (const Include& include : includes_of(file.text)) {
    const bool is_json =
        include.name.starts_with("nlohmann/") && include.name != "nlohmann/json_fwd.hpp";
    if (is_json && is_header(file.path)) {
      findings.push_back(
          {file.path, include.line, include.name, "in headers only nlohmann/json_fwd.hpp"});
    }
    if (include.name.starts_with("rocksdb/") && file.path != "kvstore/rocksdb_storage.cc") {
      findings.push_back(
          {file.path, include.line, include.name, "only kvstore/rocksdb_storage.cc knows RocksDB"});
    }
  }
  return findings;
}

std::vector<std::string> files_that_include(const SourceFiles& files, std::string_view prefix) {
  std::set<std::string> paths;
  for (const SourceFile& file : files) {
    if (!is_cpp(file.path)) continue;
    for (const Include& include : includes_of(file.text)) {
      if (include.name.starts_with(prefix)) paths.insert(file.path);
    }
  }
  return {paths.begin(), paths.end()};
}

}  // namespace groupy::tidy
