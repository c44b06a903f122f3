// The segments that make up the log, in order, each with where it ends.
//
// Thread: one at a time.
#pragma once

#include <vector>

#include "gms/log/segment.h"

namespace groupy::gms::log {

struct Extent {
  Segment segment;
  std::uint64_t end = 0;              // nothing of the log is at or behind it
  Sequence highest;                   // of all records that stand in it, valid or cut
  bool is_replaced_from_end = false;  // by a later segment: nothing is written there any more

  std::uint64_t number() const { return segment.header.number; }
};

struct ExtentList {
  std::vector<Extent> extents;
  std::vector<std::uint64_t> replaced;  // segments that are no longer part of the log
  std::uint64_t highest_number = 0;     // of all that have a name
};

// Opens all segments and puts them in order. Code `refused` if one is unreadable or missing.
Result<ExtentList> find_extents(Directory& files, DirectoryId directory);

}  // namespace groupy::gms::log
