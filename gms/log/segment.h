// The files of the log: fixed-size segments, made of zeros and on disk before anything is put in.
//
// A segment's first 8 KiB hold its header twice, 4 KiB apart; entries follow. The header says what
// it goes on from: the whole of its predecessor, or, for a tail that was rewritten at start, the
// predecessor up to an offset, behind which nothing is read any more. A segment gets its name in
// log/ only when it is whole and synced; until then it is built in tmp/.
// Thread: one at a time per segment.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gms/ids.h"
#include "gms/log/entry.h"
#include "gms/log/file.h"

namespace groupy::gms::log {

constexpr std::uint64_t kSegmentHeaderBytes = 64;
constexpr std::uint64_t kSegmentHeaderCopyAt = 4096;
constexpr std::uint64_t kSegmentDataStart = 8192;
constexpr std::uint64_t kSegmentBytesMax = 1u << 30;

struct SegmentHeader {
  std::uint64_t number = 0;  // never used twice in a directory
  DirectoryId directory;
  std::uint64_t size = 0;
  std::uint64_t predecessor = 0;  // its number; 0 for the first
  // 0: goes on where the predecessor ends. Else: takes the place of everything from there on.
  std::uint64_t replaces_from = 0;
  bool operator==(const SegmentHeader&) const = default;

  std::uint64_t seed() const;
  // An entry that ends beyond this leaves no room for the segment's end.
  std::uint64_t entries_end_max() const { return size - kEntryHeadBytes; }
};

std::string encode_segment_header(const SegmentHeader& header);
std::optional<SegmentHeader> decode_segment_header(std::string_view bytes);

// "log/" and 16 hex digits; and back, from the name without the folder.
std::string segment_name(std::uint64_t number);
std::optional<std::uint64_t> segment_number(std::string_view name);

// How large a segment must be to hold `entry_bytes` of entries, at least `segment_bytes`.
std::uint64_t segment_size_for(std::uint64_t entry_bytes, std::uint64_t segment_bytes);

struct Segment {
  SegmentHeader header;
  std::unique_ptr<File> file;
};

// Opens log/`name`. Code `refused` if both copies of the header are unreadable, or tell of another
// number or directory.
Result<Segment> open_segment(Directory& files, std::uint64_t number, DirectoryId directory);

// Writes a copy of the header anew that is not as it must be, from the other, which was read: a
// second damage would take the segment's whole content. On disk when this returns.
[[nodiscard]] Failure mend_header(Segment& segment);

// Builds the file in tmp/, not synced; from `reuse`, a file in tmp/ with old contents, unless that
// is empty. Removes what it began if it fails.
Result<Segment> build_segment(Directory& files, const SegmentHeader& header,
                              const std::string& reuse);
// The same from a file in tmp/ of the right size, in which nothing stands but another header.
Result<Segment> build_from_zeros(Directory& files, const SegmentHeader& header,
                                 const std::string& zeros);
// Syncs what was built and gives it its name. Removes it if that fails.
[[nodiscard]] Failure install_segment(Directory& files, Segment& segment);

// Takes a segment out of the log, for good before this returns; gives its name in tmp/.
Result<std::string> take_out_segment(Directory& files, std::uint64_t number);

}  // namespace groupy::gms::log
