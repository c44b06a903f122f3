#include "kvstore/loaded_state.h"

#include <array>
#include <type_traits>

namespace groupy::kvstore {

namespace {

bool has_rows(const StorageSnapshot& rows) {
  bool found = false;
  for (const Family family : {Family::meta, Family::latest, Family::history}) {
    rows.scan(family, {}, [&](std::string_view, std::string_view) {
      found = true;
      return false;
    });
  }
  return found;
}

// Takes the meta rows one by one.
struct Loading {
  LoadedState loaded;
  bool has_state_row = false;
  bool has_settings_row = false;

  void take(const StateRow& row) {
    loaded.state = row;
    has_state_row = true;
  }
  void take(const GroupSettings& row) {
    loaded.settings = row;
    has_settings_row = true;
  }
  void take(const gms::Origin& row) { loaded.origins.emplace(row.directory, row); }
  void take(const NamedRequestRow& row) {
    loaded.requests.push_back({std::string(row.id), row.row});
  }
  void take(const ImportingRow&) {
    throw StorageFailed{"the import of a state did not end here; this is no state"};
  }
};

}  // namespace

std::optional<LoadedState> load_state(const StorageSnapshot& rows) {
  if (!has_rows(rows)) return std::nullopt;
  Loading loading;
  rows.scan(Family::meta, {}, [&](std::string_view key, std::string_view value) {
    const auto row = decode_meta_row(key, value);
    if (!row) throw StorageFailed{"a row of family meta is damaged or of a newer format"};
    std::visit([&](const auto& known) { loading.take(known); }, *row);
    return true;
  });
  if (!loading.has_state_row || !loading.has_settings_row) {
    throw StorageFailed{"there are rows, but none that tells how far the state has come"};
  }
  return std::move(loading.loaded);
}

}  // namespace groupy::kvstore
