// What a member hears of its log and its disk, and what it does about damage in its own log and in
// others'.
#include <memory>
#include <string>
#include <utility>

#include "gms/gms3/member.h"

namespace groupy::gms3 {

void Member::persisted(gms::Ticket ticket) {
  log_.persisted(ticket);
  founding_.persisted();
  healing_.persisted(ticket);
  begin_if_founded();
  if (disowned_ && log_.writes().is_persisted(disowned_->ticket)) {
    outbox_.push(gms::Stop{disowned_->why});
  }
  if (whole_ && log_.writes().is_persisted(*whole_)) {
    whole_.reset();
    may_miss_records_ = false;
  }
  succession_.persisted(situation());
  lead_if_won();
}

// A leader whose disk stands still, is full, or has lost what others need holds them up: whose disk
// does not may lead.
// Not more often than now and then, or a slow disk everywhere would keep the lead going round.
void Member::relieve_leader() {
  const bool is_stalled = log_.writes().oldest_wait() >= options_.timing.stall_after;
  if (has_space_ && !is_damaged_ && !is_stalled) return;
  if (!leader_->is_serving() || leader_->handover().is_under_way()) return;
  const auto is_time = [this](std::optional<gms::Time>& last) {
    if (last && now_ - *last < options_.timing.between_reliefs) return false;
    last = now_;
    return true;
  };
  const std::string why = is_damaged_  ? "the log is damaged"
                          : is_stalled ? "the disk stands still"
                                       : "the disk is full";
  const bool others_do_better = !has_space_ || is_damaged_ || leader_->is_outrun();
  const auto successor = others_do_better ? leader_->best_successor(contacts_, now_) : std::nullopt;
  if (successor && is_time(relieved_at_) && hand_over_lead(successor)) {
    is_damaged_ = false;  // once for each time it is met
    outbox_.push(gms::Say{true, why + ": hands over the lead"});
  } else if (is_time(alarmed_at_)) {
    outbox_.push(gms::Say{
        true, why + (successor ? ": leads on, since the lead was to be handed over not long ago"
                               : ", and nobody could lead who fares better")});
  }
}

void Member::log_read(const gms::LogReader& reader, std::vector<gms::Record>&& records) {
  switch (reader.what) {
    case gms::LogReader::What::application:
      install(deliveries_.on_log_read(std::move(records), std::min(stable_, sound()), log_,
                                      submissions_, outbox_));
      break;
    case gms::LogReader::What::feeding:
      if (!leader_) break;
      if (records.empty()) is_damaged_ = true;
      leader_->on_log_read(reader.member, std::move(records), now_);
      break;
    case gms::LogReader::What::healing:
      donor_.on_log_read(reader.member, std::move(records), outbox_);
      break;
  }
}

void Member::ask_for_healing() {
  if (log_.damages().all().empty()) return healing_.forget_question();
  if (log_.view() == nullptr) return;
  std::vector<gms::NodeId> others;
  for (const gms::ViewMember& member : log_.view()->members) {
    if (member.id != self_) others.push_back(member.id);
  }
  healing_.tick(now_, log_.damages(), others, outbox_);
}

void Member::on(gms::NodeId from, const gms::HealRequestFrame& frame) {
  donor_.on(from, frame, log_.last().sequence, outbox_);
}

void Member::on(gms::NodeId from, const gms::HealAnswerFrame& frame) {
  if (!healing_.take(from, frame)) return;
  const auto ticket = log_.heal(frame.records);
  if (!ticket) return;
  healing_.writes(*ticket, frame.checksum);
}

void Member::damaged(gms::Ticket ticket, std::vector<gms::Damage>&& damages) {
  auto why = log_.damaged(ticket, std::move(damages));
  const gms::Sequence given = deliveries_.handed_over();
  if (!why && log_.damages().has_nameless_behind(given)) {
    why = "a record of the log cannot be read, and only a start tells which: start again";
  }
  if (why) outbox_.push(gms::Stop{*why});
  if (!leader_) return;
  leader_->on_log_changed();
  if (!log_.may_lead(given)) is_damaged_ = true;
}

}  // namespace groupy::gms3
