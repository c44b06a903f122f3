// What this member knows of the others' directories: enough to know an old copy when it comes.
//
// A directory that is restored from a copy has forgotten what it promised and acknowledged since,
// and does not know it. A write is on A and C, and acknowledged; C's disk is replaced by a copy
// from before, A is away: counted, C would make up a majority with B that has lost the write. So
// members tell each other where they stand, with each new link and now and then, and remember it on
// disk. Who knows of a loss says in which life that was, for ever, and what it acknowledged before
// is void: it did not vote until it had all that counts. Thread: one at a time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "gms/peer_memory.h"
#include "gms/routed_frame.h"

namespace groupy::gms3 {

class Peers {
 public:
  Peers(const std::vector<gms::PeerMemory>& remembered, gms::Time save_every);

  // Takes in what a member of the view says of itself. If it has less than it had once: what it
  // lacks, for people, and its word is worth nothing; unless the operator accepts the loss.
  std::optional<std::string> judge(const gms::ViewMember& peer, const gms::StandingFrame& standing,
                                   bool accepts_loss);
  // It has acknowledged this in this ballot to this member, which leads.
  void acknowledged(const gms::ViewMember& peer, gms::Ballot ballot, gms::Sequence sequence);

  // What is to be remembered from now on, if that is due.
  std::optional<std::vector<gms::PeerMemory>> take_unsaved(gms::Time now);

 private:
  static std::optional<std::string> lack_of(const gms::StandingFrame& standing,
                                            const gms::PeerMemory& known);
  static bool has_lost(const gms::StandingFrame& standing, const gms::PeerMemory& known);
  void note(gms::PeerMemory& known, gms::Ballot ballot, gms::Sequence sequence);

  const gms::Time save_every_;
  std::map<gms::DirectoryId, gms::PeerMemory> known_;
  bool has_news_ = false;
  bool is_urgent_ = false;
  gms::Time saved_at_{};
};

}  // namespace groupy::gms3
