// Who waits for what, and until when: writes for their outcome, readers for a sequence.
//
// Both are bounded, and each entry leaves exactly once: found, reached or expired.
// Thread: one at a time; in a replica, the group thread.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "gms/ids.h"

namespace groupy::kvstore {

// Names one waiting request; given by who asks, never reused.
using WaitId = gms::Number<struct WaitIdTag, std::uint64_t>;

// Writes that were submitted, by the counter of their origin.
class WriteWaiters {
 public:
  void add(std::uint64_t counter, WaitId id, std::size_t bytes, gms::Time deadline);
  // Whose write this was, if somebody still waits for it.
  std::optional<WaitId> take(std::uint64_t counter);
  // Those whose deadline is at or before `now`, in the order of their deadlines.
  std::vector<WaitId> take_expired(gms::Time now);

  std::size_t size() const { return waiting_.size(); }
  std::size_t bytes() const { return bytes_; }  // of their commands

 private:
  struct Waiting {
    WaitId id;
    std::size_t bytes = 0;
    gms::Time deadline{};
  };
  std::map<std::uint64_t, Waiting> waiting_;
  std::set<std::pair<gms::Time, std::uint64_t>> deadlines_;
  std::size_t bytes_ = 0;
};

// Readers that want the state as of a sequence that is not applied yet.
class SequenceWaiters {
 public:
  void add(gms::Sequence sequence, WaitId id, gms::Time deadline);
  std::vector<WaitId> take_reached(gms::Sequence applied);
  std::vector<WaitId> take_expired(gms::Time now);

  std::size_t size() const { return waiting_.size(); }

 private:
  std::map<std::pair<gms::Sequence, WaitId>, gms::Time> waiting_;
  std::set<std::pair<gms::Time, std::pair<gms::Sequence, WaitId>>> deadlines_;
};

}  // namespace groupy::kvstore
