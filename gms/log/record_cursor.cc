#include "gms/log/record_cursor.h"

#include <algorithm>

#include "gms/check.h"

namespace groupy::gms::log {

RecordCursor::RecordCursor(const std::vector<Extent>& extents, const Chain& chain)
    : extents_(extents), chain_(chain) {}

void RecordCursor::go_to(const Anchor& anchor) {
  const auto extent = std::ranges::find(extents_, anchor.position.segment, &Extent::number);
  GROUPY_CHECK(extent != extents_.end(), "an anchor in a segment that is not there");
  const bool is_here = reader_ && reader_->header().number == anchor.position.segment;
  if (!is_here) reader_.emplace(extent->segment, extent->end);
  offset_ = anchor.position.offset;
}

Result<std::optional<Entry>> RecordCursor::find(Sequence sequence) {
  const auto anchor = chain_.anchor_for(sequence);
  const bool reads_on =
      anchor && found_ && found_->id.sequence < sequence && anchor->sequence <= found_->id.sequence;
  found_.reset();
  if (!anchor) return std::optional<Entry>();
  if (!reads_on) go_to(*anchor);
  for (;;) {
    auto entry = reader_->entry_at(offset_);
    if (!entry.ok() || !*entry || (*entry)->id.sequence > sequence) {
      return entry.ok() ? std::optional<Entry>() : entry;
    }
    found_at_ = offset_;
    offset_ += (*entry)->size();
    if ((*entry)->kind == EntryKind::record && (*entry)->id.sequence == sequence) {
      found_ = *entry;
      return entry;
    }
  }
}

Result<std::optional<Record>> RecordCursor::record() {
  GROUPY_CHECK(found_.has_value(), "a record is read that was not found");
  auto payload = reader_->payload_at(found_at_, *found_);
  if (!payload.ok()) return payload.error();
  return wire::with_payload(found_->record, *payload);
}

}  // namespace groupy::gms::log
