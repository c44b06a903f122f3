#include "gms/gms1/leader.h"

#include "gms/check.h"

namespace groupy::gms1 {

void Leader::multicast(const gms::Message& message, gms::Effects& effects) const {
  for (const gms::ViewMember& member : view_.members) {
    if (member.id == view_.leader) continue;
    effects.push_back(gms::Send{member.id, gms::MulticastFrame{message}});
  }
}

bool Leader::on_join(const gms::ViewMember& joiner, gms::Effects& effects) {
  if (joiner.id == view_.leader || view_.find(joiner.directory) != nullptr) return false;
  const auto link = linked_.find(joiner.id);
  if (link != linked_.end() && link->second == joiner.directory) return take_in(joiner, effects);
  // The invitation could not reach it, and whatever is multicast next would be lost for it.
  // Joiners ask again each second, so a table full of those that never came may be emptied.
  if (waiting_.size() == gms::kMembersMax) waiting_.clear();
  waiting_[joiner.id] = joiner;
  return false;
}

bool Leader::on_link_up(const gms::ViewMember& peer, gms::Effects& effects) {
  linked_[peer.id] = peer.directory;
  const auto waits = waiting_.find(peer.id);
  if (waits == waiting_.end() || waits->second.directory != peer.directory) return false;
  const gms::ViewMember joiner = waits->second;
  return take_in(joiner, effects);
}

bool Leader::take_in(const gms::ViewMember& joiner, gms::Effects& effects) {
  waiting_.erase(joiner.id);
  if (view_.members.size() == gms::kMembersMax && view_.find(joiner.id) == nullptr) return false;
  view_ = view_.with_joined(joiner);
  for (const gms::ViewMember& member : view_.members) {
    if (member.id == view_.leader) continue;
    effects.push_back(gms::Send{member.id, gms::ViewFrame{view_}});
  }
  return true;
}

void Leader::check_invariants() const {
  GROUPY_CHECK(view_.find(view_.leader) != nullptr, "the leader is not in its own view");
  for (const auto& [id, joiner] : waiting_) {
    GROUPY_CHECK(view_.find(joiner.directory) == nullptr, "a member still waits to be taken in");
  }
}

}  // namespace groupy::gms1
