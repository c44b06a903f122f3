#include "gms/view.h"

#include <algorithm>

namespace groupy::gms {

const ViewMember* View::find(NodeId id) const {
  const auto at = std::ranges::find(members, id, &ViewMember::id);
  return at == members.end() ? nullptr : &*at;
}

const ViewMember* View::find(const DirectoryId& directory) const {
  const auto at = std::ranges::find(members, directory, &ViewMember::directory);
  return at == members.end() ? nullptr : &*at;
}

View View::with_joined(ViewMember joiner) const {
  View next = *this;
  next.number = number.next();
  next.reason = "node " + std::to_string(joiner.id.value()) + " joined";
  joiner.incarnation = Incarnation{1};
  if (const ViewMember* former = find(joiner.id)) {
    joiner.incarnation = former->incarnation.next();
    std::erase_if(next.members, [&](const ViewMember& member) { return member.id == joiner.id; });
  }
  next.members.push_back(std::move(joiner));
  return next;
}

}  // namespace groupy::gms
