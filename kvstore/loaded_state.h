// What the state machine keeps in memory, read back from the meta rows of a storage.
//
// Thread: any; values.
#pragma once

#include <optional>
#include <unordered_map>
#include <vector>

#include "kvstore/meta_rows.h"
#include "kvstore/request_table.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// The highest origin applied of each directory. One row per directory that ever submitted, never
// forgotten: an old directory may come back with an old submission.
using OriginTable = std::unordered_map<gms::DirectoryId, gms::Origin>;

struct LoadedState {
  StateRow state;
  GroupSettings settings;
  OriginTable origins;
  std::vector<RequestTable::Loaded> requests;
};

// Nothing if the storage holds no row at all. Throws StorageFailed if what it holds is no whole
// state: unknown or damaged rows, or an import that did not end.
std::optional<LoadedState> load_state(const StorageSnapshot& rows);

}  // namespace groupy::kvstore
