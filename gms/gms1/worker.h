// A worker of generation 1: hands its messages to the leader, takes what the leader sends.
//
// From the exercise: slave(Id, Master, Leader, Slaves, Group). A worker believes its leader for
// ever: it does not watch it, and when the leader is gone, everything stops.
#pragma once

#include "gms/effects.h"

namespace groupy::gms1 {

class Worker {
 public:
  // `invitation` is the first view with this member in it.
  explicit Worker(gms::View invitation) : view_(std::move(invitation)) {}

  const gms::View& view() const { return view_; }

  // To be ordered by the leader, our own messages and those of joiners that asked us.
  void hand_over(gms::Frame frame, gms::Effects& effects) const {
    effects.push_back(gms::Send{view_.leader, std::move(frame)});
  }

  // Whether a frame that only the leader may send came from it, and not from another process that
  // uses its id once it is gone.
  bool is_leader(const gms::DirectoryId& sender) const {
    return view_.find(view_.leader)->directory == sender;
  }

  // The leader's next view; false if it is not the one after ours.
  [[nodiscard]] bool on_view(gms::View next) {
    if (next.number != view_.number.next() || next.leader != view_.leader) return false;
    view_ = std::move(next);
    return true;
  }

 private:
  gms::View view_;
};

}  // namespace groupy::gms1
