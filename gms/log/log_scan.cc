#include "gms/log/log_scan.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"
#include "gms/log/record_cursor.h"
#include "gms/log/segment_reader.h"

namespace groupy::gms::log {

namespace {

class LogScan {
 public:
  LogScan(ExtentList list, const ChainOptions& options) : found_(options) {
    found_.extents = std::move(list.extents);
    found_.unused = std::move(list.replaced);
    found_.highest_number = list.highest_number;
  }

  Failure run() {
    if (Failure failed = find_mark()) return failed;
    takes_any_ = has_no_head_ = found_.extents.front().segment.header.predecessor != 0;
    for (std::size_t i = 0; i < found_.extents.size() && !has_ended_; ++i) {
      if (Failure failed = walk(i)) return failed;
    }
    if (!has_entered_tail_) enter_tail();
    found_.is_end_unknown = gap_;
    if (found_.damages.size() > kDamagesMax) {
      return IoError{IoCode::refused, "log: damaged in too many places to be healed"};
    }
    return std::nullopt;
  }

  FoundLog result() { return std::move(found_); }

 private:
  Failure find_mark();
  Failure walk(std::size_t index);
  Result<std::uint64_t> behind_damage(SegmentReader& reader, std::uint64_t offset);
  Failure end_at(std::size_t index, std::uint64_t offset);
  void enter_tail();

  // These say whether the entry is part of the log.
  Result<bool> take(SegmentReader& reader, std::size_t index, std::uint64_t offset,
                    const Entry& entry);
  Result<bool> take_record(SegmentReader& reader, std::size_t index, std::uint64_t offset,
                           const Entry& entry);
  Result<bool> take_cut(const Entry& entry);
  void take_restart(const Entry& entry);
  Result<bool> take_note(const Entry& entry);
  Result<bool> continue_behind(const RecordId& id);
  Result<bool> is_in_chain(const RecordId& id);
  void add_lost(Sequence first, const RecordId& last);
  void forget_damages_behind(const RecordId& id);
  bool is_damaged(Sequence sequence) const;

