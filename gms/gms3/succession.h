// Who leads next: what this member promised, to whom it gave its vote, and whether it runs itself.
//
// Before anyone asks for promises it asks whether it would get them (pre-vote), so that a member
// that merely lost its link disturbs nobody. A vote is refused for a staler log on disk, a vote
// already given in that ballot, or a leader that is alive; the order of the list only decides who
// asks first. A promise is on disk before anybody hears of it. Who asks counts by its own newest
// view; who is asked answers whatever it thinks of its own role. Thread: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>

#include "gms/gms3/options.h"
#include "gms/gms3/outbox.h"
#include "gms/gms3/voters.h"
#include "gms/gms3/writes.h"

namespace groupy::gms3 {

// What a member judges by, at this moment.
struct Situation {
  gms::Time now{};
  gms::LogEnd synced;                 // of its own log
  bool may_vote = false;              // it is in the group, and knows what it promised
  gms::LogEnd least;                  // what a candidate must have, should this log miss something
  gms::Sequence stable;               // and this, whatever its log
  bool may_run = false;               // it has as much, and its disk keeps up
  std::optional<gms::NodeId> leader;  // alive, or itself
  bool has_way_to_leader = false;     // over their own link: others can be served through this one
  gms::Ballot followed;               // the leader's ballot, alive or not; zero: there is none
  const Voters* voters = nullptr;     // of its newest view; not null
};

class Succession {
 public:
  Succession(gms::NodeId self, const MemberOptions& options, Outbox& outbox, Writes& writes);

  gms::Ballot promised() const { return promise_.promised; }
  // The number of the newest question.
  std::uint64_t attempt() const { return attempt_; }
  bool is_promise_saved() const { return writes_.is_persisted(promise_ticket_); }

  // Whether such a ballot can have come about: each is claimed for one more than was promised. Any
  // other would use up the numbers.
  bool is_believable(gms::Ballot ballot) const {
    return ballot <= promise_.promised || ballot.value() - promise_.promised.value() < kLeapMax;
  }

  // There is no leader any more, as far as this member can see: `rank` others come before it.
  void leader_lost(gms::Time now, std::size_t rank);
  // There is somebody else to ask: soon, then.
  void link_up(gms::Time now);
  // A leader of this ballot was accepted; nothing lower is from now on.
  void follow(gms::Ballot ballot);
  // This leader, of `situation.followed`, hands over to this member: it asks at once, and runs if
  // the leader says once more that it may. A permit can be late, and its leader order again.
  void permitted(gms::NodeId leader, const Situation& situation);
  // The link with this one closed. Should it have this member's vote, it is not waited for.
  void candidate_lost(gms::NodeId peer, gms::Time now, std::size_t rank);

  void on(gms::NodeId from, const gms::PreVoteFrame& frame, const Situation& situation);
  void on(gms::NodeId from, const gms::PreVoteAnswerFrame& frame, const Situation& situation);
  // What it promises here binds it at once: whoever led or worked in a lower ballot stops.
  void on(gms::NodeId from, const gms::VoteRequestFrame& frame, const Situation& situation);
  void on(gms::NodeId from, const gms::VoteFrame& frame, const Situation& situation);
  void tick(const Situation& situation);
  // Something came to be on disk.
  void persisted(const Situation& situation);

  // The ballot that this member leads from now on; once for each.
  std::optional<gms::Ballot> take_won() { return std::exchange(won_, std::nullopt); }
  // When tick() has something to do.
  std::optional<gms::Time> wake_at() const;

 private:
  enum class Run { none, asking, claiming };
  static constexpr std::uint64_t kLeapMax = std::uint64_t{1} << 32;

  struct Permit {
    gms::NodeId from;
    gms::Ballot ballot;
  };
  void ask(const Situation& situation, const std::optional<Permit>& permit = {});
  void claim_if_wanted(const Situation& situation);
  void claim(const Situation& situation, gms::Ballot permit);
  void count_votes(const Situation& situation);
  void promise(gms::Ballot ballot, std::optional<gms::NodeId> vote_for);
  void leave_time(gms::Time now);
  bool leaves_time(gms::Time now) const {
    return candidate_has_until_ && now < *candidate_has_until_;
  }
  void retry_at(gms::Time time) { run_ = Run::none, ask_at_ = time; }
  void answer_refused(const Situation& situation);
  gms::Time patience() const;
  void heard_of(gms::Ballot promised);
  gms::Time jitter(gms::Time max);

  const gms::NodeId self_;
  const Timing timing_;
  Outbox& outbox_;
  Writes& writes_;
  std::uint64_t random_;

  const bool has_amnesia_;  // it neither votes nor leads; its promises bind it in this life alone
  gms::Promise promise_;
  gms::Ticket promise_ticket_;
  // A vote that waits for its promise to be on disk.
  struct OwedVote {
    gms::NodeId to;
    gms::Ballot ballot;
  };
  std::optional<OwedVote> owed_;
  std::optional<gms::Time> candidate_has_until_;  // who has this member's vote, to win and be heard

  Run run_ = Run::none;
  std::optional<Permit> permit_;  // with which it asks
  std::optional<gms::Time> ask_at_;
  gms::Time give_up_at_{};
  std::uint64_t attempt_;
  gms::Ballot highest_;      // that any answer told of
  unsigned fruitless_ = 0;   // promises since there was a leader
  unsigned unanswered_ = 0;  // questions, since there was one or somebody new was there to ask
  std::set<gms::NodeId> granted_;  // to the question or, when claiming, to the claim
  gms::Ballot claimed_;
  std::optional<gms::Ballot> won_;
  // Questions refused only because our leader was alive: answered again once it is not. One worker
  // sees the end of the leader's link a little before the other; waiting for its next attempt would
  // cost ten times as much as the whole election.
  std::map<gms::NodeId, gms::PreVoteFrame> refused_;
};

}  // namespace groupy::gms3
