// The most that was ever heard of another member: who comes with less is an old copy of itself.
//
// Kept in the data directory. Thread: values.
#pragma once

#include "gms/ids.h"

namespace groupy::gms {

struct PeerMemory {
  DirectoryId directory;
  StartCount start;
  StartCount lost_in;  // as it said: what was acknowledged before that is void
  Ballot ballot;       // of the acknowledged end; compared before the sequence
  Sequence acknowledged;
  bool operator==(const PeerMemory&) const = default;
};

// More members than a group can ever have had.
constexpr std::size_t kPeersMax = 256;

}  // namespace groupy::gms
