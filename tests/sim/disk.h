// The disk of a simulated member, as its log thread uses it: written in order, safe once synced.
//
// What was written and not synced may be there after a crash or not, from its end on. Reads see
// what was written, synced or not. Thread: one.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <variant>
#include <vector>

#include "gms/effects.h"
#include "gms/record_format.h"
#include "gms/recovered.h"

namespace groupy::sim {

// What survives a crash.
struct DiskImage {
  gms::GroupId group;
  gms::Promise promise;
  std::vector<gms::Record> log;  // from sequence 1 on
  bool has_loss = false;         // its owner knows that something is missing from the end
  gms::StartCount lost_in;       // the last life that knew so
  gms::StartCount start;         // of the present one
  gms::Sequence had;             // and how far it came before
  // Sequences of records that cannot be read, and whether they still know who they are.
  std::map<gms::Sequence, gms::Damage::Kind> damaged;
  std::vector<gms::PeerMemory> peers;

  bool has(const gms::RecordId& id) const {
    const auto index = id.sequence.value() - 1;
    return index < log.size() && gms::id_of(log[index]) == id && !damaged.contains(id.sequence);
  }
};

using DiskWrite = std::variant<gms::AppendRecords, gms::CutLog, gms::SavePromise, gms::SaveGroup,
                               gms::DeclareLogWhole, gms::HealRecords>;

class Disk {
 public:
  void write(DiskWrite write) { unsynced_.push_back(std::move(write)); }
  bool has_unsynced() const { return !unsynced_.empty(); }
  // Everything written so far will be on disk when end_sync() is called; the ticket of it.
  gms::Ticket begin_sync();
  void end_sync();
  // The first `survivors` writes that were not synced are on disk all the same, the rest is gone.
  void crash(std::size_t survivors);
  std::size_t unsynced() const { return unsynced_.size(); }
  // At once: nothing waits for it, and it is newer or older, not wrong.
  void save_peers(const gms::SavePeers& save) { image_.peers = save.peers; }
  // The last so many records cannot be read any more, and it shows. Nothing may be unsynced.
  void damage(std::size_t records);
  // This record cannot be read any more, and its successor names it. Nothing may be unsynced.
  void damage_record(gms::Sequence sequence, gms::Damage::Kind kind);
  // As the log tells it.
  std::vector<gms::Damage> damages() const;
  // Whether all behind `given` up to there can be read.
  bool is_sound(gms::Sequence given, gms::Sequence end) const;

  const DiskImage& image() const { return image_; }
  // Everything up to there is on disk, and no write that waits takes it back.
  bool keeps(gms::Sequence end) const;
  std::vector<gms::Record> read(gms::Sequence from, std::size_t bytes_max) const;

  // A life with this number begins. It may have forgotten its promise.
  gms::Recovered recover(gms::StartCount start, gms::Sequence applied, bool has_amnesia,
                         const gms::RecordFormat& format);

 private:
  void add_damaged(const gms::Record& record, gms::Damage::Kind kind, gms::Recovered& found) const;

  std::deque<DiskWrite> unsynced_;
  std::size_t syncing_ = 0;  // how many of them, from the front
  DiskImage image_;
};

gms::Ticket ticket_of(const DiskWrite& write);

}  // namespace groupy::sim
