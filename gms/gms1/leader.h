// The leader of generation 1: whatever it is handed, it sends to all, in one order.
//
// From the exercise: leader(Id, Master, Slaves, Group). Nothing is numbered and nothing is kept; if
// the leader dies half-way through a loop of sends, some members have the message and some have
// not, and nobody will ever tell them.
#pragma once

#include <map>

#include "gms/effects.h"

namespace groupy::gms1 {

class Leader {
 public:
  // `first` is the view with the leader alone in it.
  explicit Leader(gms::View first) : view_(std::move(first)) {}

  const gms::View& view() const { return view_; }

  // Whether this is the next submission of the member that sent it. Others are no business of the
  // group's: a stranger, a message in another member's name, a number that was there before.
  [[nodiscard]] bool accepts(gms::NodeId from, const gms::Message& message);
  // Sends `message` to every worker; the caller delivers it at the leader itself.
  void multicast(const gms::Message& message, gms::Effects& effects) const;

  // A node asks to be taken in. It goes to the end of the list, and the new view is multicast: to
  // the joiner that is the invitation. Until the joiner is linked with us it waits. One that is in
  // the view asks because its invitation was lost: it gets it again. True if there is a new view.
  [[nodiscard]] bool on_join(const gms::ViewMember& joiner, gms::Effects& effects);
  // A joiner that waited for its link comes in now. True if there is a new view.
  [[nodiscard]] bool on_link_up(const gms::ViewMember& peer, gms::Effects& effects);
  void on_link_lost(gms::NodeId peer) { linked_.erase(peer); }

  void check_invariants() const;

 private:
  bool is_linked(gms::NodeId node, const gms::DirectoryId& directory) const;
  bool take_in(const gms::ViewMember& joiner, gms::Effects& effects);

  gms::View view_;
  std::map<gms::NodeId, gms::DirectoryId> linked_;
  std::map<gms::DirectoryId, std::uint64_t> submitted_;  // each worker's newest counter
  // Joiners without a link to us: the newest of each node id; kMembersMax at most.
  std::map<gms::NodeId, gms::ViewMember> waiting_;
};

}  // namespace groupy::gms1
