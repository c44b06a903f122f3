#include "gms/gms3/leader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "gms/check.h"
#include "gms/node_text.h"

namespace groupy::gms3 {

namespace {

// Damage may be healed meanwhile; and a handover because of it may fail.
constexpr gms::Time kReadAgainAfter = std::chrono::seconds(5);

gms::View view_of(const OwnLog& log, gms::NodeId self, const std::string& reason) {
  gms::View view = *log.view();
  view.number = view.number.next();
  view.leader = self;
  view.reason = reason;
  return view;
}

}  // namespace

Leader::Leader(gms::NodeId self, gms::Ballot ballot, gms::Sequence stable, const Windows& windows,
               OwnLog& log, Outbox& outbox, const std::string& reason)
    : self_(self),
      ballot_(ballot),
      windows_(windows),
      log_(log),
      outbox_(outbox),
      own_view_(log.last().sequence.next()),
      stable_(stable),
      stability_(own_view_, stable),
      taken_(log.origins()) {
  log_.append_new(gms::RecordKind::view, ballot_,
                  log_.format().encode(view_of(log_, self, reason)));
  for (const gms::ViewMember& member : log_.view()->members) {
    // Most have what this leader has; who does not will say so.
    if (member.id != self_) members_.emplace(member.id, Member{Feed(own_view_), {}});
  }
}

void Leader::ask_read(gms::NodeId reader, std::uint64_t number) {
  // What earlier leaders answered is stable once the own-view message is, and not before.
  confirmations_.ask({reader, number, std::max(stable_, own_view_)});
}

// A repeat is ordered already, or waits. Behind a gap nothing can be ordered: its origin sends all
// again once it notices that the way to this leader was cut.
void Leader::order(gms::Payload payload) {
  const auto origin = log_.format().origin_of(payload);
  if (!origin || taken_.place_of(*origin) != Origins::Place::next) return;
  taken_.logged(log_.last().sequence, *origin);
  taken_.settled(log_.last().sequence);  // a leader takes nothing back
  waiting_.push_back(std::move(payload));
}

// Who is away has no say: what it said last was of another day. Without a majority there is nobody
// to judge by.
bool Leader::has_space(const Contacts& contacts, gms::Time now) const {
  const auto is_there = [&](gms::NodeId id) { return id == self_ || contacts.is_alive(id, now); };
  const auto has_room = [&](gms::NodeId id) {
    const auto found = members_.find(id);
    return is_there(id) && (found == members_.end() || found->second.feed.has_space());
  };
  return log_.voters().is_majority_of(has_room) || !log_.voters().is_majority_of(is_there);
}

bool Leader::counts(gms::NodeId member) const {
  const auto found = members_.find(member);
  return found == members_.end() || found->second.counts;
}

void Leader::order_waiting() {
  while (!waiting_.empty() && !handover_.is_under_way()) {
    const std::size_t unstable = log_.last().sequence.value() - stable_.value();
    const std::size_t unsynced = log_.last().sequence.value() - log_.synced().value();
    if (unstable >= windows_.unstable_max || unsynced >= 2 * windows_.unstable_max ||
        log_.recent().bytes_behind(stable_) >= windows_.unstable_bytes_max ||
        log_.recent().bytes_behind(log_.synced()) >= 2 * windows_.unstable_bytes_max) {
      return;
    }
    log_.append_new(gms::RecordKind::application, ballot_, std::move(waiting_.front()));
    waiting_.pop_front();
  }
}

void Leader::on_ack(gms::NodeId from, const gms::AckFrame& frame, gms::Time now) {
  const auto found = members_.find(from);
  if (found == members_.end() || frame.ballot != ballot_) return;
  if (frame.synced > log_.last().sequence) return;  // nobody can have that
  Feed& feed = found->second.feed;
  feed.acknowledged(frame.synced, frame.has_space, now);
  found->second.counts = frame.counts;
  // What was said before the last link came up may be a former life's.
  if (frame.counts && frame.feed == found->second.feed_number) {
    stability_.acknowledged(from, frame.synced);
    confirmations_.confirmed_by(from, frame.round);
  }
  if (frame.send_from) {
    feed.restart_from(std::clamp(*frame.send_from, gms::Sequence{1}, log_.last().sequence));
  }
}

void Leader::on_reached(gms::NodeId member) {
  const auto found = members_.find(member);
  if (found == members_.end()) return;
  stability_.forget(member);  // it may be another life, which lost some of it; it will say again
  ++found->second.feed_number;
  Feed& feed = found->second.feed;
  const bool is_known = feed.acknowledged() != gms::Sequence{};
  feed.restart_from(is_known ? feed.acknowledged().next() : own_view_);
  feed.asked_for_sign_of_life(gms::Time{} - std::chrono::hours(1));  // it is to hear of us at once
}

void Leader::on_log_read(gms::NodeId member, std::vector<gms::Record> records, gms::Time now) {
  const auto found = members_.find(member);
  if (found == members_.end() || !found->second.feed.is_reading()) return;
  Feed& feed = found->second.feed;
  if (records.empty()) {
    feed.unreadable(now + kReadAgainAfter);
    outbox_.push(gms::Say{
        true, gms::node_text(member) + " cannot be brought up to date: this log cannot be read"});
    return;
  }
  feed.read_done();
  // What was asked for may be of no use any more: the member may have been reached anew meanwhile.
  if (records.front().sequence != feed.next()) return;
  const auto newest = log_.id_at(records.back().sequence);
  if (newest && *newest != gms::id_of(records.back())) return;
  for (std::size_t at = 0; at < records.size(); at += windows_.batch_max) {
    if (at > 0 && !feed.has_room(windows_.feed_max, windows_.feed_bytes_max)) break;
    const std::size_t count = std::min(windows_.batch_max, records.size() - at);
    const auto begin = records.begin() + static_cast<std::ptrdiff_t>(at);
    send(member, feed, {begin, begin + static_cast<std::ptrdiff_t>(count)}, now);
  }
}

void Leader::on_log_changed() {
  for (auto& [id, member] : members_) member.feed.try_reading_again();
}

void Leader::send(gms::NodeId member, Feed& feed, std::vector<gms::Record> records, gms::Time now) {
  if (records.empty()) {
    feed.asked_for_sign_of_life(now);
  } else {
    feed.sent(records, now);
  }
  members_.at(member).told = {stable_, confirmations_.round(), admission_};
  outbox_.send(member, gms::AppendFrame{ballot_, stable_, confirmations_.round(), admission_,
                                        std::move(records), members_.at(member).feed_number});
}

void Leader::feed(gms::NodeId member, Feed& feed, gms::Time now, gms::Time heartbeat_every) {
  // On a way over two links frames can be lost one by one; a link loses nothing while it is open.
  if (!outbox_.is_direct(member) && feed.is_stuck(now, 8 * heartbeat_every)) {
    feed.restart_from(feed.acknowledged().next());
  }
  bool has_sent = false;
  while (feed.next() <= log_.last().sequence &&
         feed.has_room(windows_.feed_max, windows_.feed_bytes_max)) {
    auto records = log_.recent().read(feed.next(), log_.last().sequence, windows_.batch_max,
                                      windows_.batch_bytes_max);
    if (!records) {
      if (!feed.may_read(now)) break;
      feed.reading();
      outbox_.push(gms::ReadLog{
          {gms::LogReader::What::feeding, member}, feed.next(), windows_.batch_bytes_max});
      break;
    }
    send(member, feed, std::move(*records), now);
    has_sent = true;
  }
  const Told& told = members_.at(member).told;
  const bool has_news = told.stable != stable_ || told.round != confirmations_.round() ||
                        told.admission != admission_;
  if ((!has_sent && has_news) || now - feed.asked_at() >= heartbeat_every) {
    send(member, feed, {}, now);
  }
}

void Leader::flush(gms::Sequence sound, const Contacts& contacts, gms::Time now,
                   gms::Time heartbeat_every) {
  stability_.acknowledged(self_, sound);
  stable_ = stability_.update(log_.voters());
  order_waiting();
  log_.flush();
  if (confirmations_.begin_round()) {
    confirmations_.confirmed_by(self_, confirmations_.round());
  }
  for (auto& [id, member] : members_) {
    if (!outbox_.reaches(id)) continue;
    if (contacts.is_alive(id, now)) {
      feed(id, member.feed, now, heartbeat_every);
    } else if (now - member.feed.asked_at() >= 16 * heartbeat_every) {
      // Who is not heard may hear all the same, over a link that is open in one direction only.
      // Were it told everything, it would follow, and nothing that it says would arrive; so it is
      // left alone, and looks for the leader through others.
      send(id, member.feed, {}, now);
    }
  }
  const auto successor = handover_.successor();
  if (successor && handover_.take_permit(acknowledged_by(*successor), log_.last().sequence)) {
    outbox_.send(*successor, gms::PermitFrame{ballot_});
  }
}

std::optional<gms::NodeId> Leader::best_successor(const Contacts& contacts, gms::Time now) const {
  std::optional<gms::NodeId> best;
  for (const gms::NodeId id : log_.voters().ids()) {
    if (id == self_ || !contacts.is_alive(id, now)) continue;
    if (!members_.at(id).feed.has_space() || acknowledged_by(id) == gms::Sequence{}) continue;
    if (!best || acknowledged_by(id) > acknowledged_by(*best)) best = id;
  }
  return best;
}

bool Leader::is_outrun() const {
  return log_.voters().is_majority_of(
      [&](gms::NodeId id) { return id != self_ && acknowledged_by(id) > log_.synced(); });
}

}  // namespace groupy::gms3
