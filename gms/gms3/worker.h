// A member that follows a leader: makes its log the leader's, and says how far it is on disk.
//
// Only what was *matched* with this leader is acknowledged, or taken as stable: the leader's mark
// may have passed a number under which this log still holds a dead leader's record. What conflicts
// with the leader's log is cut; what is stable never does. Thread: one at a time.
#pragma once

#include <optional>
#include <string>

#include "gms/gms3/own_log.h"
#include "gms/routed_frame.h"

namespace groupy::gms3 {

class Worker {
 public:
  // Up to `stable`, this member's log is every later leader's.
  Worker(gms::NodeId leader, gms::Ballot ballot, gms::Sequence stable, const OwnLog& log);

  gms::NodeId leader() const { return leader_; }
  gms::Ballot ballot() const { return ballot_; }
  gms::Sequence matched() const { return matched_; }
  // What the leader's mark means for this log.
  gms::Sequence stable() const { return std::min(leader_stable_, matched_); }
  gms::Admission admission() const { return admission_; }
  // Everything that was stable when this was first true stands in this log. A new leader's mark may
  // be far behind what its predecessors answered, until its own view is stable.
  bool has_caught_up(const OwnLog& log) const;
  // And the leader counts nothing of this member that it may have lost.
  bool has_all_that_counts(const OwnLog& log) const { return is_known_ && has_caught_up(log); }

  // The leader means this life with what it sends, and does not count what a former one had on
  // disk.
  void is_known_to_leader() { is_known_ = true; }
  // The leader is to hear of this member, should there be no news either.
  void answer() { must_answer_ = true; }
  // A frame of this leader and ballot. Why this member cannot go on, for people; usually nothing.
  [[nodiscard]] std::optional<std::string> on_append(const gms::AppendFrame& frame, OwnLog& log);
  // What to tell the leader now, if there is news: up to `sound`, the log is on disk and can be
  // read. Nothing is confirmed, and `sound` is zero, before the promise of its ballot is on disk.
  std::optional<gms::AckFrame> take_ack(gms::Sequence sound, bool confirms);

 private:
  std::optional<std::string> take(const std::vector<gms::Record>& records, OwnLog& log);
  bool follows_matched(const gms::Record& record, const OwnLog& log);
  static bool knows_any_between(gms::Sequence before, gms::Sequence behind, const OwnLog& log);
  void want(gms::Sequence sequence);

  const gms::NodeId leader_;
  const gms::Ballot ballot_;
  gms::Sequence matched_;
  gms::Sequence leader_stable_;
  gms::Admission admission_ = gms::Admission::welcome;
  std::uint64_t round_ = 0;
  std::uint64_t feed_ = 0;

  bool is_known_ = false;
  bool is_astray_ = false;               // its log, up to what was delivered, is not the leader's
  bool has_taken_ = false;               // any record of this leader
  std::optional<gms::Sequence> wanted_;  // asked for, and not come yet
  bool ask_for_wanted_ = false;
  bool must_answer_ = false;  // the leader asked for a sign of life
  gms::Sequence told_synced_;
  std::uint64_t told_round_ = 0;
  std::uint64_t told_feed_ = 0;
};

}  // namespace groupy::gms3
