#include "gms/gms3/succession.h"

#include <algorithm>

#include "gms/check.h"

namespace groupy::gms3 {

namespace {

// Beside being no staler than the log of who is asked: that log may lack what it had.
bool has_enough(const gms::LogEnd& candidate, const Situation& situation) {
  return candidate >= situation.least && candidate.sequence >= situation.stable;
}

}  // namespace

Succession::Succession(gms::NodeId self, const MemberOptions& options, Outbox& outbox,
                       Writes& writes)
    : self_(self),
      timing_(options.timing),
      outbox_(outbox),
      writes_(writes),
      random_(options.seed),
      has_amnesia_(options.recovered.has_amnesia),
      promise_(options.recovered.promise),
      attempt_(first_number(options.recovered.start)) {
  // A record is proof of its ballot's promise, should the slot that had it be lost.
  const auto& tail = options.recovered.tail;
  const gms::Ballot last = tail.empty() ? options.recovered.base.ballot : tail.back().id.ballot;
  promise_.promised = std::max(promise_.promised, last);
}

gms::Time Succession::jitter(gms::Time max) {
  random_ += 0x9e3779b97f4a7c15;
  std::uint64_t mixed = random_;
  mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
  mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
  return gms::Time(
      static_cast<gms::Time::rep>((mixed >> 33) % static_cast<std::uint64_t>(max.count() + 1)));
}

void Succession::leader_lost(gms::Time now, std::size_t rank) {
  if (permit_ && run_ == Run::asking) retry_at(now);  // nobody says it again
  if (run_ != Run::none || leaves_time(now)) return;
  const gms::Time delay = rank * timing_.place_delay;
  ask_at_ = now + delay + (rank == 0 ? gms::Time{} : jitter(timing_.place_delay / 2));
}

void Succession::candidate_lost(gms::NodeId peer, gms::Time now, std::size_t rank) {
  const bool has_our_vote =
      promise_.voted_for == peer && promise_.voted_in == promise_.promised && run_ == Run::none;
  if (!has_our_vote || peer == self_) return;
  owed_.reset();
  candidate_has_until_.reset();
  leader_lost(now, rank);
}

// How long to wait for what takes syncs at several members. Longer each time that nothing comes of
// it: with disks slower than a fixed patience, each claim would be given up, and outdone by
// another, just before it is won.
gms::Time Succession::patience() const {
  constexpr unsigned kDoublingsMax = 5;
  return timing_.suspect_after * (1 << std::min(fruitless_, kDoublingsMax));
}

void Succession::link_up(gms::Time now) {
  unanswered_ = 0;
  if (run_ == Run::asking) give_up_at_ = std::min(give_up_at_, now + timing_.suspect_after / 2);
}

void Succession::heard_of(gms::Ballot promised) {
  if (is_believable(promised)) highest_ = std::max(highest_, promised);
}

void Succession::follow(gms::Ballot ballot) {
  run_ = Run::none;
  ask_at_.reset();
  won_.reset();
  candidate_has_until_.reset();
  owed_.reset();
  fruitless_ = unanswered_ = 0;
  if (ballot > promise_.promised) promise(ballot, std::nullopt);
}

void Succession::promise(gms::Ballot ballot, std::optional<gms::NodeId> vote_for) {
  GROUPY_CHECK(ballot >= promise_.promised, "a promise is broken");
  owed_.reset();
  promise_.promised = ballot;
  if (vote_for) {
    GROUPY_CHECK(ballot > promise_.voted_in, "a second vote in one ballot");
    promise_.voted_in = ballot;
    promise_.voted_for = *vote_for;
  }
  if (has_amnesia_) return;  // what is not known to be kept is not written over
  promise_ticket_ = writes_.next_ticket();
  outbox_.push(gms::SavePromise{promise_ticket_, promise_});
}

void Succession::ask(const Situation& situation, const std::optional<Permit>& permit) {
  run_ = Run::asking;
  permit_ = permit;
  ask_at_.reset();
  ++attempt_;
  granted_ = {self_};
  highest_ = std::max(highest_, promise_.promised);
  const gms::Time answers_take = timing_.suspect_after / 4 * (1 << std::min(unanswered_, 3u));
  give_up_at_ = situation.now + answers_take + jitter(answers_take);
  ++unanswered_;
  for (const gms::NodeId voter : situation.voters->ids()) {
    if (voter == self_) continue;
    outbox_.send_on_all_ways(voter, gms::PreVoteFrame{attempt_, situation.synced,
                                                      permit ? permit->ballot : gms::Ballot{}});
  }
  claim_if_wanted(situation);
}

// Who may not run asks all the same: the answers tell whom the others follow.
void Succession::claim_if_wanted(const Situation& situation) {
  // A vote that is not on disk cannot be overtaken by one more: with a disk that hangs, nobody
  // would wait for it.
  if (!situation.may_run || !is_promise_saved()) return;
  if (!situation.voters->is_majority(granted_)) return;
  if (permit_ && !granted_.contains(permit_->from)) return;
  claim(situation, permit_ ? permit_->ballot : gms::Ballot{});
}

void Succession::claim(const Situation& situation, gms::Ballot permit) {
  run_ = Run::claiming;
  claimed_ = std::max(highest_, promise_.promised).next();
  granted_.clear();  // our own vote counts when it is on disk
  give_up_at_ = situation.now + patience() / 2 + jitter(patience() / 4);
  ++fruitless_;
  promise(claimed_, self_);
  for (const gms::NodeId voter : situation.voters->ids()) {
    if (voter == self_) continue;
    outbox_.send(voter, gms::VoteRequestFrame{claimed_, situation.synced, permit});
  }
}

void Succession::permitted(gms::NodeId leader, const Situation& situation) {
  if (!situation.may_vote || !situation.may_run) return;
  ask(situation, Permit{leader, situation.followed});
}

void Succession::on(gms::NodeId from, const gms::PreVoteFrame& frame, const Situation& situation) {
  const bool is_staler = frame.synced < situation.synced;
  const bool has_permit = frame.permit != gms::Ballot{} && frame.permit == situation.followed;
  const bool granted = situation.may_vote && (!situation.leader || has_permit) && !is_staler &&
                       has_enough(frame.synced, situation);
  outbox_.send(
      from, gms::PreVoteAnswerFrame{frame.attempt, granted, promise_.promised, situation.synced,
                                    situation.has_way_to_leader ? situation.leader : std::nullopt});
  refused_.erase(from);
  const bool is_to_wait = situation.leader && !granted && situation.voters->contains(from);
  if (is_to_wait) refused_.emplace(from, frame);
  // Its log is staler than ours, so it cannot win; we can.
  if (is_staler && situation.may_vote && situation.may_run && !situation.leader &&
      run_ == Run::none && !leaves_time(situation.now))
    ask(situation);
}

void Succession::on(gms::NodeId from, const gms::PreVoteAnswerFrame& frame,
                    const Situation& situation) {
  if (run_ != Run::asking || frame.attempt != attempt_) return;
  heard_of(frame.promised);
  if (!frame.granted) return;
  granted_.insert(from);
  claim_if_wanted(situation);
}

void Succession::on(gms::NodeId from, const gms::VoteRequestFrame& frame,
                    const Situation& situation) {
  const bool has_permit = frame.permit != gms::Ballot{} && frame.permit == situation.followed;
  const bool granted = situation.may_vote && frame.ballot > promise_.promised &&
                       is_believable(frame.ballot) && frame.synced >= situation.synced &&
                       has_enough(frame.synced, situation) && (!situation.leader || has_permit);
  if (!granted) {
    outbox_.send(from, gms::VoteFrame{frame.ballot, false, promise_.promised});
    return;
  }
  promise(frame.ballot, from);
  owed_ = OwedVote{from, frame.ballot};
  leave_time(situation.now);
  ++fruitless_;
}

// A vote is worth nothing if who gave it then promises itself the next ballot. Its own promise may
// have taken long to be on disk: the candidate's time begins once it has the vote.
void Succession::leave_time(gms::Time now) {
  candidate_has_until_ = now + patience() + jitter(patience() / 2);
  retry_at(*candidate_has_until_);
}

void Succession::on(gms::NodeId from, const gms::VoteFrame& frame, const Situation& situation) {
  heard_of(frame.promised);
  if (run_ != Run::claiming || frame.ballot != claimed_) return;
  if (frame.granted) {
    granted_.insert(from);
    count_votes(situation);
  }
}

void Succession::count_votes(const Situation& situation) {
  if (run_ != Run::claiming || promise_.promised != claimed_ || !is_promise_saved()) return;
  granted_.insert(self_);
  if (!situation.voters->is_majority(granted_)) return;
  run_ = Run::none;
  ask_at_.reset();
  fruitless_ = unanswered_ = 0;
  won_ = claimed_;
}

void Succession::persisted(const Situation& situation) {
  if (owed_ && is_promise_saved()) {
    outbox_.send(owed_->to, gms::VoteFrame{owed_->ballot, true, promise_.promised});
    owed_.reset();
    leave_time(situation.now);
  }
  count_votes(situation);
  if (run_ == Run::asking) claim_if_wanted(situation);
}

void Succession::answer_refused(const Situation& situation) {
  for (const auto& [from, frame] : std::exchange(refused_, {})) on(from, frame, situation);
}

void Succession::tick(const Situation& situation) {
  if (situation.leader) {
    const bool has_permit = permit_ && run_ == Run::asking && situation.now < give_up_at_;
    if (has_permit) return;
    run_ = Run::none;
    ask_at_.reset();
    return;
  }
  if (!situation.may_run && run_ == Run::claiming) run_ = Run::none;
  answer_refused(situation);
  if (run_ != Run::none) {
    if (situation.now < give_up_at_) return;
    retry_at(situation.now + jitter(timing_.suspect_after / 4));
  }
  if (!ask_at_) ask_at_ = situation.now + jitter(timing_.suspect_after / 4);
  if (situation.now >= *ask_at_) ask(situation);
}

std::optional<gms::Time> Succession::wake_at() const {
  return run_ == Run::none ? ask_at_ : std::optional(give_up_at_);
}

}  // namespace groupy::gms3
