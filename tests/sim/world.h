// A group of members in a virtual world: one clock, links, disks; no thread, and no time but its
// own.
//
// Members, records and frames are the real ones, frames pass through the real codec. Everything
// that happens is an event with a time and an ordinal, so a run with the same inputs is the same
// run. What members deliver, install and confirm is compared at once with what was promised.
// Thread: one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <queue>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "gms/gms3/member.h"
#include "gms/wire/record_format.h"
#include "tests/sim/disk.h"
#include "tests/sim/history.h"
#include "tests/sim/random.h"

namespace groupy::sim {

struct WorldOptions {
  std::size_t members = 3;
  std::set<gms::NodeId> down;  // not started with the others
  std::uint64_t seed = 1;
  gms3::Timing timing;
  gms3::Windows windows;
  // Drawn between these for each frame, and for each sync.
  gms::Time latency_min{200}, latency_max{200};
  gms::Time sync_min{500}, sync_max{500};
  // What an answer with damaged records takes beside, and all that comes behind it.
  gms::Time heal_delay{};
  // The same, until the application has applied what it was given.
  gms::Time apply_min{100}, apply_max{100};
};

// How frames between two members fare, in one direction.
enum class Way { open, held, dropped };

class World {
 public:
  explicit World(const WorldOptions& options);
  ~World();

  gms::Time now() const { return now_; }
  Random& random() { return random_; }
  History& history() { return history_; }
  std::uint64_t trace_hash() const { return trace_hash_; }
  std::size_t size() const { return nodes_.size(); }
  static gms::NodeId id_of(std::size_t index) {
    return gms::NodeId{static_cast<std::uint32_t>(index + 1)};
  }

  // --- what happens ---

  void run_until(gms::Time end);
  void run_for(gms::Time time) { run_until(now_ + time); }
  // False if it did not come true in time.
  bool run_until_true(const std::function<bool()>& holds, gms::Time limit);
  void at(gms::Time time, std::function<void()> what);

  void start(gms::NodeId node);
  // Writes that were not synced survive as far as `survivors` says.
  void kill(gms::NodeId node, std::size_t survivors = 0);
  // Its directory is empty, and another one, when it starts again. It must not be running.
  void wipe(gms::NodeId node);
  // A copy of its directory is made as it is on disk; and takes its place. It must not be running
  // then.
  void copy(gms::NodeId node);
  void restore_copy(gms::NodeId node);
  // The end of its log is unreadable. It must not be running.
  void damage(gms::NodeId node, std::size_t records);
  // This record, below the mark, is unreadable. It must not be running.
  void damage_record(gms::NodeId node, gms::Sequence sequence, gms::Damage::Kind kind);
  void accept_tail_loss(gms::NodeId node);
  // What it promised is unreadable from its next start on.
  void forget_promise(gms::NodeId node);
  // Each of its syncs takes so long; or as long as others'.
  void slow_disk(gms::NodeId node, std::optional<gms::Time> sync);
  void set_space(gms::NodeId node, bool has_space);
  void pause(gms::NodeId node);
  void resume(gms::NodeId node);
  // No sync ends while it is held; the one that runs, or begins, ends first when it is let go.
  void hold_disk(gms::NodeId node, bool held);

  // Both ends see the link close; it opens again when `may_link` says so.
  void close_link(gms::NodeId a, gms::NodeId b);
  void allow_link(gms::NodeId a, gms::NodeId b, bool allowed);
  void set_way(gms::NodeId from, gms::NodeId to, Way way);
  // Frames of this kind are lost one by one, as on a way over two links; until the way is opened.
  void lose(gms::NodeId from, gms::NodeId to, const std::string& kind);
  // Until then parts of a frame keep arriving, and none is whole.
  void trickle(gms::NodeId from, gms::NodeId to, gms::Time until);
  void heal();

  // The message's text must be new. False if it was refused.
  bool submit(gms::NodeId node, const std::string& message);
  void read(gms::NodeId node);
  bool hand_over(gms::NodeId node, std::optional<gms::NodeId> to);
  // The application's state is on disk up to what it has applied.
  void flush_application(gms::NodeId node);

