// Whose word counts, and how many of them are enough.
//
// Thread: values.
#pragma once

#include <algorithm>
#include <cstddef>
#include <set>
#include <vector>

#include "gms/view.h"

namespace groupy::gms3 {

class Voters {
 public:
  Voters() = default;
  explicit Voters(const gms::View& view) {
    for (const gms::ViewMember& member : view.members) {
      if (member.role == gms::Role::voter) ids_.push_back(member.id);
    }
  }

  const std::vector<gms::NodeId>& ids() const { return ids_; }
  bool contains(gms::NodeId id) const { return std::ranges::find(ids_, id) != ids_.end(); }
  std::size_t majority() const { return ids_.size() / 2 + 1; }

  bool is_majority(const std::set<gms::NodeId>& members) const {
    return is_majority_of([&](gms::NodeId id) { return members.contains(id); });
  }
  // Whether `holds` is true of a majority.
  template <typename Holds>
  bool is_majority_of(Holds holds) const {
    return !ids_.empty() &&
           static_cast<std::size_t>(std::ranges::count_if(ids_, holds)) >= majority();
  }

 private:
  std::vector<gms::NodeId> ids_;  // in the order of the view
};

}  // namespace groupy::gms3
