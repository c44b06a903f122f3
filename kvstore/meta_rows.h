// The rows of the meta family: what the state is beside keys and history.
//
// Each row's key starts with a letter for its kind. The formats are on disk and in state images:
// they change only together with their version bytes. Thread: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "kvstore/outcome.h"
#include "kvstore/read_view.h"
#include "kvstore/settings.h"

namespace groupy::kvstore {

// How far the state has come; rewritten with every batch.
struct StateRow {
  gms::Sequence applied;
  Revision revision;
  std::uint64_t hash_sum = 0;
  gms::Sequence request_floor;  // highest sequence whose request was forgotten
  Colour colour;
  bool operator==(const StateRow&) const = default;
};

// The first answer to a request, kept for its repeats.
struct RequestRow {
  std::uint64_t fingerprint = 0;  // of the command without request id
  Outcome outcome;
  bool operator==(const RequestRow&) const = default;
};

// A request row together with the id from its key.
struct NamedRequestRow {
  std::string_view id;
  RequestRow row;
  bool operator==(const NamedRequestRow&) const = default;
};

// Stands in a storage while a state image is being imported: what is there is no state.
struct ImportingRow {
  bool operator==(const ImportingRow&) const = default;
};

std::string state_row_key();
std::string settings_row_key();
std::string importing_row_key();
std::string origin_row_key(const gms::DirectoryId& directory);
std::string request_row_key(std::string_view id);

std::string encode_state_row(const StateRow& row);
std::string encode_request_row(const RequestRow& row);
// The highest origin applied for its directory, which stands in the row's key.
std::string encode_origin_row(const gms::Origin& origin);

using MetaRow = std::variant<StateRow, GroupSettings, gms::Origin, NamedRequestRow, ImportingRow>;

// Nothing if the kind or the format is unknown. Points into `key`.
std::optional<MetaRow> decode_meta_row(std::string_view key, std::string_view value);

}  // namespace groupy::kvstore