  // --- what is to be seen ---

  bool is_up(gms::NodeId node) const;
  bool is_paused(gms::NodeId node) const;
  gms::MemberStatus status(gms::NodeId node) const;
  gms::Sequence applied(gms::NodeId node) const;
  const DiskImage& disk(gms::NodeId node) const;
  // Written to its log, or even on its disk.
  bool has_in_log(gms::NodeId node, const std::string& message, bool is_on_disk) const;
  std::size_t unsynced(gms::NodeId node) const;
  // Whether a frame of this kind has come over the link since forget_arrivals().
  bool has_arrived(gms::NodeId from, gms::NodeId to, const std::string& kind) const {
    return arrived_.contains({from, to, kind});
  }
  void forget_arrivals() { arrived_.clear(); }
  std::size_t reads_confirmed() const { return reads_confirmed_; }
  std::size_t reads_refused() const { return reads_refused_; }
  std::size_t reads_confirmed(gms::NodeId node) const;
  std::size_t reads_refused(gms::NodeId node) const;
  // How many different ones were installed.
  std::size_t views() const { return history_.view_count(); }
  const std::string& stopped(gms::NodeId node) const;
  const std::string& said(gms::NodeId node) const;  // ever, to its operator
  bool has_acknowledged(const std::string& message) const {
    return history_.has_acknowledged(message);
  }
  // The serving leader of the highest ballot.
  std::optional<gms::NodeId> leader() const;
  // Everybody is up, has delivered everything that anybody has in its log, and can read all of its
  // own.
  bool is_settled() const;
  // One line for each thing that happens, if set.
  std::function<void(const std::string&)> trace;

 private:
  struct Node;
  struct Link;
  struct Event {
    gms::Time at;
    std::uint64_t ordinal;
    std::function<void()> what;
    bool operator<(const Event& other) const {
      return std::pair(other.at, other.ordinal) < std::pair(at, ordinal);
    }
  };

  Node& node(gms::NodeId id) { return *nodes_.at(id.value() - 1); }
  const Node& node(gms::NodeId id) const { return *nodes_.at(id.value() - 1); }
  void step();
  void say(const std::string& line);

  // Runs `input` on the member now, or when it is no longer paused; never in a later life.
  void give(gms::NodeId id, std::function<void(gms3::Member&)> input);
  void end_turn(Node& node);
  void carry_out(Node& node, gms::Effect& effect);
  void send(Node& node, const gms::Send& effect);
  void arrive(gms::NodeId from, gms::NodeId to, std::uint64_t link);
  void deliver(Node& node, const gms::HandOver& effect);
  void write(Node& node, DiskWrite write);
  void begin_sync(Node& node);
  void end_sync(Node& node, gms::Ticket ticket);
  void check_durable(const Node& at, const gms::Delivery& delivery);
  void check_frame(const Node& node, const gms::GroupFrame& frame);
  void wake_later(Node& node);
  void link_up(gms::NodeId a, gms::NodeId b);
  void dial_all();

  const WorldOptions options_;
  gms::wire::WireRecordFormat format_;
  Random random_;
  History history_;
  gms::Time now_{1000};
  std::uint64_t ordinal_ = 0;
  std::priority_queue<Event> events_;
  std::vector<std::unique_ptr<Node>> nodes_;
  std::map<std::pair<gms::NodeId, gms::NodeId>, Link> links_;  // by direction
  std::set<std::pair<gms::NodeId, gms::NodeId>> forbidden_;    // (lower, higher)
  std::uint64_t last_link_ = 0;
  std::set<std::tuple<gms::NodeId, gms::NodeId, std::string>> arrived_;
  std::size_t reads_confirmed_ = 0;
  std::size_t reads_refused_ = 0;
  std::uint64_t trace_hash_ = 0xcbf29ce484222325;
};

// The text of a frame, for traces; and its kind alone, as scenarios name it.
std::string to_text(const gms::GroupFrame& frame);
std::string kind_of(const gms::GroupFrame& frame);

}  // namespace groupy::sim
