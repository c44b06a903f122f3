#include "tests/sim/scenario.h"

#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "tests/sim/world.h"

namespace groupy::sim {

namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Words = std::vector<std::string>;

constexpr gms::Time kPatience = seconds(20);

gms::NodeId node_named(const std::string& name) {
  if (name.size() != 1 || name[0] < 'A' || name[0] > 'G') {
    throw std::invalid_argument("no member is called " + name);
  }
  return gms::NodeId{static_cast<std::uint32_t>(name[0] - 'A' + 1)};
}

std::string joined(const Words& words, std::size_t from) {
  std::string text;
  for (std::size_t i = from; i < words.size(); ++i) text += (i > from ? " " : "") + words[i];
  return text;
}

class Scenario {
 public:
  explicit Scenario(const std::function<void(const std::string&)>& trace) : trace_(trace) {}

  void run_line(const Words& words) {
    const auto command = commands().find(words[0]);
    if (command == commands().end()) throw std::invalid_argument("no command " + words[0]);
    (this->*command->second)(Words(words.begin() + 1, words.end()));
  }

 private:
  using Command = void (Scenario::*)(const Words&);
  static const std::map<std::string, Command>& commands() {
    static const std::map<std::string, Command> kCommands = {
        {"members", &Scenario::members},   {"window", &Scenario::window},
        {"run", &Scenario::run},           {"settle", &Scenario::settle},
        {"submit", &Scenario::submit},     {"refused", &Scenario::refused},
        {"read", &Scenario::read},         {"kill", &Scenario::kill},
        {"restart", &Scenario::restart},   {"pause", &Scenario::pause},
        {"resume", &Scenario::resume},     {"cut", &Scenario::cut},
        {"join", &Scenario::join},         {"hold", &Scenario::hold},
        {"drop", &Scenario::drop},         {"open", &Scenario::open},
        {"heal", &Scenario::heal},         {"disk", &Scenario::disk},
        {"handover", &Scenario::handover}, {"flush", &Scenario::flush},
        {"until", &Scenario::until},       {"expect", &Scenario::expect},
        {"wipe", &Scenario::wipe},         {"suspect", &Scenario::suspect},
        {"lose", &Scenario::lose},         {"isolate", &Scenario::isolate},
        {"sync", &Scenario::sync},         {"latency", &Scenario::latency},
        {"apply", &Scenario::apply},       {"down", &Scenario::down},
        {"lead", &Scenario::lead},         {"note", &Scenario::note},
        {"within", &Scenario::within},     {"copy", &Scenario::copy},
        {"restore", &Scenario::restore},   {"damage", &Scenario::damage},
        {"decay", &Scenario::decay},       {"accept-loss", &Scenario::accept_loss},
        {"forget", &Scenario::forget},     {"slow", &Scenario::slow},
        {"space", &Scenario::space},       {"bytes", &Scenario::bytes},
    };
    return kCommands;
  }

  World& world() {
    if (!world_) {
      world_ = std::make_unique<World>(options_);
      world_->trace = trace_;
    }
    return *world_;
  }

  void members(const Words& w) { options_.members = std::stoul(w.at(0)); }
  // Not even started yet.
  void down(const Words& w) {
    for (const std::string& each : w) options_.down.insert(node_named(each));
  }
  void suspect(const Words& w) { options_.timing.suspect_after = milliseconds(std::stol(w.at(0))); }
  void sync(const Words& w) {
    options_.sync_min = options_.sync_max = milliseconds(std::stol(w.at(0)));
  }
  void latency(const Words& w) {
    options_.latency_min = options_.latency_max = milliseconds(std::stol(w.at(0)));
  }
  void apply(const Words& w) {
    options_.apply_min = options_.apply_max = milliseconds(std::stol(w.at(0)));
  }
  void window(const Words& w) {
    static const std::map<std::string, std::size_t gms3::Windows::*> kWindows = {
        {"submissions", &gms3::Windows::submissions_max},
        {"unstable", &gms3::Windows::unstable_max},
        {"feed", &gms3::Windows::feed_max},
        {"batch", &gms3::Windows::batch_max},
        {"batch-bytes", &gms3::Windows::batch_bytes_max},
        {"recent", &gms3::Windows::recent_max},
        {"applying", &gms3::Windows::applying_max},
    };
    options_.windows.*kWindows.at(w.at(0)) = std::stoul(w.at(1));
  }

