#include "gms/gms3/recent_log.h"

#include <utility>

#include "gms/check.h"

namespace groupy::gms3 {

namespace {
bool is_unknown(const gms::RecordId& id) {
  return id.checksum == gms::Checksum{};
}
}  // namespace

RecentLog::RecentLog(const gms::RecordId& base, const std::vector<gms::RecoveredRecord>& tail)
    : base_(base) {
  for (const gms::RecoveredRecord& each : tail) entries_.push_back({each.id, std::nullopt, 0});
}

const RecentLog::Entry* RecentLog::find(gms::Sequence sequence) const {
  if (sequence <= base_.sequence || sequence > last().sequence) return nullptr;
  return &entries_[sequence.value() - base_.sequence.value() - 1];
}

std::optional<gms::RecordId> RecentLog::id_at(gms::Sequence sequence) const {
  if (sequence == base_.sequence) return base_;
  const Entry* entry = find(sequence);
  return entry == nullptr || is_unknown(entry->id) ? std::nullopt : std::optional(entry->id);
}

void RecentLog::identify(const gms::RecordId& id) {
  const Entry* entry = find(id.sequence);
  if (entry == nullptr || !is_unknown(entry->id)) return;
  entries_[id.sequence.value() - base_.sequence.value() - 1].id = id;
}

std::size_t RecentLog::bytes_in_all() const {
  if (entries_.empty()) return 0;
  const Entry& newest = entries_.back();
  return newest.bytes_before + (newest.record ? newest.record->payload.size() : 0);
}

void RecentLog::append(gms::Record record) {
  GROUPY_CHECK(record.sequence == last().sequence.next() && record.previous == last().checksum,
               "a record does not follow the one before it");
  const std::size_t before = bytes_in_all();
  const gms::RecordId id = gms::id_of(record);
  entries_.push_back({id, std::move(record), before});
}

gms::RecordId RecentLog::cut(gms::Sequence keep) {
  GROUPY_CHECK(id_at(keep).has_value(), "a cut goes back to a record that is not known");
  while (last().sequence > keep) entries_.pop_back();
  return last();
}

void RecentLog::shrink(gms::Sequence up_to, std::size_t records_max, std::size_t bytes_max) {
  while (!entries_.empty() && entries_.front().id.sequence <= up_to &&
         (entries_.size() > records_max || bytes_behind(base_.sequence) > bytes_max)) {
    base_ = entries_.front().id;
    entries_.pop_front();
  }
}

std::optional<std::vector<gms::Record>> RecentLog::read(gms::Sequence from, gms::Sequence end,
                                                        std::size_t count,
                                                        std::size_t bytes) const {
  const Entry* first = find(from);
  if (first == nullptr || !first->record) return std::nullopt;
  std::vector<gms::Record> records;
  std::size_t taken = 0;
  for (gms::Sequence next = from; next <= end && records.size() < count; next = next.next()) {
    const Entry* entry = find(next);
    if (entry == nullptr || !entry->record) break;
    taken += entry->record->payload.size();
    if (taken > bytes && !records.empty()) break;
    records.push_back(*entry->record);
  }
  return records;
}

std::size_t RecentLog::bytes_behind(gms::Sequence sequence) const {
  const Entry* next = find(sequence.next());
  return next == nullptr ? 0 : bytes_in_all() - next->bytes_before;
}

void RecentLog::check_invariants() const {
  // Older ones were looked at when they were the newest.
  constexpr std::size_t kLooked = 16;
  const std::size_t first = entries_.size() > kLooked ? entries_.size() - kLooked : 0;
  gms::RecordId before = first == 0 ? base_ : entries_[first - 1].id;
  for (std::size_t index = first; index < entries_.size(); ++index) {
    const Entry& entry = entries_[index];
    GROUPY_CHECK(entry.id.sequence == before.sequence.next(), "the log has a gap");
    const bool is_known = !is_unknown(entry.id) && (!is_unknown(before) || index == 0);
    GROUPY_CHECK(!is_known || entry.id.ballot >= before.ballot, "ballots fall along the log");
    GROUPY_CHECK(!is_known || !entry.record || entry.record->previous == before.checksum,
                 "the log is no chain");
    before = entry.id;
  }
}

}  // namespace groupy::gms3
