// What follows from all inputs of a turn, and is done once at its end: batches, not single steps.
#include <algorithm>
#include <utility>

#include "gms/check.h"
#include "gms/gms3/member.h"

namespace groupy::gms3 {

gms::Effects Member::take_effects() {
  flush();
  return outbox_.take();
}

void Member::flush() {
  if (living_leader()) led_at_ = now_;
  log_.flush();
  flush_reads();
  if (leader_) flush_leader();
  log_.settled(stable_);
  deliver();
  declare_whole_if_so();
  ask_for_healing();
  if (auto peers = peers_.take_unsaved(now_)) outbox_.push(gms::SavePeers{std::move(*peers)});
  if (worker_) flush_worker();
  // Whoever lags, this member's application too, is fed from the log.
  log_.shrink(std::min(stable_, sound()), options_.windows.recent_max,
              options_.windows.recent_bytes_max);
}

void Member::flush_leader() {
  const bool has_space = has_space_ && leader_->has_space(contacts_, now_);
  leader_->set_admission(!has_space               ? gms::Admission::no_space
                         : deliveries_.has_room() ? gms::Admission::welcome
                                                  : gms::Admission::overloaded);
  for (gms::Payload& payload : submissions_.take_unsent(options_.windows.submissions_max,
                                                        options_.windows.submission_bytes_max)) {
    leader_->order(std::move(payload));
  }
  answer_reads();
  leader_->flush(sound(), contacts_, now_, heartbeat_every());
  stable_ = std::max(stable_, leader_->stable());
  answer_reads();
}

void Member::answer_reads() {
  for (const Confirmations::Asked& asked : leader_->take_confirmed()) {
    if (asked.reader != self_) {
      outbox_.send(asked.reader,
                   gms::ReadAnswerFrame{leader_->ballot(), asked.number, asked.sequence});
      continue;
    }
    for (const gms::ReadId id : reads_.confirmed(asked.number)) {
      outbox_.push(gms::ReadConfirmed{id, asked.sequence});
    }
  }
}

void Member::flush_reads() {
  if (reads_.is_empty()) return;
  const auto leader = living_leader();
  if (!leader) {
    // Who cannot tell whether it still leads asks nobody, and waits for the next leader if there
    // can be one.
    if (has_majority()) return;
    for (const gms::ReadId id : reads_.take_all()) outbox_.push(gms::ReadRefused{id});
    return;
  }
  const auto batch = reads_.take_batch();
  if (!batch) return;
  if (leader_) {
    leader_->ask_read(self_, *batch);
  } else {
    outbox_.send(*leader, gms::ReadRequestFrame{worker_->ballot(), *batch});
  }
}

// A worker submits again only when it has delivered the new leader's own-view message: what its
// former leader brought through is delivered by then.
bool Member::has_delivered_own_view() const {
  if (deliveries_.ballot()) return *deliveries_.ballot() == worker_->ballot();
  // Nothing was delivered in this life: its application has more than its log had at the start.
  const gms::Sequence given = deliveries_.handed_over();
  const auto id = log_.id_at(given);
  return id && worker_->matched() >= given && id->ballot == worker_->ballot();
}

void Member::flush_worker() {
  // Before its promise is on disk it tells that it lives, and no more.
  const bool is_bound = succession_.is_promise_saved();
  if (auto ack = worker_->take_ack(is_bound ? sound() : gms::Sequence{}, is_bound)) {
    ack->counts = !options_.recovered.has_amnesia;
    ack->has_space = has_space_;
    answered_at_ = now_;
    outbox_.send(worker_->leader(), *ack);
  }
  if (!living_leader() || !has_delivered_own_view() || disowned_) return;
  while (submissions_.has_unsent()) {
    outbox_.send(worker_->leader(),
                 gms::SubmissionsFrame{submissions_.take_unsent(options_.windows.batch_max,
                                                                options_.windows.batch_bytes_max)});
  }
}

void Member::deliver() {
  const gms::Sequence limit = std::min(stable_, sound());
  install(deliveries_.hand_over(limit, log_, submissions_, outbox_));
  const bool is_current =
      (leader_ && leader_->is_serving()) || (worker_ && worker_->has_caught_up(log_));
  // Of what the application had already, the log may have lost a view, and got it back: from a
  // leader whose own view is stable, or it may be one that nobody else has.
  const gms::View* view = log_.view_at(deliveries_.handed_over());
  if (is_current && view != nullptr && (!installed_ || view->number > installed_->number)) {
    install(std::make_shared<const gms::View>(*view));
    outbox_.push(gms::InstallView{installed_});
  }
  if (is_current && !catch_up_to_) catch_up_to_ = stable_;
  if (catch_up_to_ && deliveries_.applied() >= *catch_up_to_) has_caught_up_ = true;
}

void Member::install(gms::SharedView view) {
  if (view) installed_ = std::move(view);
}

gms::MemberStatus Member::status() const {
  gms::MemberStatus status;
  status.view = installed_;
  status.leader = living_leader();
  status.is_leading = leader_.has_value() && leader_->is_serving();
  status.has_state = founding_.is_founded() && has_caught_up_;
  status.has_majority = has_majority();
  status.stable = stable_;
  status.handed_over = deliveries_.handed_over();
  status.ballot = succession_.promised();
  status.sequence = log_.last().sequence;
  status.synced = log_.synced();
  if (!leader_) return status;
  for (const gms::ViewMember& member : log_.view()->members) {
    if (member.id == self_) continue;
    status.progress.push_back(
        {member.id, leader_->acknowledged_by(member.id), contacts_.last(member.id)});
  }
  return status;
}

std::optional<gms::Time> Member::wake_at() const {
  const gms::Time sign_of_life = now_ + heartbeat_every() / 2;
  const auto election = succession_.wake_at();
  return election ? std::min(*election, sign_of_life) : sign_of_life;
}

void Member::check_invariants() const {
  GROUPY_CHECK(!(leader_ && worker_), "a member leads and works at once");
  GROUPY_CHECK(deliveries_.handed_over() <= stable_, "something is delivered that is not stable");
  GROUPY_CHECK(deliveries_.handed_over() <= std::max(log_.synced(), options_.recovered.applied),
               "something is delivered that is not on disk here");
  if (leader_) {
    GROUPY_CHECK(leader_->ballot() >= succession_.promised(), "it leads a ballot that is over");
  }
  if (worker_) {
    GROUPY_CHECK(worker_->ballot() >= succession_.promised(), "it follows a ballot that is over");
    GROUPY_CHECK(worker_->matched() <= log_.last().sequence, "more is matched than there is");
  }
  log_.check_invariants();
}

}  // namespace groupy::gms3
