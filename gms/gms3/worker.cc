#include "gms/gms3/worker.h"

#include <algorithm>
#include <string>

namespace groupy::gms3 {

Worker::Worker(gms::NodeId leader, gms::Ballot ballot, gms::Sequence stable, const OwnLog& log)
    : leader_(leader), ballot_(ballot), matched_(std::min(stable, log.last().sequence)) {
  // Of a damaged one it may not be known who it is: then nothing can be cut back to it.
  while (!log.id_at(matched_)) matched_ = gms::Sequence{matched_.value() - 1};
}

std::optional<std::string> Worker::on_append(const gms::AppendFrame& frame, OwnLog& log) {
  const bool has_news = frame.stable > leader_stable_ || frame.round > round_;
  admission_ = frame.admission;
  round_ = std::max(round_, frame.round);
  feed_ = std::max(feed_, frame.feed);
  if (frame.records.empty()) {
    must_answer_ = true;
    // What the leader sent before may be lost: to a member that was not in the group yet, or on a
    // way over two links. One record then tells whether the logs are the same up to there. It is
    // asked for again with signs of life alone: what was asked for may be under way.
    if (!has_taken_ && !wanted_) {
      want(std::max(matched_.next(), log.last().sequence));
    } else if (wanted_ && !has_news) {
      ask_for_wanted_ = true;
    }
  } else if (auto failure = take(frame.records, log)) {
    return failure;
  }
  leader_stable_ = std::max(leader_stable_, frame.stable);
  return std::nullopt;
}

// Whether the record before this one is the leader's, too.
bool Worker::follows_matched(const gms::Record& record, const OwnLog& log) {
  const gms::Sequence before{record.sequence.value() - 1};
  if (before <= matched_) {
    const auto id = log.id_at(before);
    is_astray_ = is_astray_ || (id && id->checksum != record.previous);
    return true;
  }
  if (before > log.last().sequence) {
    want(log.last().sequence.next());
    return false;
  }
  const auto checksum = log.checksum_at(before);
  // The same, but damaged: the record itself says who it is.
  if (checksum == record.previous && !log.id_at(before)) {
    want(before);
    return false;
  }
  if (checksum == record.previous) {
    matched_ = before;
    return true;
  }
  if (!checksum) return true;  // damaged: one of those behind it may tell
  // Another tail than the leader's: everything behind what is surely common is sent again.
  want(matched_.next());
  return false;
}

bool Worker::has_caught_up(const OwnLog& log) const {
  if (matched_ < leader_stable_) return false;
  const auto id = log.id_at(leader_stable_);
  return id && id->ballot == ballot_;
}

// Frames that were under way when this member asked for earlier ones seem to leave a gap.
void Worker::want(gms::Sequence sequence) {
  if (wanted_ && *wanted_ <= sequence) return;
  wanted_ = sequence;
  ask_for_wanted_ = true;
}

bool Worker::knows_any_between(gms::Sequence before, gms::Sequence behind, const OwnLog& log) {
  for (gms::Sequence at = before.next(); at < behind; at = at.next()) {
    if (log.checksum_at(at)) return true;
  }
  return false;
}

std::optional<std::string> Worker::take(const std::vector<gms::Record>& records, OwnLog& log) {
  if (!follows_matched(records.front(), log)) return std::nullopt;
  if (is_astray_) {
    return "what this member has delivered up to record " + std::to_string(matched_.value()) +
           " is not what its leader has: replace it";
  }
  wanted_.reset();
  has_taken_ = true;
  for (const gms::Record& record : records) {
    if (record.sequence <= matched_) continue;
    if (record.sequence <= log.last().sequence) {
      const auto checksum = log.checksum_at(record.sequence);
      if (checksum == record.checksum) {
        log.identify(gms::id_of(record));
        matched_ = record.sequence;
        continue;
      }
      // Damaged: one of those behind it tells whether it is the same. It is not if its ballot is
      // higher than the last one's, since ballots rise along a log.
      if (!checksum && record.ballot <= log.last().ballot) continue;
      // What stands in front, and was not compared yet, may be the same.
      if (knows_any_between(matched_, record.sequence, log)) {
        want(matched_.next());
        return std::nullopt;
      }
      log.cut(matched_);
      // Those that were passed over are to come again.
      if (record.sequence > matched_.next()) {
        want(matched_.next());
        return std::nullopt;
      }
    }
    // Behind what is matched, and of the same leader: only bytes that nobody sent can fail this.
    if (record.previous != log.last().checksum || record.ballot > ballot_ ||
        record.ballot < log.last().ballot) {
      return std::nullopt;
    }
    if (auto reason = log.reason_against(record)) return reason;
    log.append(record);
    matched_ = record.sequence;
  }
  return std::nullopt;
}

std::optional<gms::AckFrame> Worker::take_ack(gms::Sequence sound, bool confirms) {
  gms::AckFrame ack;
  ack.ballot = ballot_;
  ack.synced = std::min(sound, matched_);
  ack.round = confirms ? round_ : 0;
  ack.feed = feed_;
  if (ask_for_wanted_) ack.send_from = wanted_;
  const bool has_news =
      ack.synced != told_synced_ || ack.round != told_round_ || ack.feed != told_feed_;
  if (!must_answer_ && !ask_for_wanted_ && !has_news) return std::nullopt;
  must_answer_ = false;
  ask_for_wanted_ = false;
  told_synced_ = ack.synced;
  told_round_ = ack.round;
  told_feed_ = ack.feed;
  return ack;
}

}  // namespace groupy::gms3
