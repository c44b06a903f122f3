// Which life of each other member was heard last.
//
// A member that starts again may have less on its disk than its former life acknowledged, and a
// link that closes and opens tells so; over a third member nothing does, and frames of the former
// life may come late. So each frame names the life of who wrote it, and the life for which it is
// meant. Thread: one at a time.
#pragma once

#include <map>

#include "gms/ids.h"

namespace groupy::gms3 {

class Lives {
 public:
  enum class Word { of_the_same, of_a_new_one, of_a_former_one };

  // A frame of `peer` came, over its own link or on another way. Over its own link nothing is late:
  // there even fewer starts are its present life, which may be that of an old copy.
  Word heard(gms::NodeId peer, gms::StartCount start, bool is_own_link) {
    gms::StartCount& known = known_[peer];
    if (start < known && !is_own_link) return Word::of_a_former_one;
    const bool is_other = known != gms::StartCount{} && known != start;
    known = start;
    return is_other ? Word::of_a_new_one : Word::of_the_same;
  }
  // A new link: which life is at its other end is not known before it says so.
  void forget(gms::NodeId peer) { known_.erase(peer); }
  // Zero: not known.
  gms::StartCount of(gms::NodeId peer) const {
    const auto found = known_.find(peer);
    return found == known_.end() ? gms::StartCount{} : found->second;
  }

 private:
  std::map<gms::NodeId, gms::StartCount> known_;
};

}  // namespace groupy::gms3