  void run(const Words& w) { world().run_for(milliseconds(std::stol(w.at(0)))); }
  void settle(const Words&) {
    must(world().run_until_true([this] { return world().is_settled(); }, kPatience),
         "the group does not settle");
  }
  // This member leads, and all have all.
  void lead(const Words& w) {
    const gms::NodeId node = node_named(w.at(0));
    const auto leads = [&] {
      const auto leader = world().leader();
      if (leader && leader != node) world().hand_over(*leader, node);
      return leader == node;
    };
    must(world().run_until_true(leads, kPatience), "it does not come to lead");
    settle({});
  }
  // From here on arrivals and new ballots are counted.
  void note(const Words&) {
    ballots_before_ = world().history().leaders();
    world().forget_arrivals();
  }
  void submit(const Words& w) {
    for (std::size_t i = 1; i < w.size(); ++i) {
      must(world().submit(node_named(w[0]), w[i]), w[i] + " is refused");
    }
  }
  void refused(const Words& w) {
    must(!world().submit(node_named(w.at(0)), w.at(1)), w[1] + " is not refused");
  }
  void read(const Words& w) { world().read(node_named(w.at(0))); }
  void kill(const Words& w) {
    const gms::NodeId node = node_named(w.at(0));
    const bool keeps = w.size() > 1 && w[1] == "keeping-unsynced";
    world().kill(node, keeps ? world().unsynced(node) : 0);
  }
  void restart(const Words& w) {
    for (const std::string& each : w) world().start(node_named(each));
  }
  void wipe(const Words& w) { world().wipe(node_named(w.at(0))); }
  void copy(const Words& w) { world().copy(node_named(w.at(0))); }
  void restore(const Words& w) { world().restore_copy(node_named(w.at(0))); }
  void damage(const Words& w) { world().damage(node_named(w.at(0)), std::stoul(w.at(1))); }
  // Records that stand below the mark: their payloads, or all of them.
  void decay(const Words& w) {
    const auto kind = w.at(1) == "payload" ? gms::Damage::Kind::payload : gms::Damage::Kind::record;
    for (std::size_t i = 2; i < w.size(); ++i) {
      world().damage_record(node_named(w[0]), gms::Sequence{std::stoul(w[i])}, kind);
    }
  }
  void accept_loss(const Words& w) { world().accept_tail_loss(node_named(w.at(0))); }
  void forget(const Words& w) { world().forget_promise(node_named(w.at(0))); }
  void slow(const Words& w) {
    world().slow_disk(node_named(w.at(0)), milliseconds(std::stol(w.at(1))));
  }
  void space(const Words& w) { world().set_space(node_named(w.at(0)), w.at(1) == "free"); }
  void pause(const Words& w) { world().pause(node_named(w.at(0))); }
  void resume(const Words& w) { world().resume(node_named(w.at(0))); }
  void cut(const Words& w) { world().allow_link(node_named(w.at(0)), node_named(w.at(1)), false); }
  void join(const Words& w) { world().allow_link(node_named(w.at(0)), node_named(w.at(1)), true); }
  void hold(const Words& w) { way(w, Way::held); }
  void drop(const Words& w) { way(w, Way::dropped); }
  void open(const Words& w) { way(w, Way::open); }
  void lose(const Words& w) {
    for (std::size_t i = 2; i < w.size(); ++i) {
      world().lose(node_named(w[0]), node_named(w.at(1)), w[i]);
    }
  }
  void bytes(const Words& w) {
    world().trickle(node_named(w.at(0)), node_named(w.at(1)),
                    world().now() + milliseconds(std::stol(w.at(2))));
  }
  // No links between these and the others.
  void isolate(const Words& w) {
    std::set<gms::NodeId> inside;
    for (const std::string& each : w) inside.insert(node_named(each));
    for (std::size_t i = 0; i < world().size(); ++i) {
      if (inside.contains(World::id_of(i))) continue;
      for (const gms::NodeId each : inside) world().allow_link(each, World::id_of(i), false);
    }
  }
  void way(const Words& w, Way way) {
    world().set_way(node_named(w.at(0)), node_named(w.at(1)), way);
  }
  void heal(const Words&) { world().heal(); }
  void disk(const Words& w) { world().hold_disk(node_named(w.at(0)), w.at(1) == "held"); }
  void handover(const Words& w) {
    const auto to = w.size() > 1 ? std::optional(node_named(w[1])) : std::nullopt;
    must(world().hand_over(node_named(w.at(0)), to), "the lead cannot be handed over");
  }
  void flush(const Words& w) { world().flush_application(node_named(w.at(0))); }

