#include "tests/sim/world.h"

#include <algorithm>
#include <utility>

#include "tests/gms/memory_group.h"
#include "tests/sim/world_node.h"

namespace groupy::sim {

World::World(const WorldOptions& options) : options_(options), random_(options.seed) {
  for (std::size_t index = 0; index < options_.members; ++index) {
    nodes_.push_back(std::make_unique<Node>());
    nodes_.back()->self = gms::member_of(static_cast<unsigned>(index + 1));
  }
  for (std::size_t index = 0; index < options_.members; ++index) {
    if (!options_.down.contains(id_of(index))) start(id_of(index));
  }
}

World::~World() = default;

void World::say(const std::string& line) {
  for (const char c : line) {
    trace_hash_ = (trace_hash_ ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  if (trace) trace(std::to_string(now_.count()) + " " + line);
}

// --- events ---

void World::at(gms::Time time, std::function<void()> what) {
  events_.push({std::max(time, now_), ++ordinal_, std::move(what)});
}

void World::step() {
  const Event event = events_.top();
  events_.pop();
  now_ = event.at;
  event.what();
}

void World::run_until(gms::Time end) {
  while (!events_.empty() && events_.top().at <= end) step();
  now_ = std::max(now_, end);
}

bool World::run_until_true(const std::function<bool()>& holds, gms::Time limit) {
  const gms::Time end = now_ + limit;
  while (!holds()) {
    if (events_.empty() || events_.top().at > end) {
      now_ = end;
      return holds();
    }
    step();
  }
  return true;
}

// --- members ---

void World::start(gms::NodeId id) {
  Node& at = node(id);
  if (at.member) return;
  at.starts = at.starts.next();
  at.counted = at.counted.next();
  at.stopped.clear();
  gms3::MemberOptions member;
  member.self = at.self;
  for (const auto& each : nodes_) {
    member.founders.push_back(each->self);
    member.founders.back().directory = {};
  }
  member.fresh_group = gms::group_of(1);
  member.seed = random_.next();
  member.timing = options_.timing;
  member.windows = options_.windows;
  member.recovered = at.disk.recover(at.counted, at.flushed, at.forgot_promise, format_);
  member.accepts_tail_loss = at.accepts_tail_loss;
  for (const auto& [directory, origin] : at.flushed_origins) {
    member.recovered.origins.push_back(origin);
  }
  at.applied = at.flushed;
  at.applies_at = {};
  at.origins = at.flushed_origins;
  at.member = std::make_unique<gms3::Member>(std::move(member), format_);
  say("start " + std::to_string(id.value()));
  at.member->tick(now_);
  end_turn(at);
  dial_all();
}

void World::kill(gms::NodeId id, std::size_t survivors) {
  Node& at = node(id);
  if (!at.member) return;
  say("kill " + std::to_string(id.value()));
  at.member.reset();
  at.is_paused = false;
  at.is_syncing = false;
  at.is_disk_held = false;
  at.late_sync.reset();
  at.waiting.clear();
  at.submitted.clear();
  at.reads.clear();
  ++at.wake;
  at.wakes_at = {};
  at.disk.crash(survivors);
  for (std::size_t other = 0; other < size(); ++other) close_link(id, id_of(other));
}

void World::wipe(gms::NodeId id) {
  must(!is_up(id), "a running member is wiped");
  // Starts are counted on, so that nothing planned for a former life comes to this one.
  const gms::StartCount starts = node(id).starts;
  nodes_.at(id.value() - 1) = std::make_unique<Node>();
  node(id).starts = starts;
  node(id).self = gms::member_of(id.value(), static_cast<unsigned>(starts.value()) + 1);
}

void World::pause(gms::NodeId id) {
  node(id).is_paused = node(id).member != nullptr;
}

void World::resume(gms::NodeId id) {
  Node& at = node(id);
  at.is_paused = false;
  if (!at.member) return;
  // A process that was stopped finds the time gone by before it reads what waits for it.
  at.member->tick(now_);
  for (auto& input : std::exchange(at.waiting, {})) input(*at.member);
  end_turn(at);
}

void World::give(gms::NodeId id, std::function<void(gms3::Member&)> input) {
  Node& at = node(id);
  if (!at.member) return;
  if (at.is_paused) {
    at.waiting.push_back(std::move(input));
    return;
  }
  at.member->tick(now_);
  input(*at.member);
  end_turn(at);
}

void World::end_turn(Node& at) {
  for (int rounds = 0; at.member; ++rounds) {
    must(rounds < 1000, "a turn does not end");
    gms::Effects effects = at.member->take_effects();
    if (effects.empty()) break;
    for (gms::Effect& effect : effects) {
      if (at.member) carry_out(at, effect);
    }
    if (!at.stopped.empty()) {
      kill(at.self.id);
      return;
    }
  }
  if (!at.member) return;
  at.member->check_invariants();
  wake_later(at);
}

void World::wake_later(Node& at) {
  const auto wakes_at = at.member->wake_at();
  if (!wakes_at || (at.wakes_at > now_ && at.wakes_at <= *wakes_at)) return;
  at.wakes_at = std::max(*wakes_at, now_ + gms::Time(1));
  this->at(at.wakes_at, [this, id = at.self.id, wake = ++at.wake] {
    if (node(id).wake == wake) give(id, [](gms3::Member&) {});
  });
}

// --- effects ---

void World::carry_out(Node& at, gms::Effect& effect) {
  if (const auto* send_effect = std::get_if<gms::Send>(&effect)) {
    send(at, *send_effect);
  } else if (const auto* hand_over = std::get_if<gms::HandOver>(&effect)) {
    deliver(at, *hand_over);
  } else if (const auto* install = std::get_if<gms::InstallView>(&effect)) {
    history_.installed(at.self.id, *install->view);
  } else if (auto* append = std::get_if<gms::AppendRecords>(&effect)) {
    write(at, std::move(*append));
  } else if (const auto* cut = std::get_if<gms::CutLog>(&effect)) {
    write(at, *cut);
  } else if (const auto* promise = std::get_if<gms::SavePromise>(&effect)) {
    write(at, *promise);
  } else if (const auto* group = std::get_if<gms::SaveGroup>(&effect)) {
    write(at, *group);
  } else if (const auto* whole = std::get_if<gms::DeclareLogWhole>(&effect)) {
    write(at, *whole);
  } else if (auto* heal = std::get_if<gms::HealRecords>(&effect)) {
    say("node " + std::to_string(at.self.id.value()) + " puts back records up to " +
        std::to_string(heal->records.back().sequence.value()));
    write(at, std::move(*heal));
  } else if (const auto* peers = std::get_if<gms::SavePeers>(&effect)) {
    at.disk.save_peers(*peers);
  } else if (const auto* read = std::get_if<gms::ReadLog>(&effect)) {
    const auto life = at.starts;
    this->at(now_ + gms::Time(300), [this, id = at.self.id, life, ask = *read] {
      if (node(id).starts != life) return;
      give(id, [records = node(id).disk.read(ask.from, ask.bytes_max), ask](gms3::Member& member) {
        member.log_read(ask.reader, std::vector<gms::Record>(records));
      });
    });
  } else if (const auto* confirmed = std::get_if<gms::ReadConfirmed>(&effect)) {
    const auto asked = at.reads.extract(confirmed->id);
    must(!asked.empty(), "a read is answered twice");
    must(confirmed->sequence >= asked.mapped(), "a read may be answered from an old state");
    ++reads_confirmed_;
    ++at.reads_confirmed;
  } else if (const auto* refused = std::get_if<gms::ReadRefused>(&effect)) {
    must(at.reads.erase(refused->id) == 1, "a read is answered twice");
    ++reads_refused_;
    ++at.reads_refused;
  } else if (const auto* stop = std::get_if<gms::Stop>(&effect)) {
    at.stopped = stop->why;
    say("node " + std::to_string(at.self.id.value()) + " stops: " + stop->why);
  } else if (const auto* line = std::get_if<gms::Say>(&effect)) {
    at.said += line->line + '\n';
    say("node " + std::to_string(at.self.id.value()) + " says: " + line->line);
  }
}

void World::deliver(Node& at, const gms::HandOver& effect) {
  for (const gms::Delivery& delivery : effect.deliveries) {
    const bool is_first = delivery.sequence > history_.length();
    history_.delivered(at.self.id, delivery);
    if (is_first) check_durable(at, delivery);
    must(delivery.sequence == at.applied.next(), "a delivery does not follow the one before it");
    at.applied = delivery.sequence;
    if (delivery.is_empty_place()) continue;
    at.origins[delivery.origin.directory] = delivery.origin;
    const bool is_own =
        delivery.origin.directory == at.self.directory && delivery.origin.start == at.counted;
    if (!is_own) continue;
    const auto asked = at.submitted.find(delivery.origin.counter);
    must(asked == at.submitted.end() || asked->second == delivery.payload.bytes(),
         "a client is answered with what another one submitted");
    history_.acknowledged(std::string(delivery.payload.bytes()));
    at.submitted.erase(delivery.origin.counter);
  }
  say("node " + std::to_string(at.self.id.value()) + " delivers up to " +
      std::to_string(at.applied.value()));
  // The application may take its time, but does one thing after the other.
  const auto life = at.starts;
  at.applies_at =
      std::max(at.applies_at, now_ + random_.between(options_.apply_min, options_.apply_max));
  this->at(at.applies_at, [this, id = at.self.id, life, up_to = at.applied] {
    if (node(id).starts == life) give(id, [up_to](gms3::Member& m) { m.applied(up_to); });
  });
}

// --- what clients and the outside do ---

bool World::submit(gms::NodeId id, const std::string& message) {
  Node& at = node(id);
  if (!at.member || at.is_paused) return false;
  at.member->tick(now_);
  const auto given = at.member->submit(gms::Payload(message));
  const auto* origin = std::get_if<gms::Origin>(&given);
  if (origin != nullptr) at.submitted.emplace(origin->counter, message);
  end_turn(at);
  return origin != nullptr;
}

void World::read(gms::NodeId id) {
  Node& at = node(id);
  if (!at.member) return;
  at.last_read = at.last_read.next();
  at.reads.emplace(at.last_read, history_.length());
  give(id, [read = at.last_read](gms3::Member& member) { member.confirm_read(read); });
}

bool World::hand_over(gms::NodeId id, std::optional<gms::NodeId> to) {
  Node& at = node(id);
  if (!at.member || at.is_paused) return false;
  at.member->tick(now_);
  const bool started = at.member->hand_over_lead(to);
  end_turn(at);
  return started;
}

void World::flush_application(gms::NodeId id) {
  Node& at = node(id);
  at.flushed = at.applied;
  at.flushed_origins = at.origins;
}

// --- what is to be seen ---

bool World::is_up(gms::NodeId id) const {
  return node(id).member != nullptr;
}
bool World::is_paused(gms::NodeId id) const {
  return node(id).is_paused;
}
gms::MemberStatus World::status(gms::NodeId id) const {
  return node(id).member->status();
}
gms::Sequence World::applied(gms::NodeId id) const {
  return node(id).applied;
}
const DiskImage& World::disk(gms::NodeId id) const {
  return node(id).disk.image();
}
bool World::has_in_log(gms::NodeId id, const std::string& message, bool is_on_disk) const {
  const auto has = [&](const gms::Record& record) {
    return record.kind == gms::RecordKind::application &&
           format_.submitted_in(record.payload).bytes() == message;
  };
  if (is_on_disk) return std::ranges::any_of(disk(id).log, has);
  return std::ranges::any_of(node(id).disk.read(gms::Sequence{1}, SIZE_MAX), has);
}
std::size_t World::unsynced(gms::NodeId id) const {
  return node(id).disk.unsynced();
}
std::size_t World::reads_confirmed(gms::NodeId id) const {
  return node(id).reads_confirmed;
}
std::size_t World::reads_refused(gms::NodeId id) const {
  return node(id).reads_refused;
}
const std::string& World::said(gms::NodeId id) const {
  return node(id).said;
}

const std::string& World::stopped(gms::NodeId id) const {
  return node(id).stopped;
}

std::optional<gms::NodeId> World::leader() const {
  std::optional<gms::NodeId> leader;
  gms::Ballot highest;
  for (const auto& each : nodes_) {
    if (!each->member) continue;
    const gms::MemberStatus status = each->member->status();
    if (!status.is_leading || (leader && status.ballot < highest)) continue;
    leader = each->self.id;
    highest = status.ballot;
  }
  return leader;
}

bool World::is_settled() const {
  gms::Sequence longest;
  for (const auto& each : nodes_) {
    if (!each->member) return false;
    longest = std::max(longest, each->member->status().sequence);
  }
  return std::ranges::all_of(nodes_, [&](const auto& each) {
    return each->applied == longest && each->submitted.empty() && each->reads.empty() &&
           each->disk.image().damaged.empty();
  });
}

}  // namespace groupy::sim
