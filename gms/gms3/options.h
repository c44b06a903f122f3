// What a member of generation 3 is told when it starts: who it is, whom it founds with, its bounds.
//
// Thread: values.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "gms/recovered.h"

namespace groupy::gms3 {

struct Timing {
  // Silence of a leader, or of a majority, that is taken for its loss.
  gms::Time suspect_after = std::chrono::milliseconds(200);
  // A leader whose disk takes longer than this gives the lead away, if others' disks do not; and
  // then not again for a while.
  gms::Time stall_after = std::chrono::milliseconds(300);
  gms::Time between_reliefs = std::chrono::seconds(10);
  // How much later each place in the list asks for the lead, so that they do not ask at once.
  gms::Time place_delay = std::chrono::milliseconds(5);
  // How often members tell each other where they stand, and write down what they heard.
  gms::Time standing_every = std::chrono::seconds(5);
};

// Everything that may be under way at once.
struct Windows {
  std::size_t submissions_max = 8192;  // of this member, not delivered yet
  std::size_t submission_bytes_max = 32u << 20;
  std::size_t unstable_max = 16384;  // records that the leader has ordered
  std::size_t unstable_bytes_max = 32u << 20;
  std::size_t feed_max = 8192;  // records sent to a member and not acknowledged
  std::size_t feed_bytes_max = 8u << 20;
  std::size_t batch_max = 1024;  // records in one frame, and handed over at once
  std::size_t batch_bytes_max = 1u << 20;
  std::size_t recent_bytes_max = 64u << 20;  // of payloads kept in memory for members that lag
  std::size_t recent_max = 65536;
  std::size_t applying_max = 16384;  // handed over and not applied
  std::size_t applying_bytes_max = 64u << 20;
  std::size_t reads_max = 65536;  // that wait for their confirmation
};

struct MemberOptions {
  gms::ViewMember self;
  // The founding members, the same on each, in the order of the list; directories are not known.
  std::vector<gms::ViewMember> founders;
  gms::GroupId fresh_group;  // random: of the group, should this member found it
  std::uint64_t seed = 0;    // of the jitter
  Timing timing;
  Windows windows;
  // The operator's word that what is missing from this log is of no importance.
  bool accepts_tail_loss = false;
  gms::Recovered recovered;
};

}  // namespace groupy::gms3