  // until CONDITION...: runs until it holds. expect CONDITION...: it holds now. Before either,
  // `not`.
  void until(const Words& w) {
    must(world().run_until_true([&] { return holds(w); }, kPatience), "it never comes to that");
  }
  void within(const Words& w) {
    const Words condition(w.begin() + 1, w.end());
    must(world().run_until_true([&] { return holds(condition); }, milliseconds(std::stol(w.at(0)))),
         "it does not come to that in time");
  }
  void expect(const Words& w) { must(holds(w), "it is not so"); }

  bool holds(Words w) {
    if (w.at(0) == "not") return !holds(Words(w.begin() + 1, w.end()));
    if (w[0] == "leader") {
      const auto leader = world().leader();
      return w.at(1) == "any" ? leader.has_value()
             : w[1] == "none" ? !leader
                              : leader == node_named(w[1]);
    }
    if (w[0] == "delivered")
      return has_delivered(node_named(w.at(1)), Words(w.begin() + 2, w.end()));
    if (w[0] == "order") return order() == Words(w.begin() + 1, w.end());
    if (w[0] == "acknowledged") return world().has_acknowledged(w.at(1));
    if (w[0] == "views") return world().views() == std::stoul(w.at(1));
    if (w[0] == "new-ballots") {
      return world().history().leaders() - ballots_before_ == std::stoul(w.at(1));
    }
    if (w[0] == "arrived") {
      return world().has_arrived(node_named(w.at(1)), node_named(w.at(2)), w.at(3));
    }
    return holds_of(node_named(w.at(1)), w);
  }

  bool holds_of(gms::NodeId node, const Words& w) {
    const auto number = [&] { return std::stoul(w.at(2)); };
    if (w[0] == "up") return world().is_up(node);
    if (w[0] == "stopped") {
      return !world().is_up(node) && !world().stopped(node).empty() &&
             (w.size() < 3 || world().stopped(node).find(w[2]) != std::string::npos);
    }
    if (w[0] == "said") return world().said(node).find(joined(w, 2)) != std::string::npos;
    if (w[0] == "confirmed") return world().reads_confirmed(node) == number();
    if (w[0] == "turned-away") return world().reads_refused(node) == number();
    if (w[0] == "unanswered") {
      return world().reads_confirmed(node) == 0 && world().reads_refused(node) == 0;
    }
    if (w[0] == "in-log") return world().has_in_log(node, w.at(2), false);
    if (w[0] == "on-disk") return world().has_in_log(node, w.at(2), true);
    if (w[0] == "whole") return world().disk(node).damaged.empty();
    if (w[0] == "records-on-disk") return world().disk(node).log.size() >= number();
    if (!world().is_up(node)) return false;
    const gms::MemberStatus status = world().status(node);
    if (w[0] == "leads") return status.is_leading;
    if (w[0] == "ready") return status.has_state;
    if (w[0] == "follows") return status.leader == node_named(w.at(2));
    throw std::invalid_argument("no condition " + w[0]);
  }

  Words order() {
    Words order;
    for (const gms::Delivery& each : world().history().order()) {
      if (!each.is_empty_place()) order.emplace_back(each.payload.bytes());
    }
    return order;
  }
  bool has_delivered(gms::NodeId node, const Words& messages) {
    const auto& order = world().history().order();
    for (const std::string& message : messages) {
      bool found = false;
      for (std::size_t i = 0; i < world().applied(node).value(); ++i) {
        found = found || order[i].payload.bytes() == message;
      }
      if (!found) return false;
    }
    return true;
  }

  const std::function<void(const std::string&)> trace_;
  WorldOptions options_;
  std::size_t ballots_before_ = 0;
  std::unique_ptr<World> world_;
};

}  // namespace

void run_scenario(const std::string& text, const std::function<void(const std::string&)>& trace) {
  Scenario scenario(trace);
  std::istringstream lines(text);
  std::size_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    std::istringstream content(line.substr(0, line.find('#')));
    Words words;
    for (std::string word; content >> word;) words.push_back(word);
    if (words.empty()) continue;
    try {
      scenario.run_line(words);
    } catch (const BrokenPromise& broken) {
      throw BrokenPromise("line " + std::to_string(number) + ", " + line + ": " + broken.what());
    }
  }
}

}  // namespace groupy::sim
