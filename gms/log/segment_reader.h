// Reads the entries of one segment, one behind the other, and finds its way through damage.
//
// Trusts nothing: an entry is what has a right checksum for exactly this place. Payloads share the
// buffer that they were read into. Bytes beyond the end of the file are zeros.
// Thread: one at a time; the segment must outlive the reader.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "gms/log/segment.h"

namespace groupy::gms::log {

class SegmentReader {
 public:
  // Nothing at or behind `end` is read.
  SegmentReader(const Segment& segment, std::uint64_t end);

  // The entry that starts at `offset`; nothing if none does, or if it would reach beyond the end.
  Result<std::optional<Entry>> entry_at(std::uint64_t offset);
  // The entry's payload, whatever is in it.
  Result<Payload> payload_at(std::uint64_t offset, const Entry& entry);

  // Where the first entry behind `offset` starts; nothing if there is none.
  Result<std::optional<std::uint64_t>> next_entry_behind(std::uint64_t offset);
  // Whether there is nothing but zeros from `offset` on.
  Result<bool> is_zero_from(std::uint64_t offset);

  std::uint64_t end() const { return end_; }
  const SegmentHeader& header() const { return segment_.header; }

 private:
  // Good until the next call.
  Result<std::string_view> bytes_at(std::uint64_t offset, std::uint64_t size);
  Failure load(std::uint64_t offset, std::uint64_t size);

  const Segment& segment_;
  const std::uint64_t end_;
  const std::uint64_t seed_;
  std::shared_ptr<std::string> buffer_ = std::make_shared<std::string>();
  std::uint64_t buffer_at_ = 0;
};

}  // namespace groupy::gms::log
