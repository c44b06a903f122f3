// One change of the store as the history keeps it: at which revision, to which key, what.
//
// The row's key is the revision and a sub-number, both big-endian, so that rows lie in the order of
// the changes; the sub-number counts the changes of one revision from 0. The format is on disk.
// Thread: values.
#pragma once

#include "kvstore/record.h"

namespace groupy::kvstore {

struct HistoryPlace {
  Revision revision;
  std::uint32_t sub_number = 0;
  bool operator==(const HistoryPlace&) const = default;
};

std::string encode_history_place(const HistoryPlace& place);
std::optional<HistoryPlace> decode_history_place(std::string_view bytes);

// Points into the row. No record: the key was deleted.
struct HistoryRow {
  std::string_view key;
  std::optional<StoredRecord> record;
  bool operator==(const HistoryRow&) const = default;
};

// `encoded_record`: what encode_record() made of the key's new record; nothing for a deletion.
std::string encode_history_row(std::string_view key,
                               std::optional<std::string_view> encoded_record);
std::optional<HistoryRow> decode_history_row(std::string_view bytes);

}  // namespace groupy::kvstore
