// What a member of generation 3 finds in its data directory when it starts.
//
// The driver reads it from the disk and hands it to the core as an argument. All of it is on disk,
// and what is named here is all that the member may count on: damaged records are named as such,
// and a log whose end cannot be read is told as a loss. Thread: values.
#pragma once

#include <map>
#include <vector>

#include "gms/damage.h"
#include "gms/peer_memory.h"
#include "gms/promise.h"
#include "gms/record.h"
#include "gms/view.h"

namespace groupy::gms {

struct RecoveredRecord {
  RecordId id;    // of a damaged one that does not know who it is: the sequence alone
  Origin origin;  // none for views and damaged ones
  bool operator==(const RecoveredRecord&) const = default;
};

struct Recovered {
  GroupId group;       // none: in no group yet
  StartCount start;    // of this life
  StartCount lost_in;  // the last life, up to this one, that knew of a loss; zero: none
  Promise promise;
  bool has_amnesia = false;     // what was promised cannot be read
  bool has_loss = false;        // what was promised may be missing from the end of the log
  bool is_end_unknown = false;  // records behind the end cannot be read
  Sequence applied;             // what the application has, on disk
  // The record at `applied` (zero if that is 0), or the last one if the log ends before.
  RecordId base;
  std::vector<RecoveredRecord> tail;  // the log behind base, in order
  std::vector<Damage> damages;        // by rising sequence
  // The newest view at or before base, and all in the tail, as far as they can be read.
  std::map<Sequence, View> views;
  std::vector<Origin> origins;  // highest delivered of each directory, as of `applied`
  std::vector<PeerMemory> peers;
};

}  // namespace groupy::gms
