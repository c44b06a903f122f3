// The disks of the virtual world: how long their syncs take, and what becomes of what is on them.
#include <utility>

#include "tests/sim/world_node.h"

namespace groupy::sim {

// --- written by members ---

void World::write(Node& at, DiskWrite write) {
  at.disk.write(std::move(write));
  begin_sync(at);
}

void World::begin_sync(Node& at) {
  if (at.is_syncing || !at.disk.has_unsynced()) return;
  at.is_syncing = true;
  const gms::Ticket ticket = at.disk.begin_sync();
  const auto life = at.starts;
  const gms::Time takes = random_.between(options_.sync_min, options_.sync_max);
  this->at(now_ + at.sync_takes.value_or(takes), [this, id = at.self.id, life, ticket] {
    Node& later = node(id);
    if (later.starts != life || !later.member || !later.is_syncing) return;
    if (later.is_disk_held) {
      later.late_sync = ticket;
    } else {
      end_sync(later, ticket);
    }
  });
}

void World::end_sync(Node& at, gms::Ticket ticket) {
  const auto damages_before = at.disk.damages();
  at.disk.end_sync();
  at.is_syncing = false;
  at.late_sync.reset();
  auto damages = at.disk.damages();
  const bool has_changed = damages != damages_before;
  give(at.self.id, [ticket, has_changed, damages = std::move(damages)](gms3::Member& member) {
    if (has_changed) member.damaged(ticket, std::vector<gms::Damage>(damages));
    member.persisted(ticket);
  });
  if (at.member) begin_sync(at);
}

void World::hold_disk(gms::NodeId id, bool held) {
  Node& at = node(id);
  at.is_disk_held = held;
  if (held) return;
  if (at.late_sync) end_sync(at, *at.late_sync);
}

// --- done to them ---

void World::copy(gms::NodeId id) {
  Node& at = node(id);
  at.copy = Node::Copy{at.disk, at.counted, at.flushed, at.flushed_origins};
  at.copy->disk.crash(0);
}

void World::restore_copy(gms::NodeId id) {
  Node& at = node(id);
  must(!is_up(id) && at.copy, "there is no copy to take the place of a directory that is not used");
  at.disk = at.copy->disk;
  at.counted = at.copy->starts;
  at.flushed = at.copy->flushed;
  at.flushed_origins = at.copy->flushed_origins;
}

void World::damage(gms::NodeId id, std::size_t records) {
  must(!is_up(id), "the disk of a running member is damaged");
  node(id).disk.damage(records);
}

void World::damage_record(gms::NodeId id, gms::Sequence sequence, gms::Damage::Kind kind) {
  must(!is_up(id), "the disk of a running member is damaged");
  // Without knowing where the application stands a log is given up, which is another fault.
  const bool is_base = sequence == node(id).flushed;
  node(id).disk.damage_record(sequence, is_base ? gms::Damage::Kind::payload : kind);
}

void World::accept_tail_loss(gms::NodeId id) {
  node(id).accepts_tail_loss = true;
}

void World::forget_promise(gms::NodeId id) {
  node(id).forgot_promise = true;
}

void World::slow_disk(gms::NodeId id, std::optional<gms::Time> sync) {
  node(id).sync_takes = sync;
}

void World::set_space(gms::NodeId id, bool has_space) {
  give(id, [has_space](gms3::Member& member) { member.space(has_space); });
}

}  // namespace groupy::sim
