// The reading half of log.h, and what it knows of space.
#include <algorithm>
#include <utility>

#include "gms/log/log.h"
#include "gms/log/record_cursor.h"

namespace groupy::gms::log {

const Damage* Log::damage_at(Sequence sequence) const {
  const auto at = std::ranges::find_if(condition_.damages, [&](const Damage& damage) {
    return damage.first <= sequence && sequence <= damage.last.sequence;
  });
  return at == condition_.damages.end() ? nullptr : &*at;
}

void Log::forget_damages_behind(Sequence sequence) {
  auto& damages = condition_.damages;
  std::erase_if(damages, [&](const Damage& damage) { return damage.first > sequence; });
  // Inside of a lost stretch nobody but the cut knows an identity, and that is in chain_.last().
  for (Damage& damage : damages) {
    if (damage.last.sequence > sequence) damage.last = chain_.last();
  }
}

// Found after the start. A record whose head is gone has a name only at the next start, from its
// successor, unless it is the last.
void Log::add_damage(const Damage& damage) {
  auto& damages = condition_.damages;
  if (damages.size() >= kDamagesMax || damage_at(damage.first) != nullptr) return;
  damages.insert(std::ranges::upper_bound(damages, damage.first, {}, &Damage::first), damage);
}

Result<LogRead> Log::read(Sequence from, std::size_t bytes_max) {
  LogRead read;
  RecordCursor cursor(writer_.extents(), chain_);
  std::size_t bytes = 0;
  for (Sequence at = from; chain_.has(at); at = at.next()) {
    if (damage_at(at) != nullptr) {
      read.damaged = at;
      break;
    }
    auto found = cursor.find(at);
    if (!found.ok()) return found.error();
    if (!*found) {
      const RecordId& last = chain_.last();
      const RecordId id = at == last.sequence ? last : RecordId{{}, at, {}};
      add_damage({Damage::Kind::record, at, id});
      read.damaged = at;
      break;
    }
    const RecordId id = (*found)->id;
    bytes += (*found)->record.payload_size;
    if (!read.records.empty() && bytes > bytes_max) break;
    auto record = cursor.record();
    if (!record.ok()) return record.error();
    if (!*record) {
      add_damage({Damage::Kind::payload, at, id});
      read.damaged = at;
      break;
    }
    read.records.push_back(std::move(**record));
  }
  return read;
}

Result<std::optional<RecordId>> Log::id_at(Sequence sequence) const {
  const RecordId& last = chain_.last();
  if (sequence == last.sequence) return std::optional(last);
  if (sequence == Sequence{}) return std::optional(RecordId());
  if (!chain_.has(sequence)) return std::optional<RecordId>();
  const Damage* damage = damage_at(sequence);
  if (damage != nullptr && damage->kind == Damage::Kind::payload)
    return std::optional(damage->last);
  if (damage != nullptr) return std::optional<RecordId>();
  RecordCursor cursor(writer_.extents(), chain_);
  auto found = cursor.find(sequence);
  if (!found.ok()) return found.error();
  return *found ? std::optional((*found)->id) : std::nullopt;
}

Failure Log::retire(Sequence up_to) {
  if (failure_) return failure_;
  // What is missing must stay visible after the next start.
  const bool is_whole = !condition_.has_loss && !condition_.is_end_unknown;
  if (!is_whole || chain_.is_empty()) return std::nullopt;
  const auto anchor = chain_.anchor_for(chain_.last().sequence);
  if (!anchor) return std::nullopt;
  const std::uint64_t last = anchor->position.segment;
  const auto& extents = writer_.extents();
  while (extents.front().number() < last && extents.front().highest <= up_to) {
    const std::uint64_t number = extents.front().number();
    // Between its highest and the next segment's first there may be damaged ones.
    if (chain_.first_behind(number) > up_to.next()) break;
    if (Failure failed = fail(writer_.close_first())) return failed;
    chain_.retire(number);
    std::erase_if(condition_.damages,
                  [this](const Damage& damage) { return damage.last.sequence < chain_.first(); });
    if (Failure failed = fail(dispose_of({number}))) return failed;
  }
  return std::nullopt;
}

Result<LogSpace> Log::space() const {
  auto free = files_.free_bytes();
  if (!free.ok()) return free.error();
  return LogSpace{*free, writer_.room(), preparer_.is_ready(), preparer_.obstacle()};
}

std::uint64_t Log::bytes_on_disk() const {
  std::uint64_t bytes = 0;
  for (const Extent& extent : writer_.extents()) {
    bytes += extent.is_replaced_from_end ? extent.end : extent.segment.header.size;
  }
  return bytes;
}

}  // namespace groupy::gms::log
