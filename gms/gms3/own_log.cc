#include "gms/gms3/own_log.h"

#include <utility>

#include "gms/check.h"

namespace groupy::gms3 {

OwnLog::OwnLog(const gms::Recovered& recovered, const gms::RecordFormat& format, Outbox& outbox)
    : format_(format),
      outbox_(outbox),
      recent_(recovered.base, recovered.tail),
      writes_(recent_.last().sequence),
      origins_(recovered.origins),
      views_(recovered.views),
      damages_(recovered.damages) {
  for (const gms::RecoveredRecord& each : recovered.tail) {
    if (!each.origin.directory.is_none()) origins_.logged(each.id.sequence, each.origin);
  }
  if (views_.newest() != nullptr) voters_ = Voters(*views_.newest());
}

gms::LogEnd OwnLog::synced_end() const {
  const auto id = recent_.id_at(synced());
  GROUPY_CHECK(id.has_value(), "the end of what is on disk is not known");
  return {id->ballot, id->sequence};
}

std::optional<std::string> OwnLog::reason_against(const gms::Record& record) const {
  const bool is_known = record.kind == gms::RecordKind::view
                            ? format_.decode_view(record.payload).has_value()
                            : format_.origin_of(record.payload).has_value();
  if (is_known) return std::nullopt;
  return "record " + std::to_string(record.sequence.value()) +
         " is of a kind that this program does not know";
}

void OwnLog::append(gms::Record record) {
  recent_.append(record);
  note(record);
  unwritten_.push_back(std::move(record));
}

void OwnLog::note(const gms::Record& record) {
  if (record.kind == gms::RecordKind::view) {
    auto view = format_.decode_view(record.payload);
    GROUPY_CHECK(view.has_value(), "a view in the log is none");
    views_.append(record.sequence, std::move(*view));
    voters_ = Voters(*views_.newest());
  } else {
    const auto origin = format_.origin_of(record.payload);
    GROUPY_CHECK(origin.has_value(), "a message in the log has no origin");
    origins_.logged(record.sequence, *origin);
  }
}

void OwnLog::append_new(gms::RecordKind kind, gms::Ballot ballot, gms::Payload payload) {
  append(format_.make(kind, ballot, last().sequence.next(), last().checksum, std::move(payload)));
}

void OwnLog::cut(gms::Sequence keep) {
  flush();
  const gms::RecordId kept = recent_.cut(keep);
  writes_.cut(keep);
  origins_.cut(keep);
  views_.cut(keep);
  voters_ = views_.newest() == nullptr ? Voters() : Voters(*views_.newest());
  const gms::Ticket ticket = writes_.next_ticket();
  const bool is_loss = damages_.has_unknown_behind(keep);
  has_cut_loss_ = has_cut_loss_ || is_loss;
  damages_.cut(keep, ticket);
  outbox_.push(gms::CutLog{ticket, kept, is_loss});
}

gms::Ticket OwnLog::note_loss() {
  flush();
  const gms::Ticket ticket = writes_.next_ticket();
  outbox_.push(gms::CutLog{ticket, recent_.last(), true});
  return ticket;
}

std::optional<gms::Checksum> OwnLog::checksum_at(gms::Sequence sequence) const {
  if (const auto id = recent_.id_at(sequence)) return id->checksum;
  for (const gms::Damage& damage : damages_.all()) {
    if (damage.last.sequence == sequence && !damage.is_nameless()) return damage.last.checksum;
  }
  return std::nullopt;
}

// What came back may name another predecessor than the one that seemed to stand there: it had been
// cut, and what told so is damaged. Read anew, all of it is in order.
std::optional<std::string> OwnLog::damaged(gms::Ticket ticket, std::vector<gms::Damage> damages) {
  damages_.told(ticket, std::move(damages));
  for (const gms::Damage& damage : damages_.all()) {
    if (damage.kind != gms::Damage::Kind::record || damage.is_nameless()) continue;
    const auto id = recent_.id_at(damage.last.sequence);
    if (id && id->checksum != damage.last.checksum) {
      return "what seemed to be record " + std::to_string(damage.last.sequence.value()) +
             " was cut once, which could not be read: the log is to be read anew";
    }
  }
  return std::nullopt;
}

std::optional<gms::Ticket> OwnLog::heal(const std::vector<gms::Record>& records) {
  if (!damages_.are_missed(records)) return std::nullopt;
  for (const gms::Record& record : records) {
    if (reason_against(record)) return std::nullopt;
  }
  for (const gms::Record& record : records) {
    recent_.identify(gms::id_of(record));
    note(record);
  }
  const gms::Ticket ticket = writes_.next_ticket();
  outbox_.push(gms::HealRecords{ticket, records});
  return ticket;
}

void OwnLog::borrow_view(const gms::View& view) {
  views_.append(gms::Sequence{}, view);
  voters_ = Voters(*views_.newest());
}

void OwnLog::flush() {
  if (unwritten_.empty()) return;
  const gms::Ticket ticket = writes_.next_ticket();
  writes_.appended(ticket, unwritten_.back().sequence);
  outbox_.push(gms::AppendRecords{ticket, std::exchange(unwritten_, {})});
}

void OwnLog::settled(gms::Sequence stable) {
  origins_.settled(stable);
  views_.settled(stable);
}

}  // namespace groupy::gms3
