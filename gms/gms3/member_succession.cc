// What a member hears of elections, and by what it judges them.
#include <algorithm>
#include <string>

#include "gms/gms3/member.h"
#include "gms/node_text.h"

namespace groupy::gms3 {

void Member::on(gms::NodeId from, const gms::PreVoteFrame& frame) {
  // Who asks for the lead does not have it any more.
  if (worker_ && worker_->leader() == from) leader_lost(gms::node_text(from) + " stopped leading");
  gms::PreVoteFrame asked = frame;
  if (leader_ && !leader_->handover().permits(from)) asked.permit = gms::Ballot{};
  succession_.on(from, asked, situation());
}

void Member::on(gms::NodeId from, const gms::PreVoteAnswerFrame& frame) {
  ends_.answered(from, frame.attempt, succession_.attempt(), frame.synced);
  // The other has a leader that we do not hear: it may be reached through the other.
  const bool is_another = frame.leader && *frame.leader != from && *frame.leader != self_;
  if (is_another && found_way(*frame.leader, from)) {
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
  reason_ = gms::node_text(from) + " handed over";
  succession_.permitted(from, situation());
}

// Who lost something neither votes nor leads until its log is whole again, or it is known how far
// all others come: a log that reaches as far has everything that any of them still has.
Situation Member::situation() const {
  Situation now;
  now.now = now_;
  now.synced = log_.synced_end();
  now.may_vote = founding_.is_founded() && !options_.recovered.has_amnesia && !disowned_;
  if (may_miss_records_ && !options_.accepts_tail_loss) {
    const auto furthest = ends_.furthest(log_.voters(), self_);
    now.may_vote = now.may_vote && furthest.has_value();
    now.least = furthest.value_or(gms::LogEnd{});
  }
  now.stable = stable_;
  now.may_run = now.may_vote && now.synced >= now.least && now.synced.sequence >= now.stable &&
                log_.may_lead(deliveries_.handed_over()) &&
                log_.writes().oldest_wait() < options_.timing.stall_after;
  // Who has just won is given time to hear a majority.
  now.leader = leader_ ? std::optional(self_) : living_leader();
  now.has_way_to_leader = leader_ || (now.leader && outbox_.is_direct(*now.leader));
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
    if (id == self_) return true;
    if (leader_ && !leader_->counts(id)) return false;  // it is there, and makes nothing stable
    return contacts_.is_alive(id, now_) || (is_early && outbox_.reaches(id));
  });
}

std::optional<gms::NodeId> Member::living_leader() const {
  if (leader_) return has_majority() ? std::optional(self_) : std::nullopt;
  if (!worker_ || is_leader_gone_) return std::nullopt;
  if (now_ - leader_heard_ >= options_.timing.suspect_after) return std::nullopt;
  return worker_->leader();
}

// --- who stands where ---

gms::StandingFrame Member::standing() const {
  gms::StandingFrame frame;
  frame.start = options_.recovered.start;
  frame.promised = succession_.promised();
  frame.synced = log_.synced_end();
  frame.lost_in = lost_in_;
  if (!succession_.is_promise_saved()) return frame;
  if (leader_) frame.acknowledged = sound();
  if (worker_) frame.acknowledged = std::min(sound(), worker_->matched());
  return frame;
}

void Member::tell_standing() {
  if (now_ - told_standing_at_ < options_.timing.standing_every) return;
  told_standing_at_ = now_;
  for (const auto& [peer, member] : links_) outbox_.send(peer, standing());
}

// Only what came over the peer's own link: it comes in the order in which it was said. On another
// way an acknowledgement can overtake an earlier standing, which would then seem to have less.
void Member::note_standing(gms::NodeId peer, const gms::GroupFrame& any) {
  if (!is_member(peer)) return;
  const gms::ViewMember& member = *log_.view()->find(peer);
  const auto* ack = std::get_if<gms::AckFrame>(&any);
  if (ack != nullptr && leader_ && ack->ballot == leader_->ballot() && ack->counts &&
      ack->synced <= log_.last().sequence) {
    peers_.acknowledged(member, ack->ballot, ack->synced);
  }
  const auto* standing = std::get_if<gms::StandingFrame>(&any);
  if (standing == nullptr) return;
  if (const auto why = peers_.judge(member, *standing, options_.accepts_tail_loss)) {
    refuse_old_copy(peer, *why);
  }
}

void Member::refuse_old_copy(gms::NodeId peer, const std::string& why) {
  old_copies_.insert(peer);
  contacts_.lost(peer);
  direct_.lost(peer);
  if (leader_) leader_->on_old_copy(peer);
  outbox_.push(gms::Say{
      true, gms::node_text(peer) + " is not counted, its data directory is an old copy: " + why});
  outbox_.send(peer, gms::DismissFrame{"this data directory is an old copy: " + why +
                                       "; replace the member, or start all others with "
                                       "--accept-tail-loss if nothing newer exists"});
}

// What this directory is to have submitted, and has not: another life of it did, of an old copy or
// the original, which counted as many starts. One of the two would be told "done" by the other's.
// What else that life did nobody here knows, so a loss is noted before this one ends: the next does
// not vote until it has all that counts.
bool Member::is_disowned_by(const std::vector<gms::Record>& records) {
  for (const gms::Record& record : records) {
    if (disowned_) break;
    if (record.kind != gms::RecordKind::application) continue;
    const auto origin = log_.format().origin_of(record.payload);
    if (!origin || submissions_.may_be_ours(*origin, record.payload)) continue;
    disowned_ = Disowned{log_.note_loss(),
                         "record " + std::to_string(record.sequence.value()) +
                             " comes from this data directory, and not from this process: it is an "
                             "old copy, or there is one"};
    // Told to nobody before it is on disk: what others remember may be all that proves it.
    may_miss_records_ = true;
    whole_.reset();
  }
  return disowned_.has_value();
}

// Once it holds a leader's stable prefix, nothing that counts is missing any more.
void Member::declare_whole_if_so() {
  if (!may_miss_records_ || whole_ || disowned_ || sound() < stable_) return;
  const bool follows =
      worker_ && worker_->has_all_that_counts(log_) && worker_->stable() >= stable_;
  if (!follows && !(leader_ && leader_->is_serving())) return;
  whole_ = log_.writes().next_ticket();
  outbox_.push(gms::DeclareLogWhole{*whole_});
}

}  // namespace groupy::gms3
