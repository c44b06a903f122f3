// One life after another of a log on a MemoryDisk, and the records that tests put into it.
//
// Thread: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gms/log/log.h"
#include "gms/wire/record_codec.h"
#include "tests/gms/log/memory_files.h"

namespace groupy::gms::log {

DirectoryId test_directory();

// A record behind `last`.
Record record_behind(const RecordId& last, std::uint64_t ballot, const std::string& payload);

// So many different payloads of 40 bytes.
std::vector<std::string> letters(int count);
// What the entry of a record with such a payload takes.
constexpr std::uint64_t kLetterEntryBytes = 120;
// Where in segment 1 the entry of the record with this sequence starts, if all have such payloads
// and nothing else stands between them.
std::uint64_t entry_of(std::uint64_t sequence);

struct TestLog {
  explicit TestLog(std::uint64_t seed = 1, std::uint64_t segment_bytes = 16u << 10);

  // A new life; the one before must have ended with kill() or power_off() of the disk, or stop().
  Failure open();
  // open() must work.
  Log& opened();
  // What the log would go on with in its next life.
  Log& opened_again();

  // Appends records of these payloads under the next ticket.
  void append(const std::vector<std::string>& payloads, std::uint64_t ballot = 1);
  void cut(Sequence keep);
  Ticket sync();
  // Puts all damaged records back that know who they are, two at a time; `good` is the whole log.
  // Stops when nothing changes any more.
  void heal_from(const std::vector<Record>& good);
  // All that is readable, in order; stops at the first damaged one.
  std::vector<Record> records();
  std::vector<std::string> payloads();

  // One bit of the head of the entry at entry_of().
  void damage_head(std::uint64_t sequence);

  LogOptions options;
  MemoryDisk disk;
  std::uint64_t tickets = 0;
  std::unique_ptr<MemoryDirectory> files;
  std::unique_ptr<SegmentPreparer> preparer;
  std::unique_ptr<Log> log;
};

}  // namespace groupy::gms::log
