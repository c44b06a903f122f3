// What the virtual world is made of: its replicas and the links between them.
//
// Thread: one.
#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "tests/sim/world.h"

namespace groupy::sim {

// One replica: what dies with its process, and what stays.
struct World::Node {
  gms::ViewMember self;
  gms::StartCount starts;
  std::unique_ptr<gms3::Member> member;  // null: not running
  bool is_paused = false;
  std::deque<std::function<void(gms3::Member&)>> waiting;  // inputs while it is paused
  std::uint64_t wake = 0;                                  // the newest of its wake events
  gms::Time wakes_at{};
  std::string stopped;
  std::string said;  // a line each

  Disk disk;
  bool is_syncing = false;
  bool is_disk_held = false;
  std::optional<gms::Ticket> late_sync;  // would have ended, were the disk not held

  // The application: what it applied, and what of that is on disk.
  gms::Sequence applied;
  gms::Time applies_at{};
  std::map<gms::DirectoryId, gms::Origin> origins;
  gms::Sequence flushed;
  std::map<gms::DirectoryId, gms::Origin> flushed_origins;

  // Its data directory as it was once.
  struct Copy {
    Disk disk;
    gms::StartCount starts;
    gms::Sequence flushed;
    std::map<gms::DirectoryId, gms::Origin> flushed_origins;
  };
  std::optional<Copy> copy;
  gms::StartCount counted;         // the starts that its directory has counted
  bool accepts_tail_loss = false;  // it is started with --accept-tail-loss
  bool forgot_promise = false;
  std::optional<gms::Time> sync_takes;  // otherwise as for all

  std::map<std::uint64_t, std::string> submitted;  // by counter, in this life
  gms::ReadId last_read;
  std::map<gms::ReadId, gms::Sequence> reads;  // with what each must see at least
  std::size_t reads_confirmed = 0;
  std::size_t reads_refused = 0;
};

struct World::Link {
  std::uint64_t number = 0;  // 0: closed
  Way way = Way::open;
  std::set<std::string> lost_kinds;  // frames that do not arrive, as on a way over two links
  gms::Time last_arrival{};
  std::deque<gms::Frame> frames;  // sent and not arrived
  std::size_t held = 0;           // how many of these have no arrival planned
  std::size_t losses = 0;         // that its sender has not seen yet
};

}  // namespace groupy::sim
