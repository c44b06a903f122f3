// Who is in the group, numbered so that anyone can tell old news from new.
//
// A View never changes: a join, a departure or a suspicion leads to the next one.
// Invariant: members that install the same number install the same list.
// Thread: build on the group thread; share freely afterwards.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gms/ids.h"

namespace groupy::gms {

enum class Role : std::uint8_t {
  voter = 1,    // leads or works, and counts for majorities
  learner = 2,  // is fed, but does not count yet
};

// One member as the group knows it. Addresses are "host:port", as others dial and show them.
struct ViewMember {
  NodeId id;
  Role role = Role::voter;
  Incarnation incarnation{1};
  DirectoryId directory;
  std::string peer_address;
  std::string http_address;

  bool operator==(const ViewMember&) const = default;
};

struct View {
  GroupId group;
  ViewNumber number;
  NodeId leader;
  std::vector<ViewMember> members;  // in the order in which they joined, no id twice
  std::string reason;               // for people: why this view followed the last one

  // The member with this id, or null. Valid as long as the view.
  const ViewMember* find(NodeId id) const;
  // The same, by directory.
  const ViewMember* find(const DirectoryId& directory) const;

  // The next view: `joiner` at the end of the list. A former life of the same node id leaves the
  // list, and the joiner gets the incarnation after it.
  View with_joined(ViewMember joiner) const;

  bool operator==(const View&) const = default;
};

// Bounds of what is accepted as a view from outside.
constexpr std::size_t kMembersMax = 64;
constexpr std::size_t kAddressBytesMax = 300;
constexpr std::size_t kReasonBytesMax = 500;

using SharedView = std::shared_ptr<const View>;

}  // namespace groupy::gms
