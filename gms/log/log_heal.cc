// How damaged records come back to where they stood: the healing part of log.h.
//
// Nothing that can be read is written over, so a crash in the middle leaves what could be read
// before, and maybe more.
#include <algorithm>
#include <array>
#include <set>

#include "gms/log/gaps.h"
#include "gms/log/log.h"
#include "gms/log/record_cursor.h"

namespace groupy::gms::log {

namespace {

std::uint64_t entry_bytes(const Record& record) {
  return Entry::padded(kEntryHeadBytes + record.payload.size());
}

// Where each of these stands if they fill the gaps from behind: what stands behind them follows at
// once, and of those in front nobody needs to know yet how long they are. They were in these gaps
// once, in this order, so they fit; nothing if they do not.
std::optional<std::vector<Position>> places_in(std::vector<Gap> gaps,
                                               std::span<const Record> records,
                                               const std::vector<Extent>& extents) {
  std::vector<Position> places(records.size());
  for (std::size_t i = records.size(); i-- > 0;) {
    const std::uint64_t bytes = entry_bytes(records[i]);
    while (!gaps.empty() && gaps.back().end - gaps.back().begin < bytes) gaps.pop_back();
    if (gaps.empty()) return std::nullopt;
    gaps.back().end -= bytes;
    places[i] = {extents[gaps.back().extent].number(), gaps.back().end};
  }
  return places;
}

}  // namespace

Failure Log::heal(Ticket ticket, std::span<const Record> records) {
  if (failure_) return failure_;
  take_ticket(ticket);
  const auto damage = std::ranges::find_if(condition_.damages, [&](const Damage& each) {
    return each.last.sequence == records.back().sequence &&
           each.last.checksum == records.back().checksum;
  });
  // Cut meanwhile, or healed twice.
  if (damage == condition_.damages.end() || !chain_.has(records.front().sequence)) {
    return std::nullopt;
  }
  const bool is_payload = damage->kind == Damage::Kind::payload;
  if (Failure failed = fail(is_payload ? heal_payload(*damage, records.back())
                                       : heal_records(*damage, records))) {
    return failed;
  }
  // The mark that covered it may have been lost with it.
  return fail(writer_.write_mark());
}

Failure Log::heal_payload(const Damage& damage, const Record& record) {
  RecordCursor cursor(writer_.extents(), chain_);
  auto found = cursor.find(record.sequence);
  if (!found.ok()) return found.error();
  if (!*found || (*found)->id != id_of(record)) return std::nullopt;
  const Position place = cursor.position();
  const std::array pieces{record.payload.bytes()};
  if (Failure failed = writer_.put_back({place.segment, place.offset + kEntryHeadBytes}, pieces)) {
    return failed;
  }
  std::erase(condition_.damages, Damage(damage));
  return writer_.sync_segments({place.segment});
}

Failure Log::heal_records(Damage& damage, std::span<const Record> records) {
  auto gaps = find_gaps(writer_.extents(), end_before(damage), start_behind(damage));
  if (!gaps.ok()) return gaps.error();
  const auto places = places_in(std::move(*gaps), records, writer_.extents());
  if (!places) return std::nullopt;
  std::set<std::uint64_t> segments;
  Position next;
  for (std::size_t i = 0; i < records.size(); ++i) {
    const Position place = (*places)[i];
    if (Failure failed = writer_.put_back(place, records[i])) return failed;
    if (place != next) chain_.put_back(records[i].sequence, place);
    next = {place.segment, place.offset + entry_bytes(records[i])};
    segments.insert(place.segment);
  }
  if (Failure failed = writer_.sync_segments(segments)) return failed;
  return forget_healed(damage, records.front());
}

// The first of those that came back names what stands before it.
Failure Log::forget_healed(Damage& damage, const Record& front) {
  const Sequence before{front.sequence.value() - 1};
  auto& damages = condition_.damages;
  const auto self = damages.begin() + (&damage - damages.data());
  // What stands in front is lost, too: it has a name now.
  if (self != damages.begin() && std::prev(self)->last.sequence == before &&
      std::prev(self)->kind == Damage::Kind::record && before < damage.first) {
    std::prev(self)->last = {{}, before, front.previous};
    damages.erase(self);
    return std::nullopt;
  }
  if (before < damage.first) {
    auto id = id_at(before);
    if (!id.ok()) return id.error();
    const bool is_connected = before == Sequence{} || before < chain_.first() ||
                              (*id && (*id)->checksum == front.previous);
    if (is_connected) {
      damages.erase(self);
      return std::nullopt;
    }
    damage.first = before;  // another one stands there: what told that it was cut is lost, too
  }
  damage.last = {{}, before, front.previous};
  return std::nullopt;
}

// The last readable record before the damage, or an anchor in front of it.
Position Log::end_before(const Damage& damage) const {
  const Sequence before{damage.first.value() - 1};
  const auto anchor = chain_.has(before) ? chain_.anchor_for(before) : std::nullopt;
  return anchor ? anchor->position
                : Position{writer_.extents().front().number(), kSegmentDataStart};
}

// What is behind a damage starts a stretch of its own.
Position Log::start_behind(const Damage& damage) const {
  const Sequence behind = damage.last.sequence.next();
  return chain_.has(behind) ? chain_.anchor_for(behind).value().position : writer_.end();
}

}  // namespace groupy::gms::log
