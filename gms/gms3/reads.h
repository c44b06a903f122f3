// Which reads wait for a confirmation, and which round of confirmations is good for which.
//
// A read is linearizable if the leader still led after the read had come: a majority must say so
// in answer to frames that were sent after it. So reads gather while a round is under way, and the
// next round is for all that came meanwhile; a round that was under way already proves nothing for
// them. *Confirmations* are the leader's side, *Reads* the side of whoever was asked by a client.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "gms/gms3/voters.h"

namespace groupy::gms3 {

class Confirmations {
 public:
  // A batch of reads of one member, by its number; what is stable now must be applied for them.
  struct Asked {
    gms::NodeId reader;
    std::uint64_t number = 0;
    gms::Sequence sequence;
  };

  void ask(const Asked& asked) { waiting_.push_back(asked); }
  // The round whose frames are to be sent now; nothing if none is needed, or one is under way.
  std::optional<std::uint64_t> begin_round();
  std::uint64_t round() const { return round_; }
  // This voter answered a frame of that round, or of a later one.
  void confirmed_by(gms::NodeId voter, std::uint64_t round);
  // Those that are confirmed now.
  std::vector<Asked> take_confirmed(const Voters& voters);

 private:
  std::vector<Asked> waiting_;  // for the next round
  std::vector<Asked> asking_;   // in the round that is under way
  std::uint64_t round_ = 0;
  std::map<gms::NodeId, std::uint64_t> confirmed_;
};

class Reads {
 public:
  // Numbers are not used again in another life: an answer to a question of the former one would
  // otherwise confirm a read of this one.
  Reads(std::size_t reads_max, gms::StartCount start)
      : reads_max_(reads_max), last_number_(first_number(start)) {}

  // False if there are too many already.
  [[nodiscard]] bool add(gms::ReadId id);
  // All that have not been asked for, as one batch, to be asked for now; nothing if there are none.
  std::optional<std::uint64_t> take_batch();
  // Nobody will answer what was asked: all of it is to be asked for again.
  void ask_again();
  // The batch `number` was confirmed, and with it all before: they came earlier.
  std::vector<gms::ReadId> confirmed(std::uint64_t number);
  std::vector<gms::ReadId> take_all();
  // Nobody waits for it any more.
  void forget(gms::ReadId id);
  // The number of the oldest batch that was asked for; zero if there is none.
  std::uint64_t oldest_asked() const { return asked_.empty() ? 0 : asked_.begin()->first; }
  bool is_empty() const { return unasked_.empty() && asked_.empty(); }

 private:
  const std::size_t reads_max_;
  std::uint64_t last_number_;
  std::vector<gms::ReadId> unasked_;
  std::map<std::uint64_t, std::vector<gms::ReadId>> asked_;
  std::size_t count_ = 0;
};

}  // namespace groupy::gms3
