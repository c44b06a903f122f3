// Who waits for what, and until when: writes for their outcome, readers for a place.
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

#include "gms/check.h"
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

// Readers that want the state as of a sequence, or a revision, that is not applied yet.
template <typename Place>
class ReaderWaiters {
 public:
  void add(Place place, WaitId id, gms::Time deadline) {
    const std::pair key(place, id);
    const bool is_new = waiting_.try_emplace(key, deadline).second;
    GROUPY_CHECK(is_new, "a reader waits twice");
    deadlines_.emplace(deadline, key);
  }

  std::vector<WaitId> take_reached(Place reached) {
    std::vector<WaitId> taken;
    while (!waiting_.empty() && waiting_.begin()->first.first <= reached) {
      const auto& [key, deadline] = *waiting_.begin();
      taken.push_back(key.second);
      deadlines_.erase({deadline, key});
      waiting_.erase(waiting_.begin());
    }
    return taken;
  }

  std::vector<WaitId> take_expired(gms::Time now) {
    std::vector<WaitId> taken;
    while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
      const auto key = deadlines_.begin()->second;
      taken.push_back(key.second);
      waiting_.erase(key);
      deadlines_.erase(deadlines_.begin());
    }
    return taken;
  }

  std::size_t size() const { return waiting_.size(); }

 private:
  std::map<std::pair<Place, WaitId>, gms::Time> waiting_;
  std::set<std::pair<gms::Time, std::pair<Place, WaitId>>> deadlines_;
};

}  // namespace groupy::kvstore
