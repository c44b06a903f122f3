#include "gms/gms3/member.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"
#include "gms/node_text.h"

namespace groupy::gms3 {

Member::Member(MemberOptions options, const gms::RecordFormat& format)
    : options_(std::move(options)),
      self_(options_.self.id),
      outbox_(self_, options_.recovered.start),
      log_(options_.recovered, format, outbox_),
      founding_(options_, log_, outbox_),
      succession_(self_, options_, outbox_, log_.writes()),
      submissions_(options_.self.directory, options_.recovered.start,
                   options_.windows.submissions_max, options_.windows.submission_bytes_max),
      reads_(options_.windows.reads_max, options_.recovered.start),
      deliveries_(options_.recovered.applied, options_.recovered.base, options_.windows),
      contacts_(options_.timing.suspect_after),
      direct_(options_.timing.suspect_after),
      through_(options_.timing.suspect_after / 2),
      peers_(options_.recovered.peers, options_.timing.standing_every),
      ends_(gms::first_number(options_.recovered.start)),
      healing_(options_.timing),
      donor_(options_.windows),
      stable_(options_.recovered.applied),
      may_miss_records_(options_.recovered.has_loss || options_.recovered.is_end_unknown),
      lost_in_(options_.recovered.lost_in) {
  const auto& views = options_.recovered.views;
  const auto behind = views.upper_bound(stable_);
  if (behind != views.begin()) {
    installed_ = std::make_shared<const gms::View>(std::prev(behind)->second);
    outbox_.push(gms::InstallView{installed_});
  }
  founding_.start();
}

// --- inputs of the application ---

gms::Submitted Member::submit(gms::Payload payload) {
  if (!founding_.is_founded() || disowned_) return gms::Refusal::not_ready;
  if (!living_leader() && !has_majority()) return gms::Refusal::no_majority;
  const gms::Admission told = leader_   ? leader_->admission()
                              : worker_ ? worker_->admission()
                                        : gms::Admission::welcome;
  if (!has_space_ || told == gms::Admission::no_space) return gms::Refusal::no_space;
  const bool is_lagging = !worker_ && !deliveries_.has_room();
  if (is_lagging || told == gms::Admission::overloaded ||
      !submissions_.has_room_for(payload.size())) {
    return gms::Refusal::overloaded;
  }
  const gms::Origin origin = submissions_.next_origin();
  submissions_.add(log_.format().with_origin(origin, payload));
  return origin;
}

void Member::confirm_read(gms::ReadId id) {
  if (!reads_.add(id)) outbox_.push(gms::ReadRefused{id});
}

bool Member::hand_over_lead(std::optional<gms::NodeId> to) {
  if (!leader_ || !leader_->is_serving()) return false;
  if (leader_->handover().is_under_way()) return !to || to == leader_->handover().successor();
  if (!to) to = leader_->best_successor(contacts_, now_);
  if (!to || *to == self_ || !log_.voters().contains(*to) || !contacts_.is_alive(*to, now_)) {
    return false;
  }
  leader_->handover().start(*to, now_);
  return true;
}

// --- links ---

void Member::link_up(const gms::ViewMember& peer) {
  links_[peer.id] = peer;
  outbox_.link_up(peer.id);
  if (is_member(peer.id)) {
    contacts_.heard(peer.id, now_);
    direct_.heard(peer.id, now_);
  }
  old_copies_.erase(peer.id);
  founding_.link_up(peer);
  outbox_.send(peer.id, standing());
  succession_.link_up(now_);
  healing_.link_up();
  reached(peer.id);
}

// The frame came from that member, over its own link or over another's.
void Member::note_contact(gms::NodeId from, gms::NodeId link) {
  if (!is_member(link)) return;
  contacts_.heard(from, now_);
  bool is_new_way = false;
  if (from == link) {
    direct_.heard(from, now_);
    is_new_way = outbox_.heard_directly(from);
  } else if (outbox_.is_way(from, link)) {
    through_.heard(from, now_);
  } else {
    is_new_way = found_way(from, link);
  }
  if (is_new_way) reached(from);
}

// While anything comes on the way that is used, over its own link or another's, that is the way:
// with frames on two ways at once, both ends would change over with each of them, and take what is
// under way for lost each time.
bool Member::found_way(gms::NodeId peer, gms::NodeId relay) {
  if (direct_.is_alive(peer, now_) || through_.is_alive(peer, now_)) return false;
  if (!outbox_.found_way(peer, relay)) return false;
  through_.heard(peer, now_);
  return true;
}

// What was on its way there may be lost.
void Member::reached(gms::NodeId peer) {
  if (leader_) leader_->on_reached(peer);
  if (worker_ && worker_->leader() == peer) {
    submissions_.send_again();
    reads_.ask_again();
  }
}

void Member::link_lost(gms::NodeId peer) {
  links_.erase(peer);
  old_copies_.erase(peer);
  direct_.lost(peer);
  founding_.link_lost(peer);
  for (const gms::NodeId lost : outbox_.link_lost(peer)) {
    through_.lost(lost);
    if (outbox_.has_link(lost)) {
      reached(lost);  // over its own link again
      continue;
    }
    contacts_.lost(lost);
    if (worker_ && worker_->leader() == lost) {
      leader_lost("lost the link with " + gms::node_text(lost));
    } else if (!worker_ && !leader_ && founding_.is_founded()) {
      succession_.candidate_lost(lost, now_, rank_without(lost));
    }
  }
  if (founding_.is_founded()) succession_.tick(situation());
  lead_if_won();
}

// On a way over two links frames can be lost one by one, and nothing tells of it.
void Member::repeat_if_lost() {
  const bool is_direct = !worker_ || outbox_.is_direct(worker_->leader());
  if (is_direct || now_ - under_way_.looked_at < 2 * options_.timing.suspect_after) return;
  const UnderWay now{now_, submissions_.oldest_sent(), reads_.oldest_asked()};
  if (now.submission != 0 && now.submission == under_way_.submission) submissions_.send_again();
  if (now.read != 0 && now.read == under_way_.read) reads_.ask_again();
  under_way_ = now;
}

void Member::heard(gms::NodeId peer) {
  if (!is_member(peer)) return;  // another directory under a member's id is not that member
  contacts_.heard(peer, now_);
  if (!worker_ || worker_->leader() != peer || is_leader_gone_) return;
  // A long frame takes its time; who is in the middle of one is not silent, and neither are we. But
  // who only hands on the frames of others leads no more.
  if (now_ - leader_framed_ < kLongestFrame) leader_heard_ = now_;
  if (now_ - answered_at_ >= heartbeat_every()) worker_->answer();
}

bool Member::is_member(gms::NodeId link) const {
  const auto peer = links_.find(link);
  if (peer == links_.end() || log_.view() == nullptr || old_copies_.contains(link)) return false;
  const gms::ViewMember* member = log_.view()->find(link);
  return member != nullptr && member->directory == peer->second.directory;
}

void Member::receive(gms::NodeId link, gms::Frame any) {
  auto* routed = std::get_if<gms::RoutedFrame>(&any);
  if (routed == nullptr) return;  // of another generation
  const gms::NodeId from = routed->from;
  const bool is_greeting = std::holds_alternative<gms::GreetingFrame>(routed->frame) ||
                           std::holds_alternative<gms::DismissFrame>(routed->frame);
  if (!is_member(link) && !(is_greeting && from == link)) return;
  if (routed->to != self_) {
    if (from == link) outbox_.relay(*routed);  // one hop, no more
    return;
  }
  if (from == self_ || old_copies_.contains(from)) return;
  if (from != link && log_.view()->find(from) == nullptr) return;
  if (!is_of_present_life(*routed, link)) return;
  note_contact(from, link);
  const bool is_healing = std::holds_alternative<gms::HealRequestFrame>(routed->frame) ||
                          std::holds_alternative<gms::HealAnswerFrame>(routed->frame);
  if (!is_greeting && !is_healing && !founding_.is_founded()) return;
  if (from == link) note_standing(from, routed->frame);
  if (old_copies_.contains(from)) return;
  std::visit([&](auto& content) { on(from, std::move(content)); }, routed->frame);
  // Only such a frame has a mark with all in it that was counted of the former life.
  const bool has_mark = std::holds_alternative<gms::AppendFrame>(routed->frame);
  if (has_mark && worker_ && worker_->leader() == from &&
      routed->for_life == options_.recovered.start) {
    worker_->is_known_to_leader();
  }
  lead_if_won();
}

// What its former life had on disk, and what was under way to it, may be lost.
bool Member::is_of_present_life(const gms::RoutedFrame& frame, gms::NodeId link) {
  const auto word = outbox_.lives().heard(frame.from, frame.life, frame.from == link);
  if (word == Lives::Word::of_a_new_one) reached(frame.from);
  return word != Lives::Word::of_a_former_one;
}

void Member::on(gms::NodeId from, const gms::GreetingFrame& frame) {
  founding_.on(from, frame);
  begin_if_founded();
}

// The first of the list asks first.
void Member::begin_if_founded() {
  if (!founding_.is_founded() || has_begun_) return;
  has_begun_ = true;
  succession_.leader_lost(now_, rank_without(self_));
}

void Member::on(gms::NodeId from, const gms::DismissFrame& frame) {
  if (founding_.is_founded() && !is_member(from)) return;  // a stranger's word
  outbox_.push(gms::Stop{gms::node_text(from) + " says: " + frame.reason});
}

// --- following ---

bool Member::may_follow(gms::NodeId from, const gms::AppendFrame& frame) {
  if (!succession_.is_believable(frame.ballot)) return false;
  if (frame.ballot < succession_.promised()) {
    outbox_.send(from, gms::SupersededFrame{succession_.promised()});
    return false;
  }
  if (leader_ && leader_->ballot() == frame.ballot) return false;  // it is ours
  if (worker_ && worker_->ballot() == frame.ballot) return worker_->leader() == from;
  stop_leading(gms::node_text(from) + " leads");
  succession_.follow(frame.ballot);
  worker_.emplace(from, frame.ballot, stable_, log_);
  submissions_.send_again();
  reads_.ask_again();
  return true;
}

void Member::on(gms::NodeId from, const gms::AppendFrame& frame) {
  if (!may_follow(from, frame) || is_disowned_by(frame.records)) return;
  leader_heard_ = leader_framed_ = now_;
  is_leader_gone_ = false;
  if (auto failure = worker_->on_append(frame, log_)) {
    outbox_.push(gms::Stop{*failure});
    return;
  }
  if (log_.take_loss()) {
    may_miss_records_ = true;
    lost_in_ = options_.recovered.start;
    whole_.reset();
  }
  stable_ = std::max(stable_, worker_->stable());
}

void Member::leader_lost(const std::string& why) {
  if (is_leader_gone_) return;
  is_leader_gone_ = true;
  reason_ = why;
  succession_.leader_lost(now_, rank_without(worker_->leader()));
}

// How many come before this member in the list, but for who is lost.
std::size_t Member::rank_without(gms::NodeId lost) const {
  std::size_t rank = 0;
  for (const gms::NodeId id : log_.voters().ids()) {
    if (id == self_) break;
    if (id != lost) ++rank;
  }
  return rank;
}

// --- leading ---

// Behind all that may change what was promised.
void Member::lead_if_won() {
  obey_promise();
  const auto ballot = succession_.take_won();
  if (!ballot) return;
  worker_.reset();
  const std::string why = std::exchange(reason_, {});
  const std::string reason = why.empty() ? gms::node_text(self_) + " was chosen" : why;
  leader_.emplace(self_, *ballot, stable_, options_.windows, log_, outbox_, reason);
  contacts_.heard(self_, now_);
  leads_since_ = now_;
  submissions_.send_again();
  reads_.ask_again();
}

void Member::stop_leading(const std::string& why) {
  if (!leader_) return;
  outbox_.push(gms::Say{false, "leads no more: " + why});
  reason_ = why;
  leader_.reset();
  submissions_.send_again();
  reads_.ask_again();
  succession_.leader_lost(now_, log_.voters().ids().size());
}

// From deciding on a promise, before it is on disk, nothing of lower ballots is acknowledged,
// counted or confirmed. C has a record of ballot 6 in its queue and grants B ballot 7, whose log
// ends before it; the record's sync ends, C acknowledges, A answers its client; B and C cut it.
void Member::obey_promise() {
  if (leader_ && succession_.promised() > leader_->ballot()) {
    const bool was_handed_over = leader_->handover().is_under_way();
    stop_leading(was_handed_over ? gms::node_text(self_) + " handed over" : "a higher ballot came");
  }
  if (worker_ && succession_.promised() > worker_->ballot()) {
    worker_.reset();
    submissions_.send_again();
    reads_.ask_again();
  }
}

void Member::on(gms::NodeId from, const gms::AckFrame& frame) {
  if (leader_) leader_->on_ack(from, frame, now_);
}

void Member::on(gms::NodeId, const gms::SupersededFrame& frame) {
  if (!leader_ || !succession_.is_believable(frame.promised)) return;
  if (frame.promised > leader_->ballot()) stop_leading("a higher ballot was promised");
}

void Member::on(gms::NodeId, const gms::SubmissionsFrame& frame) {
  if (!leader_) return;
  for (const gms::Payload& payload : frame.payloads) leader_->order(payload);
}

void Member::on(gms::NodeId from, const gms::ReadRequestFrame& frame) {
  if (leader_ && leader_->ballot() == frame.ballot) leader_->ask_read(from, frame.number);
}

void Member::on(gms::NodeId from, const gms::ReadAnswerFrame& frame) {
  if (!worker_ || worker_->leader() != from || worker_->ballot() != frame.ballot) return;
  for (const gms::ReadId id : reads_.confirmed(frame.number)) {
    outbox_.push(gms::ReadConfirmed{id, frame.sequence});
  }
}

// --- time ---

void Member::tick(gms::Time now) {
  GROUPY_CHECK(now >= now_, "time goes back");
  const gms::Time limit = options_.timing.suspect_after;
  const bool has_slept = now_ != gms::Time{} && now - now_ > limit / 2;
  now_ = now;
  // What waits to be read comes behind this, so all are given the time that they have at first. But
  // who is always late must find out, too, that it hears nobody.
  if (has_slept && now - slept_at_ >= 4 * limit) {
    slept_at_ = now;
    contacts_.slept(now);
    direct_.slept(now);
    through_.slept(now);
    leader_heard_ = now;
  }
  log_.writes().tick(now);
  if (leader_) {
    relieve_leader();
    leader_->handover().expire(now, limit);
    // Its own vote may have come last, long after the others': they get their time to answer.
    if (!has_majority() && now - leads_since_ >= limit) {
      stop_leading("no majority is in contact");
      led_at_ = now - limit;  // it knows already who is silent
    }
  } else if (worker_ && !living_leader()) {
    leader_lost(gms::node_text(worker_->leader()) + " is silent");
  }
  if (founding_.is_founded()) succession_.tick(situation());
  tell_standing();
  repeat_if_lost();
  lead_if_won();
}

}  // namespace groupy::gms3
