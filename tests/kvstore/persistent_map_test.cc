#include "kvstore/persistent_map.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>
#include <vector>

namespace groupy::kvstore {
namespace {

using Model = std::map<std::string, std::string>;

Model entries_from(const PersistentMap& map, std::string_view first) {
  Model entries;
  std::string last;
  map.scan(first, [&](std::string_view key, std::string_view value) {
    RC_ASSERT(entries.empty() || last < key);
    last = key;
    entries.emplace(key, value);
    return true;
  });
  return entries;
}

RC_GTEST_PROP(PersistentMap, IsAMapWhoseOldCopiesStay, ()) {
  const auto keys = rc::gen::arbitrary<std::uint8_t>();
  const auto steps = *rc::gen::container<std::vector<std::pair<std::uint8_t, bool>>>(
      rc::gen::pair(keys, rc::gen::arbitrary<bool>()));
  std::vector<std::pair<PersistentMap, Model>> copies(1);
  for (const auto& [number, is_put] : steps) {
    auto [map, model] = copies.back();
    const std::string key(number % 3u, static_cast<char>(number));
    const std::string value = std::to_string(copies.size());
    map = is_put ? map.with(key, value) : map.without(key);
    if (is_put) {
      model.insert_or_assign(key, value);
    } else {
      model.erase(key);
    }
    RC_ASSERT(map.find(key) == (is_put ? std::optional(value) : std::nullopt));
    copies.emplace_back(map, model);
  }
  const std::string first(1, static_cast<char>(*keys));
  for (const auto& [map, model] : copies) {
    RC_ASSERT(entries_from(map, "") == model);
    RC_ASSERT(entries_from(map, first) == Model(model.lower_bound(first), model.end()));
  }
}

TEST(PersistentMap, StopsTheScanWhenToldTo) {
  PersistentMap map;
  for (const char* key : {"a", "b", "c", "d"}) map = map.with(key, "");
  std::string seen;
  map.scan("b", [&](std::string_view key, std::string_view) {
    seen += key;
    return key != "c";
  });
  EXPECT_EQ(seen, "bc");
}

}  // namespace
}  // namespace groupy::kvstore
