#include "gms/log/gaps.h"

#include <algorithm>

#include "gms/log/segment_reader.h"

namespace groupy::gms::log {

Result<std::vector<Gap>> find_gaps(const std::vector<Extent>& extents, Position from, Position to) {
  std::vector<Gap> gaps;
  for (std::size_t index = 0; index < extents.size(); ++index) {
    const Extent& extent = extents[index];
    if (extent.number() < from.segment || extent.number() > to.segment) continue;
    const bool is_first = extent.number() == from.segment;
    const bool is_last = extent.number() == to.segment;
    const std::uint64_t end = is_last ? std::min(to.offset, extent.end) : extent.end;
    SegmentReader reader(extent.segment, end);
    for (std::uint64_t at = is_first ? from.offset : kSegmentDataStart; at < end;) {
      auto entry = reader.entry_at(at);
      if (!entry.ok()) return entry.error();
      if (*entry) {
        at += (*entry)->size();
        continue;
      }
      auto next = reader.next_entry_behind(at);
      if (!next.ok()) return next.error();
      // Entries start at multiples of 8, also where the end of the segment is none.
      const std::uint64_t behind = next->value_or(end / 8 * 8);
      if (behind <= at) break;
      gaps.push_back({index, at, behind});
      at = behind;
    }
  }
  return gaps;
}

}  // namespace groupy::gms::log
