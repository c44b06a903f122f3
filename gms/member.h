// One member of the group, of any generation: inputs in, effects out.
//
// No thread, lock, clock, socket, file or randomness: time and random ids come in as arguments. The
// same inputs in the same order give the same effects, so the simulator can run what the replicas
// run. After each input, or a few, the driver takes the effects and carries them out in order.
// Thread: one at a time; in a replica, the group thread.
#pragma once

#include <optional>
#include <variant>
#include <vector>

#include "gms/damage.h"
#include "gms/effects.h"

namespace groupy::gms {

// What a leader knows of another member.
struct MemberProgress {
  NodeId node;
  Sequence synced;
  Time contact{};  // when it was heard last
};

// What anyone may ask of a member; a copy, good until the next input.
struct MemberStatus {
  SharedView view;               // the installed one; null before the first
  std::optional<NodeId> leader;  // whom it follows, or itself; nothing while there is none
  bool is_leading = false;       // in its own eyes
  bool has_state = false;        // joined, and its application's state is current
  bool has_majority = false;     // a majority of the voters is in contact
  Sequence stable;               // highest sequence that may be delivered
  Sequence handed_over;          // highest sequence given to the application
  // Generation 3.
  Ballot ballot;                         // of whom it follows, else the highest one promised
  Sequence sequence;                     // of the last record in its log
  Sequence synced;                       // up to which its log is on disk, and the leader's
  std::vector<MemberProgress> progress;  // at the leader: of each other member
};

// Why a submission got no number; it will never be delivered.
enum class Refusal : std::uint8_t {
  not_ready = 1,    // not in a group, or without its state
  no_majority = 2,  // nobody leads, and there is no majority in contact that could choose a leader
  overloaded = 3,   // as much is under way as may be
  no_space = 4,     // a disk is nearly full
};

using Submitted = std::variant<Origin, Refusal>;

class Member {
 public:
  Member() = default;
  Member(const Member&) = delete;
  Member& operator=(const Member&) = delete;
  virtual ~Member() = default;

  // --- inputs ---

  // The application's wish to have `payload` delivered everywhere. Gives its origin, under which
  // it will be delivered, or why it was refused before it got a number.
  [[nodiscard]] virtual Submitted submit(Payload payload) = 0;
  // A frame came in over the link with `from`. Well-formed, not trusted.
  virtual void receive(NodeId from, Frame frame) = 0;
  // A link with this peer is open, frames can be sent; `peer` is what it said of itself.
  virtual void link_up(const ViewMember& peer) = 0;
  // The link closed; frames sent over it may be lost.
  virtual void link_lost(NodeId peer) = 0;
  // The application's answer to TakeSnapshot; nothing if it cannot give its state.
  virtual void snapshot_done(const Origin& request, std::optional<Payload> state) = 0;
  // Time passed; `now` never goes back. At the start of each turn, and at wake_at().
  virtual void tick(Time now) = 0;

  // --- inputs of generation 3; the others have no use for them ---

  // Everything up to `ticket` is on disk.
  virtual void persisted(Ticket) {}
  // The answer to ReadLog: records that follow each other from where it asked. None if the first of
  // them cannot be read.
  virtual void log_read(const LogReader&, std::vector<Record>&&) {}
  // What of the log cannot be read has changed: it is this, after all writes up to `ticket`.
  virtual void damaged(Ticket, std::vector<Damage>&&) {}
  // Some bytes of a frame came over the link with this peer: it is alive.
  virtual void heard(NodeId) {}
  // The application has applied all deliveries up to this one.
  virtual void applied(Sequence) {}
  // The application has a read that needs the newest state; answered by ReadConfirmed or
  // ReadRefused.
  virtual void confirm_read(ReadId) {}
  // Nobody waits for this read any more.
  virtual void forget_read(ReadId) {}
  // Whether this member's disk has room for more.
  virtual void space(bool) {}
  // Hand the lead to this member, or to any if nothing is named; false if that cannot be started,
  // and is not under way already.
  [[nodiscard]] virtual bool hand_over_lead(std::optional<NodeId>) { return false; }

  // --- outputs ---

  // What to do now, in this order; the list is empty afterwards.
  [[nodiscard]] virtual Effects take_effects() = 0;
  virtual MemberStatus status() const = 0;
  // When tick() is needed at the latest, if nothing else happens before; nothing: whenever.
  virtual std::optional<Time> wake_at() const { return std::nullopt; }

  // Aborts if the member contradicts itself.
  virtual void check_invariants() const = 0;
};

}  // namespace groupy::gms
