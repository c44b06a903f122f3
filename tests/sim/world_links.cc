// The links of the virtual world: in order, with delay, lost as a whole or held up.
#include <algorithm>
#include <array>
#include <utility>

#include "gms/wire/frame_codec.h"
#include "gms/wire/frame_reader.h"
#include "tests/sim/world_node.h"

namespace groupy::sim {

namespace {

// Through the codec and back, as over a socket.
gms::Frame through_the_wire(const gms::Frame& frame) {
  std::vector<gms::wire::Piece> pieces;
  gms::wire::encode_frame(frame, pieces);
  // As large as needed: what is decoded keeps its memory, and there are thousands of frames.
  std::size_t bytes = 0;
  for (const gms::wire::Piece& piece : pieces) bytes += piece.size();
  gms::wire::FrameReader reader(bytes);
  for (const gms::wire::Piece& piece : pieces) {
    for (std::string_view rest : {std::string_view(piece.head), piece.payload.bytes()}) {
      while (!rest.empty()) {
        const auto space = reader.space();
        const std::size_t size = std::min(space.size(), rest.size());
        std::copy_n(rest.begin(), size, space.begin());
        reader.filled(size);
        rest.remove_prefix(size);
      }
    }
  }
  auto raw = reader.next();
  must(std::holds_alternative<gms::wire::RawFrame>(raw), "a frame is none on the wire");
  auto decoded = gms::wire::decode_frame(std::get<gms::wire::RawFrame>(raw));
  must(decoded.has_value(), "a frame cannot be decoded");
  must(*decoded == frame, "a frame is another one after decoding");
  return std::move(*decoded);
}

std::pair<gms::NodeId, gms::NodeId> pair_of(gms::NodeId a, gms::NodeId b) {
  return a < b ? std::pair(a, b) : std::pair(b, a);
}

}  // namespace

void World::send(Node& at, const gms::Send& effect) {
  const gms::NodeId from = at.self.id;
  Link& link = links_[{from, effect.to}];
  if (link.number == 0) return;
  const auto& routed = std::get<gms::RoutedFrame>(effect.frame);
  if (routed.from == from) check_frame(at, routed.frame);
  say(std::to_string(from.value()) + "->" + std::to_string(effect.to.value()) + " " +
      to_text(routed.frame));
  if (link.way == Way::dropped || link.lost_kinds.contains(kind_of(routed.frame))) return;
  link.frames.push_back(through_the_wire(effect.frame));
  if (link.way == Way::held) {
    ++link.held;
    return;
  }
  const bool heals = std::holds_alternative<gms::HealAnswerFrame>(routed.frame);
  const gms::Time arrival = std::max(
      link.last_arrival, now_ + random_.between(options_.latency_min, options_.latency_max) +
                             (heals ? options_.heal_delay : gms::Time{}));
  link.last_arrival = arrival;
  this->at(arrival,
           [this, from, to = effect.to, number = link.number] { arrive(from, to, number); });
}

void World::arrive(gms::NodeId from, gms::NodeId to, std::uint64_t number) {
  Link& link = links_[{from, to}];
  if (link.number != number || link.frames.empty()) return;
  if (link.way != Way::open) {  // closed to it while it was on its way
    ++link.held;
    return;
  }
  gms::Frame frame = std::move(link.frames.front());
  link.frames.pop_front();
  arrived_.emplace(from, to, kind_of(std::get<gms::RoutedFrame>(frame).frame));
  give(to, [from, frame = std::move(frame)](gms3::Member& member) mutable {
    member.heard(from);
    member.receive(from, std::move(frame));
  });
}

void World::set_way(gms::NodeId from, gms::NodeId to, Way way) {
  Link& link = links_[{from, to}];
  const bool has_lost = link.way == Way::dropped && way != Way::dropped;
  link.way = way;
  link.lost_kinds.clear();
  if (has_lost) close_link(from, to);  // a stream with a gap does not go on
  if (way != Way::open) return;
  for (; link.held > 0; --link.held) {
    this->at(now_ + options_.latency_min,
             [this, from, to, number = link.number] { arrive(from, to, number); });
  }
}

void World::lose(gms::NodeId from, gms::NodeId to, const std::string& kind) {
  links_[{from, to}].lost_kinds.insert(kind);
}

void World::trickle(gms::NodeId from, gms::NodeId to, gms::Time until) {
  if (now_ >= until) return;
  if (links_[{from, to}].number != 0)
    give(to, [from](gms3::Member& member) { member.heard(from); });
  at(now_ + std::chrono::milliseconds(10), [this, from, to, until] { trickle(from, to, until); });
}

void World::close_link(gms::NodeId a, gms::NodeId b) {
  if (a == b || links_[{a, b}].number == 0) return;
  say("link " + std::to_string(a.value()) + "-" + std::to_string(b.value()) + " closes");
  for (const auto& ends : {std::pair(a, b), std::pair(b, a)}) {
    Link& link = links_[ends];
    link.number = 0;
    link.frames.clear();
    link.held = 0;
    ++link.losses;
    // What was on its way is gone; each end sees it by itself.
    this->at(now_ + random_.between(gms::Time(50), gms::Time(500)), [this, ends] {
      --links_[ends].losses;
      give(ends.first, [peer = ends.second](gms3::Member& member) { member.link_lost(peer); });
    });
  }
  dial_all();
}

void World::allow_link(gms::NodeId a, gms::NodeId b, bool allowed) {
  if (allowed) {
    forbidden_.erase(pair_of(a, b));
  } else {
    forbidden_.insert(pair_of(a, b));
    close_link(a, b);
  }
  dial_all();
}

void World::heal() {
  forbidden_.clear();
  for (auto& [ends, link] : links_) set_way(ends.first, ends.second, Way::open);
  dial_all();
}

// Somebody dials again a little later; who comes too early finds the old link gone for both.
void World::dial_all() {
  this->at(now_ + gms::Time(2000), [this] {
    for (std::size_t a = 0; a < size(); ++a) {
      for (std::size_t b = a + 1; b < size(); ++b) link_up(id_of(a), id_of(b));
    }
  });
}

void World::link_up(gms::NodeId a, gms::NodeId b) {
  const bool is_possible = node(a).member && node(b).member && !forbidden_.contains(pair_of(a, b));
  if (!is_possible || links_[{a, b}].number != 0) return;
  // Each end has seen the old one go before there is a new one.
  if (links_[{a, b}].losses + links_[{b, a}].losses > 0) {
    dial_all();
    return;
  }
  ++last_link_;
  for (const auto& ends : {std::pair(a, b), std::pair(b, a)}) {
    Link& link = links_[ends];
    link.number = last_link_;
    link.last_arrival = now_;
    give(ends.first,
         [peer = node(ends.second).self](gms3::Member& member) { member.link_up(peer); });
  }
}

namespace {

struct Text {
  std::string operator()(const gms::GreetingFrame& f) const {
    return "greeting stage " + std::to_string(static_cast<int>(f.stage));
  }
  std::string operator()(const gms::StandingFrame& f) const {
    return "standing start " + std::to_string(f.start.value()) + " promised " +
           std::to_string(f.promised.value()) + " acknowledged " +
           std::to_string(f.acknowledged.value()) + " " + end(f.synced) +
           (f.lost_in == gms::StartCount{} ? "" : " lost in " + std::to_string(f.lost_in.value()));
  }
  std::string operator()(const gms::AppendFrame& f) const {
    std::string text = "append ballot " + std::to_string(f.ballot.value()) + " stable " +
                       std::to_string(f.stable.value()) + " round " + std::to_string(f.round);
    if (f.records.empty()) return text;
    return text + " records " + std::to_string(f.records.front().sequence.value()) + ".." +
           std::to_string(f.records.back().sequence.value());
  }
  std::string operator()(const gms::AckFrame& f) const {
    return "ack ballot " + std::to_string(f.ballot.value()) + " synced " +
           std::to_string(f.synced.value()) + " round " + std::to_string(f.round) +
           (f.send_from ? " send from " + std::to_string(f.send_from->value()) : "");
  }
  std::string operator()(const gms::SupersededFrame& f) const {
    return "superseded by " + std::to_string(f.promised.value());
  }
  std::string operator()(const gms::PreVoteFrame& f) const { return "pre-vote? " + end(f.synced); }
  std::string operator()(const gms::PreVoteAnswerFrame& f) const {
    return std::string("pre-vote: ") + (f.granted ? "yes" : "no") + " promised " +
           std::to_string(f.promised.value()) + " " + end(f.synced);
  }
  std::string operator()(const gms::VoteRequestFrame& f) const {
    return "vote? ballot " + std::to_string(f.ballot.value()) + " " + end(f.synced);
  }
  std::string operator()(const gms::VoteFrame& f) const {
    return std::string("vote: ") + (f.granted ? "yes" : "no") + " ballot " +
           std::to_string(f.ballot.value());
  }
  std::string operator()(const gms::SubmissionsFrame& f) const {
    return "submissions " + std::to_string(f.payloads.size());
  }
  std::string operator()(const gms::ReadRequestFrame& f) const {
    return "read? " + std::to_string(f.number);
  }
  std::string operator()(const gms::ReadAnswerFrame& f) const {
    return "read: " + std::to_string(f.number) + " at " + std::to_string(f.sequence.value());
  }
  std::string operator()(const gms::PermitFrame&) const { return "permit"; }
  std::string operator()(const gms::DismissFrame& f) const { return "dismissed: " + f.reason; }
  std::string operator()(const gms::HealRequestFrame& f) const {
    return "heal? " + std::to_string(f.from.value()) + ".." + std::to_string(f.last.value());
  }
  std::string operator()(const gms::HealAnswerFrame& f) const {
    return "heal: " + std::to_string(f.records.size()) + " records up to " +
           std::to_string(f.last.value());
  }

  static std::string end(const gms::LogEnd& end) {
    return "end (" + std::to_string(end.ballot.value()) + ", " +
           std::to_string(end.sequence.value()) + ")";
  }
};

}  // namespace

std::string to_text(const gms::GroupFrame& frame) {
  return std::visit(Text{}, frame);
}

std::string kind_of(const gms::GroupFrame& frame) {
  static constexpr std::array<const char*, std::variant_size_v<gms::GroupFrame>> kKinds = {
      "greeting",     "append",   "ack",          "superseded",   "pre-vote",    "pre-vote-answer",
      "vote-request", "vote",     "submissions",  "read-request", "read-answer", "permit",
      "dismiss",      "standing", "heal-request", "heal-answer"};
  return kKinds.at(frame.index());
}

}  // namespace groupy::sim
