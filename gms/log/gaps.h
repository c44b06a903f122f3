// Finds the bytes of the log in which no entry can be read: where damaged records stood, and can
// stand again.
//
// Thread: one at a time.
#pragma once

#include <vector>

#include "gms/log/extent.h"

namespace groupy::gms::log {

struct Gap {
  std::size_t extent = 0;  // index
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

// Those between two places, in order. An entry starts at `from`, unless it is the start of a
// segment.
Result<std::vector<Gap>> find_gaps(const std::vector<Extent>& extents, Position from, Position to);

}  // namespace groupy::gms::log
