// One member of the group, of any generation: inputs in, effects out.
//
// No thread, lock, clock, socket, file or randomness: time and random ids come in as arguments. The
// same inputs in the same order give the same effects, so the simulator can run what the replicas
// run. After each input, or a few, the driver takes the effects and carries them out in order.
// Thread: one at a time; in a replica, the group thread.
#pragma once

#include <optional>

#include "gms/effects.h"

namespace groupy::gms {

// What anyone may ask of a member; a copy, good until the next input.
struct MemberStatus {
  SharedView view;          // the installed one; null before the first
  bool is_leading = false;  // in its own eyes
  bool has_state = false;   // joined, and its application's state is current
  Sequence stable;          // highest sequence that may be delivered
  Sequence handed_over;     // highest sequence given to the application
};

class Member {
 public:
  Member() = default;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  virtual ~Member() = default;

  // --- inputs ---

  // The application's wish to have `payload` delivered everywhere. Gives its origin, under which
  // it will be delivered; nothing if it was refused before it got a number: not joined yet.
  [[nodiscard]] virtual std::optional<Origin> submit(Payload payload) = 0;
  // A frame came in over the link with `from`. Well-formed, not trusted.
  virtual void receive(NodeId from, Frame frame) = 0;
  // A link with this peer is open, frames can be sent; `peer` is what it said of itself.
  virtual void link_up(const ViewMember& peer) = 0;
  // The link closed; frames sent over it may be lost.
  virtual void link_lost(NodeId peer) = 0;
  // The application's answer to TakeSnapshot; nothing if it cannot give its state.
  virtual void snapshot_done(const Origin& request, std::optional<Payload> state) = 0;
  // Time passed; `now` never goes back.
  virtual void tick(Time now) = 0;

  // --- outputs ---

  // What to do now, in this order; the list is empty afterwards.
  [[nodiscard]] virtual Effects take_effects() = 0;
  virtual MemberStatus status() const = 0;

  // Aborts if the member contradicts itself.
  virtual void check_invariants() const = 0;
};

}  // namespace groupy::gms
