// Reads the log's files at start and tells what the log is, and what became of it.
//
// Up to the highest mark that is found, everything was on disk: what cannot be read there is
// damage, and is never cut. Behind it is the unsynced tail, of which a crash may have left any part
// in any order: it ends at the first entry that is not whole or does not follow its predecessor,
// whatever stands behind. A damaged record keeps the identity that its successor or a note of loss
// or whole names.
// Thread: one at a time.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "gms/damage.h"
#include "gms/log/chain.h"
#include "gms/log/extent.h"

namespace groupy::gms::log {

// More places than this are no damage that can be healed record by record.
constexpr std::size_t kDamagesMax = 4096;

// What stands behind the highest mark.
struct Tail {
  RecordId kept;  // of what stands before it, this was not cut by it
  bool is_cut = false;
  bool is_restarted = false;
  Sequence first_record;   // from here on, the log's records stand in it; 0: it had none
  bool has_notes = false;  // of loss
  bool has_rest = false;   // something behind its end that is not part of the log

  // Whether there is something in it that must not be lost, or must not come back.
  bool needs_rewriting() const {
    const bool has_records = first_record != Sequence{};
    return is_cut || is_restarted || has_records || has_notes || has_rest;
  }
};

struct FoundLog {
  explicit FoundLog(const ChainOptions& options) : chain(options) {}

  std::vector<Extent> extents;        // the last one is where the log goes on
  std::vector<std::uint64_t> unused;  // segments behind that, and replaced ones
  std::optional<Segment> spare;       // the one that was prepared to come next
  std::uint64_t highest_number = 0;
  Chain chain;
  std::vector<Damage> damages;
  bool has_loss = false;
  bool is_end_unknown = false;  // at or below the mark, and no successor names it
  bool is_closed = false;       // the last segment has its end entry
  Position mark;
  Tail tail;

  Position end() const { return {extents.back().number(), extents.back().end}; }
};

// `list` is not empty.
Result<FoundLog> scan_log(ExtentList list, const ChainOptions& options);

}  // namespace groupy::gms::log
