// What a member hears of elections, and by what it judges them.
#include <string>

#include "gms/gms3/member.h"

namespace groupy::gms3 {

namespace {

std::string node_text(gms::NodeId id) {
  return "node " + std::to_string(id.value());
}

}  // namespace

void Member::on(gms::NodeId from, const gms::PreVoteFrame& frame) {
  // Who asks for the lead does not have it any more.
  if (worker_ && worker_->leader() == from) leader_lost(node_text(from) + " stopped leading");
  succession_.on(from, frame, situation());
}

void Member::on(gms::NodeId from, const gms::PreVoteAnswerFrame& frame) {
  // The other has a leader that we do not hear: it may be reached through the other.
  const bool is_unheard = frame.leader && *frame.leader != from && *frame.leader != self_ &&
                          !direct_.is_alive(*frame.leader, now_);
  if (is_unheard && outbox_.found_way(*frame.leader, from)) {
    founding_.greet(*frame.leader);  // it will find the way back
    reached(*frame.leader);
  }
  succession_.on(from, frame, situation());
}

void Member::on(gms::NodeId from, gms::VoteRequestFrame frame) {
  if (leader_ && !leader_->handover().permits(from)) frame.permit = gms::Ballot{};
  succession_.on(from, frame, situation());
}

void Member::on(gms::NodeId from, const gms::VoteFrame& frame) {
  succession_.on(from, frame, situation());
}

void Member::on(gms::NodeId from, const gms::PermitFrame& frame) {
  if (!worker_ || worker_->leader() != from || worker_->ballot() != frame.ballot) return;
  reason_ = node_text(from) + " handed over";
  succession_.permitted(situation());
}

Situation Member::situation() const {
  Situation now;
  now.now = now_;
  now.synced = log_.synced_end();
  now.may_vote = founding_.is_founded() && !options_.recovered.has_amnesia && !may_miss_records_;
  now.may_run = now.may_vote && log_.writes().oldest_wait() < options_.timing.stall_after;
  now.leader = living_leader();
  if (leader_) now.followed = leader_->ballot();
  if (worker_) now.followed = worker_->ballot();
  now.voters = &log_.voters();
  return now;
}

// Workers have nothing to say to each other while there is a leader: just after its loss an open
// link must do. From then on they ask each other for votes, and are heard.
bool Member::has_majority() const {
  const bool is_early = !leader_ && now_ - led_at_ < options_.timing.suspect_after;
  return log_.voters().is_majority_of([&](gms::NodeId id) {
    return id == self_ || contacts_.is_alive(id, now_) || (is_early && outbox_.reaches(id));
  });
}

std::optional<gms::NodeId> Member::living_leader() const {
  if (leader_) return has_majority() ? std::optional(self_) : std::nullopt;
  if (!worker_ || is_leader_gone_) return std::nullopt;
  if (now_ - leader_heard_ >= options_.timing.suspect_after) return std::nullopt;
  return worker_->leader();
}

}  // namespace groupy::gms3
