#include "tests/sim/random_run.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace groupy::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr gms::Time kFaultyTime = seconds(3);
constexpr gms::Time kHealingTime = seconds(20);

WorldOptions draw_options(std::uint64_t seed) {
  Random random(seed ^ 0x5eed0f0e);
  WorldOptions options;
  options.seed = seed;
  constexpr std::size_t kSizes[] = {3, 3, 3, 3, 5, 5, 5, 4, 2, 1, 7};
  options.members = kSizes[random.below(std::size(kSizes))];
  options.timing.suspect_after = milliseconds(50 + random.below(150));
  options.latency_min = gms::Time(50);
  options.latency_max = gms::Time(100 + random.below(random.one_in(3) ? 30'000 : 2'000));
  options.sync_min = gms::Time(50);
  options.sync_max = gms::Time(100 + random.below(random.one_in(3) ? 60'000 : 5'000));
  if (random.one_in(2)) options.timing.standing_every = milliseconds(20 + random.below(2000));
  if (random.one_in(3)) options.heal_delay = milliseconds(random.below(600));
  if (random.one_in(3)) options.apply_max = gms::Time(100 + random.below(30'000));
  if (random.one_in(2)) {
    gms3::Windows& windows = options.windows;
    windows.submissions_max = 1 + random.below(20);
    windows.unstable_max = 1 + random.below(10);
    windows.feed_max = 1 + random.below(5);
    windows.batch_max = 1 + random.below(4);
    windows.batch_bytes_max = 1 + random.below(200);
    windows.recent_max = 1 + random.below(10);
    windows.applying_max = 1 + random.below(10);
  }
  return options;
}

class Run {
 public:
  Run(std::uint64_t seed, const std::function<void(const std::string&)>& trace)
      : options_(draw_options(seed)), random_(seed ^ 0xfa017), world_(options_) {
    world_.trace = trace;
    enabled_ = random_.next();
    fault_pause_ = milliseconds(20 + random_.below(300));
    if (world_.size() > 2 && random_.one_in(4)) fragile_ = any();
    decays_ = random_.one_in(3);
    if (world_.size() > 2 && !fragile_ && random_.one_in(8)) forgetful_ = any();
  }

  RunResult run() {
    plan_submission();
    plan_retries();
    plan_read();
    plan_flush();
    plan_fault();
    world_.run_for(kFaultyTime);
    is_faulty_ = false;
    heal();
    leave_links_cut();
    must(world_.run_until_true([this] { return is_quiet(); }, kHealingTime),
         "no progress after all faults have ceased");
    last_words();
    world_.history().check_nothing_is_lost();
    return {world_.trace_hash(),        world_.history().acknowledged_count(),
            world_.reads_confirmed(),   faults_,
            world_.history().leaders(), world_.now()};
  }

 private:
  gms::NodeId any() { return World::id_of(random_.below(world_.size())); }

  void plan(gms::Time pause, void (Run::*action)()) {
    world_.at(world_.now() + random_.between(gms::Time(1), 2 * pause), [this, pause, action] {
      if (!is_faulty_) return;
      (this->*action)();
      plan(pause, action);
    });
  }
  void plan_submission() { plan(gms::Time(500 + random_.below(20'000)), &Run::submit); }
  void plan_read() { plan(gms::Time(2000 + random_.below(20'000)), &Run::read); }
  void plan_flush() { plan(milliseconds(20 + random_.below(500)), &Run::flush); }
  void plan_fault() { plan(fault_pause_, &Run::fault); }

  void submit() {
    const std::size_t burst = random_.one_in(10) ? 10 : 1;
    const gms::NodeId node = any();
    for (std::size_t i = 0; i < burst && world_.is_up(node); ++i) {
      const std::string message = "m" + std::to_string(++messages_);
      world_.submit(node, message);
      if (random_.one_in(10) && wishes_.size() < 20) wishes_.push_back({{message}, world_.now()});
    }
  }

  // Some clients do not give up: they try again at any member, until one of their attempts is
  // acknowledged. To the group each attempt is a message of its own.
  struct Wish {
    std::vector<std::string> attempts;
    gms::Time tried_at{};
  };
  bool is_granted(const Wish& wish) const {
    return std::ranges::any_of(wish.attempts, [this](const std::string& attempt) {
      return world_.has_acknowledged(attempt);
    });
  }
  void plan_retries() {
    world_.at(world_.now() + milliseconds(50), [this] {
      std::erase_if(wishes_, [this](const Wish& wish) { return is_granted(wish); });
      for (Wish& wish : wishes_) {
        const gms::Time patience = milliseconds(500) * (1 << wish.attempts.size());
        if (world_.now() - wish.tried_at < patience) continue;
        const std::string number = std::to_string(wish.attempts.size() + 1);
        const std::string attempt = wish.attempts.front() + ", try " + number;
        if (!world_.submit(any(), attempt)) continue;
        wish.attempts.push_back(attempt);
        wish.tried_at = world_.now();
      }
      plan_retries();
    });
  }
  bool is_quiet() { return wishes_.empty() && world_.is_settled(); }
  void read() { world_.read(any()); }
  void flush() { world_.flush_application(any()); }

  void fault() {
    const std::uint64_t kind = random_.below(16);
    if ((enabled_ >> kind & 1) == 0) return;
    ++faults_;
    const gms::NodeId a = any(), b = any();
    const gms::Time later = random_.between(milliseconds(1), milliseconds(800));
    switch (kind) {
      case 0:
      case 1:
        kill(a, later);
        break;
      case 2:
        for (std::size_t i = 0; i < world_.size(); ++i) kill(World::id_of(i), later);
        break;
      case 3:
        world_.pause(a);
        after(later, [this, a] { world_.resume(a); });
        break;
      case 4:
        if (a != b) world_.close_link(a, b);
        break;
      case 5:
        if (a != b) forbid({a}, later);
        break;
      case 6:
        if (a != b) forbid_pair(a, b, later);
        break;
      case 7:
        if (a != b) way(a, b, Way::dropped, later);
        break;
      case 8:
        if (a != b) way(a, b, Way::held, later);
        break;
      case 9:
      case 10:
      case 11:
      case 12:
        disk_fault(kind, a, later);
        break;
      case 13:
        if (fragile_) kill(*fragile_, random_.between(milliseconds(1), milliseconds(20)));
        break;
      case 14:
        if (const auto leader = world_.leader()) {
          if (random_.one_in(2))
            world_.hand_over(*leader, b);
          else
            kill(*leader, later);
        }
        break;
      default:
        split(later);
    }
  }
  void disk_fault(std::uint64_t kind, gms::NodeId node, gms::Time later) {
    switch (kind) {
      case 9:
        world_.hold_disk(node, true);
        after(later, [this, node] { world_.hold_disk(node, false); });
        break;
      case 10:  // and then its owner dies
        world_.hold_disk(node, true);
        after(later, [this, node] {
          kill(node, milliseconds(5));
          world_.hold_disk(node, false);
        });
        break;
      case 11:
        world_.slow_disk(node, random_.between(milliseconds(1), milliseconds(400)));
        after(later, [this, node] { world_.slow_disk(node, std::nullopt); });
        break;
      default:
        world_.set_space(node, false);
        after(later, [this, node] { world_.set_space(node, true); });
    }
  }

  void after(gms::Time time, std::function<void()> what) {
    world_.at(world_.now() + time, std::move(what));
  }
  void kill(gms::NodeId node, gms::Time later) {
    if (!world_.is_up(node)) return;
    world_.kill(node, random_.below(world_.unsynced(node) + 1));
    if (node == fragile_ && random_.one_in(2)) world_.damage(node, random_.below(4));
    if (decays_ && random_.one_in(2)) decay(node);
    if (node == forgetful_ && random_.one_in(2)) world_.forget_promise(node);
    after(later, [this, node] { world_.start(node); });
  }
  // Records become unreadable of which somebody else has a good copy.
  void decay(gms::NodeId node) {
    const auto& log = world_.disk(node).log;
    const std::size_t count = 1 + random_.below(6);
    const std::size_t first = log.empty() ? 0 : random_.below(log.size());
    const bool is_head = random_.one_in(2);
    for (std::size_t at = first; at < std::min(first + count, log.size()); ++at) {
      bool has_copy = false;
      for (std::size_t i = 0; i < world_.size(); ++i) {
        const gms::NodeId other = World::id_of(i);
        has_copy = has_copy || (other != node && other != fragile_ &&
                                world_.disk(other).has(gms::id_of(log[at])));
      }
      const auto kind = is_head ? gms::Damage::Kind::record : gms::Damage::Kind::payload;
      if (has_copy) world_.damage_record(node, gms::Sequence{at + 1}, kind);
    }
  }
  void forbid(const std::vector<gms::NodeId>& side, gms::Time later) {
    for (const gms::NodeId inside : side) {
      for (std::size_t i = 0; i < world_.size(); ++i) {
        const gms::NodeId other = World::id_of(i);
        bool is_inside = false;
        for (const gms::NodeId each : side) is_inside = is_inside || each == other;
        if (!is_inside) forbid_pair(inside, other, later);
      }
    }
  }
  void forbid_pair(gms::NodeId a, gms::NodeId b, gms::Time later) {
    world_.allow_link(a, b, false);
    after(later, [this, a, b] { world_.allow_link(a, b, true); });
  }
  void way(gms::NodeId from, gms::NodeId to, Way way, gms::Time later) {
    world_.set_way(from, to, way);
    after(later, [this, from, to] { world_.set_way(from, to, Way::open); });
  }
  void split(gms::Time later) {
    std::vector<gms::NodeId> side;
    for (std::size_t i = 0; i < world_.size(); ++i) {
      if (random_.one_in(2)) side.push_back(World::id_of(i));
    }
    forbid(side, later);
  }

  void heal() {
    world_.heal();
    for (std::size_t i = 0; i < world_.size(); ++i) {
      const gms::NodeId node = World::id_of(i);
      world_.resume(node);
      world_.hold_disk(node, false);
      world_.slow_disk(node, std::nullopt);
      world_.set_space(node, true);
      world_.start(node);
    }
  }

  // Nor does a group need all its links, once it is founded: who misses one is served through the
  // others.
  void leave_links_cut() {
    if (world_.size() < 3 || world_.history().leaders() == 0 || !random_.one_in(3)) return;
    const std::size_t count = world_.size() > 4 ? 1 + random_.below(2) : 1;
    for (std::size_t i = 0; i < count; ++i) {
      const gms::NodeId a = any(), b = any();
      if (a != b) world_.allow_link(a, b, false);
    }
  }

  // Every member works again: a write and a read at each.
  void last_words() {
    for (std::size_t i = 0; i < world_.size(); ++i) {
      const std::string word = "last word of " + std::to_string(i + 1);
      must(world_.run_until_true([&] { return world_.submit(World::id_of(i), word); }, seconds(2)),
           "a member refuses work after all faults have ceased");
      world_.read(World::id_of(i));
    }
    must(world_.run_until_true([this] { return world_.is_settled(); }, seconds(5)),
         "the last words are not delivered");
    must(world_.reads_refused() == 0 || world_.reads_confirmed() > 0, "no read is ever confirmed");
  }

  const WorldOptions options_;
  Random random_;
  World world_;
  std::uint64_t enabled_ = 0;
  gms::Time fault_pause_{};
  std::optional<gms::NodeId> fragile_;    // the one whose disk may lose what it had
  std::optional<gms::NodeId> forgetful_;  // the one that may forget what it promised
  bool decays_ = false;                   // records become unreadable
  bool is_faulty_ = true;
  std::size_t messages_ = 0;
  std::vector<Wish> wishes_;  // of clients that have no answer yet
  std::size_t faults_ = 0;
};

}  // namespace

RunResult run_seed(std::uint64_t seed, const std::function<void(const std::string&)>& trace) {
  return Run(seed, trace).run();
}

}  // namespace groupy::sim
