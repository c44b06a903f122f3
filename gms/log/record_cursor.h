// Finds records by sequence, and reads on from there without searching again.
//
// Thread: one at a time; good until the log is changed.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "gms/log/chain.h"
#include "gms/log/extent.h"
#include "gms/log/segment_reader.h"

namespace groupy::gms::log {

class RecordCursor {
 public:
  RecordCursor(const std::vector<Extent>& extents, const Chain& chain);

  // The head of the record with this sequence, which is in the chain; nothing if it is not where
  // it should be: it was damaged. Cheap for the one behind the last that was found.
  Result<std::optional<Entry>> find(Sequence sequence);
  // Where the last one found stands.
  Position position() const { return {reader_->header().number, found_at_}; }
  // The payload of the last one found; nothing if it is damaged.
  Result<std::optional<Record>> record();

 private:
  void go_to(const Anchor& anchor);

  const std::vector<Extent>& extents_;
  const Chain& chain_;
  std::optional<SegmentReader> reader_;
  std::uint64_t offset_ = 0;    // where to read on
  std::uint64_t found_at_ = 0;  // where `found_` starts
  std::optional<Entry> found_;
};

}  // namespace groupy::gms::log
