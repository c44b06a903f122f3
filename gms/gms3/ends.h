// How far the others' logs come, for a member that may have lost the end of its own.
//
// It may vote again for a log that reaches as far as each of them. But until a leader knows of this
// life, it makes records stable with what the former one acknowledged: B says where its log ends,
// syncs more, and that is on two disks, this one's lost end and B's. So an end counts only if it
// was asked for when all others had answered this life before: from then on nothing becomes stable
// with the former one's help. Thread: one at a time.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>

#include "gms/gms3/voters.h"
#include "gms/routed_frame.h"

namespace groupy::gms3 {

class Ends {
 public:
  // Questions of this life have higher numbers than `former`.
  explicit Ends(std::uint64_t former) : former_(former) {}

  // The answer to this question, of those up to `newest_asked`: its log was on disk so far.
  void answered(gms::NodeId peer, std::uint64_t question, std::uint64_t newest_asked,
                const gms::LogEnd& synced) {
    if (question <= former_) return;
    Answer& answer = answers_.try_emplace(peer, Answer{newest_asked, {}, {}}).first->second;
    if (question < answer.newest) return;
    answer.newest = question;
    answer.synced = synced;
  }

  // Nothing while it is not known of one of the other voters.
  std::optional<gms::LogEnd> furthest(const Voters& voters, gms::NodeId self) const {
    std::uint64_t all_knew = 0;
    for (const gms::NodeId id : voters.ids()) {
      if (id == self) continue;
      const auto found = answers_.find(id);
      if (found == answers_.end()) return std::nullopt;
      all_knew = std::max(all_knew, found->second.knew_by);
    }
    gms::LogEnd furthest;
    for (const gms::NodeId id : voters.ids()) {
      if (id == self) continue;
      const Answer& answer = answers_.at(id);
      if (answer.newest <= all_knew) return std::nullopt;
      furthest = std::max(furthest, answer.synced);
    }
    return furthest;
  }

 private:
  struct Answer {
    std::uint64_t knew_by;  // the newest question when its first answer came
    std::uint64_t newest;   // that it answered
    gms::LogEnd synced;     // then
  };
  const std::uint64_t former_;
  std::map<gms::NodeId, Answer> answers_;
};

}  // namespace groupy::gms3
