// Puts the log's unsynced tail into a new segment, so that all of it is on disk.
//
// Why not sync it again: after a failed sync the page cache may hold what the disk does not, call
// it clean, and let the next sync succeed. Only bytes that are written anew prove something. The
// old tail is the log until the new segment has its name; after that it is never read again.
// Thread: one at a time.
#pragma once

#include "gms/log/log_scan.h"

namespace groupy::gms::log {

// A log with a tail that needs rewriting. Afterwards it must be scanned again.
[[nodiscard]] Failure rewrite_tail(Directory& files, FoundLog& log, DirectoryId directory,
                                   std::uint64_t segment_bytes);

// Cuts files off where what stands behind is replaced: each start that rewrites a tail would else
// cost a whole segment for ever. What replaces it is on disk under its name. Not synced: whatever
// is left of it after a crash is not read, and goes at the next start.
[[nodiscard]] Failure give_back_replaced(FoundLog& log);

// A tail of nothing but marks and a segment's end stays where it is: the same bytes are written
// over it and synced. There is nothing in it to lose.
[[nodiscard]] Failure write_marks_again(FoundLog& log);

}  // namespace groupy::gms::log
