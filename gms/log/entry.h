// What stands in a segment: records, and what only this member's log needs to know.
//
// Every entry has a head of 80 bytes: 56 that are a record's header, or a local entry's fields;
// then what was already on disk when it was written (a *mark*), its own offset, and a checksum of
// all that, seeded with the directory and the segment's number. So an entry that is found in
// another place, segment, directory or life of a segment is none. A record's payload follows;
// entries start at multiples of 8. Thread: values.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <string_view>

#include "gms/record.h"
#include "gms/wire/record_codec.h"

namespace groupy::gms::log {

constexpr std::size_t kEntryHeadBytes = 80;

// A place in the log's files. Segments are numbered in the order in which they are written.
struct Position {
  std::uint64_t segment = 0;
  std::uint64_t offset = 0;
  auto operator<=>(const Position&) const = default;
};

enum class EntryKind : std::uint8_t {
  record = 0,       // never written: records have a header of their own
  mark = 1,         // nothing but its mark
  cut = 2,          // what stands behind `id` is no longer part of the log
  segment_end = 3,  // goes on in the next segment
  restart = 4,      // nothing before this is part of the log, which goes on behind `id`
  loss = 5,         // what this member had promised may be missing from its log, which ends with
                    // `id` here
  whole = 6,        // what was missing is here again, and the log ends with `id` here
};

struct Entry {
  EntryKind kind = EntryKind::mark;
  wire::RecordHeader record;  // of a record
  RecordId id;                // of a record; of what cut, restart, loss and whole name; else zero
  Position synced;            // everything before it was on disk when this was written
  // Head, payload and padding.
  std::uint64_t size() const { return padded(kEntryHeadBytes + record.payload_size); }

  static constexpr std::uint64_t padded(std::uint64_t bytes) { return (bytes + 7) / 8 * 8; }
};

using EntryHead = std::array<char, kEntryHeadBytes>;

// Where an entry stands, and with which seed.
struct EntryPlace {
  std::uint64_t seed = 0;
  std::uint64_t offset = 0;
};

EntryHead encode_record_head(const Record& record, Position synced, EntryPlace place);
// `kind` is not record.
EntryHead encode_local_head(EntryKind kind, const RecordId& id, Position synced, EntryPlace place);

// Nothing if no entry of this place starts here. Says nothing of the payload.
std::optional<Entry> decode_head(std::string_view bytes, EntryPlace place);

// Whether an entry could start with these bytes: quick, for looking through damage.
bool may_be_head(std::string_view bytes);

const char* name_of(EntryKind kind);

}  // namespace groupy::gms::log
