#include "gms/gms1/leader.h"

#include "gms/check.h"

namespace groupy::gms1 {

bool Leader::accepts(gms::NodeId from, const gms::Message& message) {
  const gms::DirectoryId& directory = message.origin.directory;
  const gms::ViewMember* member = view_.find(from);
  if (member == nullptr || member->directory != directory || !is_linked(from, directory)) {
    return false;
  }
  if (message.origin.start != gms::StartCount{1}) return false;
  std::uint64_t& newest = submitted_[directory];
  if (message.origin.counter <= newest) return false;
  newest = message.origin.counter;
  return true;
}

bool Leader::is_linked(gms::NodeId node, const gms::DirectoryId& directory) const {
  const auto link = linked_.find(node);
  return link != linked_.end() && link->second == directory;
}

void Leader::multicast(const gms::Message& message, gms::Effects& effects) const {
  for (const gms::ViewMember& member : view_.members) {
    if (member.id == view_.leader) continue;
    effects.push_back(gms::Send{member.id, gms::MulticastFrame{message}});
  }
}

bool Leader::on_join(const gms::ViewMember& joiner, gms::Effects& effects) {
  if (joiner.id == view_.leader) return false;
  const bool linked = is_linked(joiner.id, joiner.directory);
  if (view_.find(joiner.directory) != nullptr) {
    // It has no state yet, so what was multicast meanwhile is not missing: the state contains it.
    if (linked) effects.push_back(gms::Send{joiner.id, gms::ViewFrame{view_}});
    return false;
  }
  if (linked) return take_in(joiner, effects);
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
  std::erase_if(submitted_, [this](const auto& entry) { return !view_.find(entry.first); });
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