  FoundLog found_;
  bool has_ended_ = false;
  bool has_entered_tail_ = false;
  bool has_no_head_ = false;  // it was retired: where the log starts is told by what is there
  bool takes_any_ = false;    // and so the first record follows what we do not have
  bool gap_ = false;          // something unreadable stands before this place
};

// Marks rise, so that the last segment with an entry has the highest.
Failure LogScan::find_mark() {
  const auto& extents = found_.extents;
  Position& mark = found_.mark;
  mark = {extents.front().number(), kSegmentDataStart};
  bool has_entry = false;
  for (auto extent = extents.rbegin(); extent != extents.rend() && !has_entry; ++extent) {
    const SegmentHeader& header = extent->segment.header;
    if (header.replaces_from != 0) {
      mark = std::max(mark, Position{header.predecessor, header.replaces_from});
    }
    SegmentReader reader(extent->segment, extent->end);
    for (std::optional<std::uint64_t> at = kSegmentDataStart; at;) {
      auto entry = reader.entry_at(*at);
      if (!entry.ok()) return entry.error();
      if (*entry) {
        has_entry = true;
        mark = std::max(mark, (*entry)->synced);
        *at += (*entry)->size();
        continue;
      }
      auto next = reader.next_entry_behind(*at);
      if (!next.ok()) return next.error();
      at = *next;
    }
  }
  return std::nullopt;
}

Failure LogScan::walk(std::size_t index) {
  Extent& extent = found_.extents[index];
  SegmentReader reader(extent.segment, extent.end);
  found_.is_closed = false;
  std::uint64_t offset = kSegmentDataStart;
  while (offset < reader.end()) {
    const Position here{extent.number(), offset};
    if (here >= found_.mark && !has_entered_tail_) enter_tail();
    auto entry = reader.entry_at(offset);
    if (!entry.ok()) return entry.error();
    if (!*entry) {
      if (here >= found_.mark) return end_at(index, offset);
      auto next = behind_damage(reader, offset);
      if (!next.ok()) return next.error();
      offset = *next;
      continue;
    }
    auto taken = take(reader, index, offset, **entry);
    if (!taken.ok()) return taken.error();
    if (!*taken) return end_at(index, offset);
    offset += (*entry)->size();
    if ((*entry)->kind == EntryKind::segment_end) {
      extent.end = offset;
      found_.is_closed = true;
      return std::nullopt;
    }
  }
  extent.end = offset;
  return std::nullopt;
}

// Where reading goes on. What stands there must have been on disk, or the gap would swallow the
// border to the tail.
Result<std::uint64_t> LogScan::behind_damage(SegmentReader& reader, std::uint64_t offset) {
  gap_ = true;
  const std::uint64_t number = reader.header().number;
  auto next = reader.next_entry_behind(offset);
  if (!next.ok()) return next.error();
  if (*next && Position{number, **next} <= found_.mark) return **next;
  return found_.mark.segment == number ? found_.mark.offset : reader.end();
}

// The tail ends here. Nothing but zeros behind it: nothing was lost.
Failure LogScan::end_at(std::size_t index, std::uint64_t offset) {
  has_ended_ = true;
  auto& extents = found_.extents;
  for (std::size_t i = index; i < extents.size() && !found_.tail.has_rest; ++i) {
    SegmentReader reader(extents[i].segment, extents[i].end);
    const std::uint64_t from = i == index ? offset : kSegmentDataStart;
    auto is_zero = reader.is_zero_from(from);
    if (!is_zero.ok()) return is_zero.error();
    // A segment that replaces something got its name with entries in it.
    const bool had_entries = reader.header().replaces_from != 0 && from == kSegmentDataStart;
    found_.tail.has_rest = !*is_zero || had_entries;
  }
  if (found_.tail.has_rest) found_.has_loss = true;
  extents[index].end = offset;
  if (extents.size() == index + 2) found_.spare = std::move(extents.back().segment);
  // The last one first: if we stop in between, none is left without the one that it follows.
  while (extents.size() > index + 1) {
    if (!found_.spare) found_.unused.push_back(extents.back().number());
    extents.pop_back();
  }
  return std::nullopt;
}

void LogScan::enter_tail() {
  has_entered_tail_ = true;
  found_.tail.kept = found_.chain.last();
}

Result<bool> LogScan::take(SegmentReader& reader, std::size_t index, std::uint64_t offset,
                           const Entry& entry) {
  switch (entry.kind) {
    case EntryKind::record:
      return take_record(reader, index, offset, entry);
    case EntryKind::cut:
      return take_cut(entry);
    case EntryKind::restart:
      take_restart(entry);
      return true;
    case EntryKind::loss:
    case EntryKind::whole:
      return take_note(entry);
    case EntryKind::mark:
    case EntryKind::segment_end:
      return true;
  }
  return false;
}

Result<bool> LogScan::take_record(SegmentReader& reader, std::size_t index, std::uint64_t offset,
                                  const Entry& entry) {
  Chain& chain = found_.chain;
  auto payload = reader.payload_at(offset, entry);
  if (!payload.ok()) return payload.error();
  const bool has_payload = wire::is_payload_of(entry.record, payload->bytes());
  const bool is_next =
      (takes_any_ && !gap_) || (entry.id.sequence == chain.last().sequence.next() &&
                                entry.record.record.previous == chain.last().checksum);
  if (has_entered_tail_ && (!has_payload || (!is_next && !gap_))) return false;
  if (!is_next) {
    // Something between the two cannot be read: records, or the cut that would tell why.
    const Sequence before{entry.id.sequence.value() - 1};
    auto done = continue_behind({Ballot{}, before, entry.record.record.previous});
    if (!done.ok()) return done.error();
  }
  if (gap_) chain.break_stretch();
  gap_ = false;
  takes_any_ = false;
  chain.append(entry.id, {found_.extents[index].number(), offset}, entry.record.record.kind);
  if (!has_payload) {
    found_.damages.push_back({Damage::Kind::payload, entry.id.sequence, entry.id});
  }
  Sequence& highest = found_.extents[index].highest;
  highest = std::max(highest, entry.id.sequence);
  Sequence& first = found_.tail.first_record;
  if (has_entered_tail_ && (first == Sequence{} || entry.id.sequence < first)) {
    first = entry.id.sequence;
  }
  return true;
}

Result<bool> LogScan::take_cut(const Entry& entry) {
  const RecordId& keep = entry.id;
  if (has_entered_tail_ && !gap_) {
    if (keep.sequence > found_.chain.last().sequence) return false;
    auto is_there = is_in_chain(keep);
    if (!is_there.ok() || !*is_there) return is_there;
  }
  if (has_entered_tail_ && (gap_ || keep.sequence < found_.tail.kept.sequence)) {
    found_.tail.kept = keep;
    found_.tail.is_cut = true;
  }
  if (keep.sequence < found_.tail.first_record) found_.tail.first_record = Sequence{};
  auto done = continue_behind(keep);
  takes_any_ = false;
  gap_ = false;
  return done;
}

void LogScan::take_restart(const Entry& entry) {
  found_.chain.restart(entry.id);
  found_.damages.clear();
  takes_any_ = has_no_head_ = false;
  gap_ = false;
  if (!has_entered_tail_) return;
  found_.tail.kept = entry.id;
  found_.tail.is_restarted = true;
  found_.tail.first_record = Sequence{};
}

// A note names what the log ended with when it was written. If that is another record than the last
// one here, what stood between the two cannot be read.
Result<bool> LogScan::take_note(const Entry& entry) {
  Chain& chain = found_.chain;
  // The checksum covers the ballot, which is not known of each lost one.
  const bool is_end =
      entry.id.sequence == chain.last().sequence && entry.id.checksum == chain.last().checksum;
  if (!is_end) {
    const bool is_undamaged = !gap_ && !takes_any_;
    if (is_undamaged && has_entered_tail_) return false;
    if (is_undamaged && entry.id.sequence <= chain.last().sequence) {
      // What could not be read when a loss was noted may be readable again. But going on behind
      // anything else would drop what can be read, and nothing says why.
      auto is_known = is_in_chain(entry.id);
      if (!is_known.ok()) return is_known.error();
      const bool is_cut =
          entry.kind == EntryKind::loss && *is_known && entry.id.sequence >= chain.first();
      if (!is_cut) {
        return IoError{IoCode::refused,
                       "log: a note of loss or whole names another end than it has"};
      }
    }
    auto done = continue_behind(entry.id);
    if (!done.ok()) return done.error();
  }
  found_.has_loss = entry.kind == EntryKind::loss;
  found_.tail.has_notes = has_entered_tail_;
  takes_any_ = has_no_head_ = false;
  if (!gap_) return true;
  chain.break_stretch();
  // What is unreadable has a name now, or whoever declared the log whole knew that it does not
  // count. A loss behind an unknown end leaves it unknown.
  if (!is_end || entry.kind == EntryKind::whole) gap_ = false;
  return true;
}

// Whether `id` is what the log has at its place. What was retired is believed.
Result<bool> LogScan::is_in_chain(const RecordId& id) {
  const Chain& chain = found_.chain;
  if (id == chain.last() || id.sequence < chain.first()) return true;
  if (!chain.has(id.sequence)) return false;
  RecordCursor cursor(found_.extents, chain);
  auto record = cursor.find(id.sequence);
  if (!record.ok()) return record.error();
  return *record && (*record)->id.checksum == id.checksum;
}

// The next record's predecessor is `id`, which need not be what was read at its place, or at all.
Result<bool> LogScan::continue_behind(const RecordId& id) {
  Chain& chain = found_.chain;
  auto is_there = is_in_chain(id);
  if (!is_there.ok()) return is_there;
  Sequence first_lost = *is_there || (chain.is_empty() && !gap_) ? id.sequence.next() : id.sequence;
  forget_damages_behind(id);
  if (id.sequence <= chain.last().sequence) {
    chain.cut(id);
  } else if (chain.is_empty() && has_no_head_) {
    chain.restart(id);
  } else {
    first_lost = chain.last().sequence.next();
    chain.skip(id);
  }
  if (first_lost <= id.sequence && !is_damaged(id.sequence)) add_lost(first_lost, id);
  return true;
}

// Lost ones that follow lost ones are one stretch: where each stood nobody knows.
void LogScan::add_lost(Sequence first, const RecordId& last) {
  auto& damages = found_.damages;
  const bool goes_on = !damages.empty() && damages.back().kind == Damage::Kind::record &&
                       damages.back().last.sequence.next() == first;
  if (goes_on) {
    damages.back().last = last;
  } else {
    damages.push_back({Damage::Kind::record, first, last});
  }
}

void LogScan::forget_damages_behind(const RecordId& id) {
  std::erase_if(found_.damages, [&](const Damage& damage) { return damage.first > id.sequence; });
  for (Damage& damage : found_.damages) {
    if (damage.last.sequence > id.sequence) damage.last = id;
  }
}

bool LogScan::is_damaged(Sequence sequence) const {
  return std::ranges::any_of(found_.damages, [&](const Damage& damage) {
    return damage.first <= sequence && sequence <= damage.last.sequence;
  });
}

}  // namespace

Result<FoundLog> scan_log(ExtentList list, const ChainOptions& options) {
  GROUPY_CHECK(!list.extents.empty(), "an empty log is scanned");
  LogScan scan(std::move(list), options);
  if (Failure failed = scan.run()) return *failed;
  return scan.result();
}

}  // namespace groupy::gms::log
