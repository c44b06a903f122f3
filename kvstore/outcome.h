// What became of a command, decided by applying it; the same at every replica.
//
// Thread: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <variant>
#include <vector>

#include "gms/ids.h"
#include "kvstore/command.h"

namespace groupy::kvstore {

enum class Verdict : std::uint8_t {
  created = 1,           // put: the key was not there
  replaced = 2,          // put: the key was there
  deleted = 3,           // erase: the key was there
  nothing_there = 4,     // erase: the key was not there; nothing changed
  condition_failed = 5,  // nothing changed
  request_mismatch = 6,  // the request id belongs to another request; nothing changed
  window_passed = 7,     // the request may be a repeat of one that was forgotten; nothing changed
  too_large = 8,         // key, value or command is over the group's limits, or the key is empty
};

struct Outcome {
  Verdict verdict = Verdict::created;
  gms::Sequence sequence;     // of the message, or of the first one if this is a repeat
  Revision revision;          // of the store after the command
  Revision mod_revision;      // of the key after the command; 0: absent
  std::uint64_t version = 0;  // of the key after the command; 0: absent
  bool operator==(const Outcome&) const = default;
};

// What became of one delivered command.
struct Applied {
  gms::Origin origin;
  Outcome outcome;
  bool operator==(const Applied&) const = default;
};

// What became of deliveries that were applied together.
struct BatchApplied {
  std::vector<Applied> applied;  // of the commands, in order; empty places have no outcome
  gms::Sequence up_to;           // the last one's
  std::size_t deliveries = 0;    // empty places too
  std::size_t bytes = 0;         // of their payloads
};

// Why there is no outcome.
enum class Failure : std::uint8_t {
  not_ready = 1,        // not applied: this replica is not in the group yet, or has no state yet
  overloaded = 2,       // not applied: too many writes are waiting here
  outcome_unknown = 3,  // the time was up; it may still be applied
  no_majority = 4,      // not applied: nobody leads, and nobody could be chosen to
  no_space = 5,         // not applied: a disk is nearly full
};

using Answer = std::variant<Outcome, Failure>;

// Why a read that must see the newest state is not answered.
enum class ReadFailure : std::uint8_t {
  not_confirmed = 1,  // nobody who leads confirmed it within the limit
  not_applied = 2,    // what it must see is not applied here within the limit
  no_majority = 3,    // nobody leads, and nobody could be chosen to
  overloaded = 4,     // too many wait already
};

// Why there is no digest of a sequence, or of a revision.
enum class NoDigest : std::uint8_t {
  forgotten = 1,    // older than the digests that are kept
  not_reached = 2,  // not applied within the limit
  overloaded = 3,   // too many wait for a sequence already
};

}  // namespace groupy::kvstore
