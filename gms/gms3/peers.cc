#include "gms/gms3/peers.h"

#include <algorithm>
#include <tuple>

namespace groupy::gms3 {

Peers::Peers(const std::vector<gms::PeerMemory>& remembered, gms::Time save_every)
    : save_every_(save_every) {
  for (const gms::PeerMemory& each : remembered) known_.emplace(each.directory, each);
}

// A loss that was not heard of yet. The number that was may be another copy's, if an operator
// accepted this one in its place: then a new life that knows of a loss says enough.
bool Peers::has_lost(const gms::StandingFrame& standing, const gms::PeerMemory& known) {
  return standing.lost_in > known.lost_in ||
         (standing.lost_in == standing.start && standing.start > known.start);
}

std::optional<std::string> Peers::lack_of(const gms::StandingFrame& standing,
                                          const gms::PeerMemory& known) {
  if (standing.start < known.start) {
    return "it counts " + std::to_string(standing.start.value()) + " starts and had " +
           std::to_string(known.start.value());
  }
  const auto stands = std::tie(standing.promised, standing.synced.sequence);
  if (has_lost(standing, known)) return std::nullopt;
  if (stands >= std::tie(known.ballot, known.acknowledged)) return std::nullopt;
  return "it has promised ballot " + std::to_string(standing.promised.value()) +
         " and ends with record " + std::to_string(standing.synced.sequence.value()) +
         ", and had acknowledged record " + std::to_string(known.acknowledged.value()) +
         " in ballot " + std::to_string(known.ballot.value());
}

std::optional<std::string> Peers::judge(const gms::ViewMember& peer,
                                        const gms::StandingFrame& standing, bool accepts_loss) {
  gms::PeerMemory& known = known_.try_emplace(peer.directory).first->second;
  known.directory = peer.directory;
  auto lack = lack_of(standing, known);
  if (lack && !accepts_loss) return lack;
  const bool is_void = lack || has_lost(standing, known);
  if (standing.start != known.start || is_void) has_news_ = is_urgent_ = true;
  known.start = standing.start;
  known.lost_in = std::max(known.lost_in, standing.lost_in);
  if (is_void) {
    // What it acknowledged before it lost something is void.
    known.ballot = {};
    known.acknowledged = {};
  }
  note(known, standing.promised, standing.acknowledged);
  return std::nullopt;
}

void Peers::acknowledged(const gms::ViewMember& peer, gms::Ballot ballot, gms::Sequence sequence) {
  gms::PeerMemory& known = known_.try_emplace(peer.directory).first->second;
  known.directory = peer.directory;
  note(known, ballot, sequence);
}

void Peers::note(gms::PeerMemory& known, gms::Ballot ballot, gms::Sequence sequence) {
  if (sequence == gms::Sequence{}) return;
  if (std::tie(ballot, sequence) <= std::tie(known.ballot, known.acknowledged)) return;
  known.ballot = ballot;
  known.acknowledged = sequence;
  has_news_ = true;
}

std::optional<std::vector<gms::PeerMemory>> Peers::take_unsaved(gms::Time now) {
  if (!has_news_ || (!is_urgent_ && now - saved_at_ < save_every_)) return std::nullopt;
  has_news_ = is_urgent_ = false;
  saved_at_ = now;
  std::vector<gms::PeerMemory> all;
  for (const auto& [directory, each] : known_) all.push_back(each);
  return all;
}

}  // namespace groupy::gms3
