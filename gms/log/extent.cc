#include "gms/log/extent.h"

#include <algorithm>
#include <string>
#include <utility>
namespace groupy::gms::log {

namespace {

// Takes back everything from where `next` goes on, and says whether that place was there.
bool cut_back(ExtentList& list, const SegmentHeader& next) {
  auto& extents = list.extents;
  if (next.replaces_from == 0) {
    return extents.empty() || extents.back().number() == next.predecessor;
  }
  while (!extents.empty() && extents.back().number() > next.predecessor) {
    list.replaced.push_back(extents.back().number());
    extents.pop_back();
  }
  if (extents.empty()) return true;  // what it replaced a part of was retired since
  if (extents.back().number() != next.predecessor) return false;
  extents.back().end = std::min(extents.back().end, next.replaces_from);
  extents.back().is_replaced_from_end = true;
  return true;
}

}  // namespace

Result<ExtentList> find_extents(Directory& files, DirectoryId directory) {
  auto names = files.list("log");
  if (!names.ok()) return names.error();
  ExtentList list;
  for (const std::string& name : *names) {
    const auto number = segment_number(name);
    if (!number) return IoError{IoCode::refused, "log/" + name + ": not a file of the log"};
    auto segment = open_segment(files, *number, directory);
    if (!segment.ok()) return segment.error();
    if (!cut_back(list, segment->header)) {
      return IoError{IoCode::refused, segment_name(segment->header.predecessor) +
                                          ": this part of the log is missing"};
    }
    list.highest_number = *number;
    const std::uint64_t size = segment->header.size;
    list.extents.push_back({std::move(*segment), size, Sequence{}, false});
  }
  return list;
}

}  // namespace groupy::gms::log
