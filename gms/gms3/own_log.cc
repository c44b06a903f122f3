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
      views_(recovered.views) {
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
  outbox_.push(gms::CutLog{writes_.next_ticket(), kept});
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
