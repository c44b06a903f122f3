#include "gms/log/log.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"
#include "gms/log/tail_rewrite.h"

namespace groupy::gms::log {

Log::Log(Directory& files, SegmentPreparer& preparer, const LogOptions& options)
    : files_(files),
      preparer_(preparer),
      options_(options),
      writer_(preparer, options.directory, options.segment_bytes),
      chain_(options.chain) {}

Result<std::unique_ptr<Log>> Log::open(Directory& files, SegmentPreparer& preparer,
                                       const LogOptions& options) {
  GROUPY_CHECK(options.segment_bytes >= kSegmentDataStart + 4 * kEntryHeadBytes &&
                   options.segment_bytes <= kSegmentBytesMax / 2,
               "segments of this size are not made");
  std::unique_ptr<Log> log(new Log(files, preparer, options));
  if (Failure failed = log->recover()) return *failed;
  return log;
}

Failure Log::recover() {
  // The last run may have ended between a new name and the sync that makes it last.
  if (Failure failed = files_.sync("log")) return failed;
  for (bool is_rewritten = false;; is_rewritten = true) {
    auto list = find_extents(files_, options_.directory);
    if (!list.ok()) return list.error();
    if (list->extents.empty()) {
      if (!options_.must_exist) return writer_.begin();
      return IoError{IoCode::refused, "log/ is empty, but something was promised with it"};
    }
    auto found = scan_log(std::move(*list), options_.chain);
    if (!found.ok()) return found.error();
    if (!found->tail.needs_rewriting()) return begin_with(std::move(*found));
    if (is_rewritten) {
      return IoError{IoCode::failed, "log: what was written anew does not read back"};
    }
    if (Failure failed = rewrite_tail(files_, *found, options_.directory, options_.segment_bytes)) {
      return failed;
    }
  }
}

Failure Log::begin_with(FoundLog found) {
  if (Failure failed = write_marks_again(found)) return failed;
  if (Failure failed = give_back_replaced(found)) return failed;
  for (Extent& extent : found.extents) {
    if (Failure failed = mend_header(extent.segment)) return failed;
  }
  chain_ = std::move(found.chain);
  condition_ = {found.has_loss, found.is_end_unknown, std::move(found.damages)};
  // What stands in front of the log was retired, or is to be.
  std::erase_if(condition_.damages,
                [this](const Damage& each) { return each.last.sequence < chain_.first(); });
  const std::uint64_t next = found.spare ? found.spare->header.number : found.highest_number + 1;
  writer_.go_on(std::move(found.extents), next, found.is_closed);
  if (Failure failed = dispose_of(found.unused)) return failed;
  if (found.spare) {
    preparer_.adopt(std::move(*found.spare));
  } else {
    writer_.want_next();
  }
  // What is appended next stands where the lost ones were: without a note, the next start would
  // find a whole log that ends too early.
  return condition_.is_end_unknown && !condition_.has_loss ? note_loss() : std::nullopt;
}

Failure Log::note_loss() {
  if (Failure failed = writer_.write(EntryKind::loss, chain_.last())) return failed;
  condition_.has_loss = true;
  return writer_.sync();
}

// Whatever follows a damaged note without a break would hide it. So all that is written between two
// syncs starts with the note again, while the loss lasts: if one of them decays, another tells.
Failure Log::repeat_loss() {
  if (!condition_.has_loss || !writer_.is_synced()) return std::nullopt;
  return fail(writer_.write(EntryKind::loss, chain_.last()));
}

Failure Log::dispose_of(const std::vector<std::uint64_t>& numbers) {
  for (const std::uint64_t number : numbers) {
    auto name = take_out_segment(files_, number);
    if (!name.ok()) return name.error();
    if (Failure failed = preparer_.give_back(*name)) return failed;
  }
  return std::nullopt;
}

Failure Log::fail(Failure failure) {
  if (failure && !failure_) failure_ = std::move(failure);
  return failure_;
}

void Log::take_ticket(Ticket ticket) {
  GROUPY_CHECK(ticket > taken_, "write tickets do not rise");
  taken_ = ticket;
}

Failure Log::append(Ticket ticket, std::span<const Record> records) {
  if (failure_) return failure_;
  take_ticket(ticket);
  RecordId last = chain_.last();
  for (const Record& record : records) {
    GROUPY_CHECK(record.sequence == last.sequence.next() && record.previous == last.checksum,
                 "a record is appended that does not follow the last one");
    last = id_of(record);
  }
  if (Failure failed = repeat_loss()) return failed;
  auto places = writer_.write(records);
  if (!places.ok()) return fail(places.error());
  for (std::size_t i = 0; i < records.size(); ++i) {
    chain_.append(id_of(records[i]), (*places)[i], records[i].kind);
  }
  return std::nullopt;
}

Failure Log::cut(Ticket ticket, const RecordId& keep) {
  if (failure_) return failure_;
  take_ticket(ticket);
  GROUPY_CHECK(keep.sequence <= chain_.last().sequence && keep.sequence.next() >= chain_.first(),
               "a cut keeps something that is not in the log");
  if (Failure failed = repeat_loss()) return failed;
  if (Failure failed = writer_.write(EntryKind::cut, keep)) return fail(failed);
  chain_.cut(keep);
  forget_damages_behind(keep.sequence);
  return std::nullopt;
}

Failure Log::restart(Ticket ticket, const RecordId& id) {
  if (failure_) return failure_;
  take_ticket(ticket);
  if (Failure failed = repeat_loss()) return failed;
  if (Failure failed = writer_.write(EntryKind::restart, id)) return fail(failed);
  chain_.restart(id);
  condition_.damages.clear();
  condition_.is_end_unknown = false;
  return std::nullopt;
}

Failure Log::give_up_from(Sequence first) {
  if (failure_) return failure_;
  GROUPY_CHECK(first > Sequence{} && first <= chain_.last().sequence,
               "something is given up that is not in the log");
  std::optional<RecordId> keep;
  // The log ends with a record that knows who it is.
  while (!keep) {
    const Sequence before{first.value() - 1};
    auto id = id_at(before);
    if (!id.ok()) return id.error();
    keep = *id;
    // Also of the first records of all, which are lost in front of first().
    const Damage* damage = damage_at(before);
    if (!keep && damage == nullptr && !chain_.has(before)) {
      return IoError{IoCode::refused, "log: damaged, and what is in front of it was retired"};
    }
    first = damage != nullptr ? damage->first : before;
  }
  if (Failure failed = fail(note_loss())) return failed;
  if (Failure failed = repeat_loss()) return failed;
  if (Failure failed = fail(writer_.write(EntryKind::cut, *keep))) return failed;
  chain_.cut(*keep);
  forget_damages_behind(keep->sequence);
  return fail(writer_.sync());
}

Failure Log::declare_loss() {
  if (failure_) return failure_;
  return condition_.has_loss ? std::nullopt : fail(note_loss());
}

Failure Log::declare_whole(Ticket ticket) {
  if (failure_) return failure_;
  take_ticket(ticket);
  if (Failure failed = writer_.write(EntryKind::whole, chain_.last())) return fail(failed);
  condition_.has_loss = false;
  condition_.is_end_unknown = false;
  return std::nullopt;
}

Result<Ticket> Log::sync() {
  if (failure_) return *failure_;
  if (Failure failed = fail(writer_.sync())) return *failed;
  persisted_ = taken_;
  return persisted_;
}

Failure Log::tick(Time now) {
  if (failure_) return failure_;
  if (!rest_ || rest_->end != writer_.end()) rest_ = Rest{now, writer_.end()};
  const bool needs_mark = writer_.needs_mark() && writer_.is_synced();
  if (!needs_mark || now - rest_->since < kIdleBeforeMark) return std::nullopt;
  return fail(writer_.write_mark());
}

Failure Log::stop() {
  if (failure_) return failure_;
  if (Failure failed = fail(writer_.sync())) return failed;
  persisted_ = taken_;
  if (writer_.needs_mark()) {
    if (Failure failed = fail(writer_.write_mark())) return failed;
  }
  return fail(writer_.close());
}

}  // namespace groupy::gms::log
