#include "tests/gms/log/log_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "gms/log/segment.h"

namespace groupy::gms::log {

std::vector<std::string> letters(int count) {
  std::vector<std::string> payloads;
  for (int i = 0; i < count; ++i) payloads.push_back(std::string(40, static_cast<char>('a' + i)));
  return payloads;
}

std::uint64_t entry_of(std::uint64_t sequence) {
  return kSegmentDataStart + (sequence - 1) * kLetterEntryBytes;
}

void TestLog::damage_head(std::uint64_t sequence) {
  disk.flip(segment_name(1), entry_of(sequence) + 30, 1);
}

DirectoryId test_directory() {
  return DirectoryId({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
}

Record record_behind(const RecordId& last, std::uint64_t ballot, const std::string& payload) {
  return wire::make_record(RecordKind::application, Ballot{ballot}, last.sequence.next(),
                           last.checksum, Payload(payload));
}

TestLog::TestLog(std::uint64_t seed, std::uint64_t segment_bytes) : disk(seed) {
  options.directory = test_directory();
  options.segment_bytes = segment_bytes;
  MemoryDirectory made(disk);
  for (const char* folder : {"log", "tmp"}) {
    EXPECT_EQ(made.make_directory(folder), std::nullopt);
  }
  EXPECT_EQ(made.sync(""), std::nullopt);
}

Failure TestLog::open() {
  log.reset();
  files = std::make_unique<MemoryDirectory>(disk);
  preparer = std::make_unique<SegmentPreparer>(*files);
  for (const std::string& name : disk.names_in("tmp")) {
    if (Failure failed = files->remove("tmp/" + name)) return failed;
  }
  auto opened = Log::open(*files, *preparer, options);
  if (!opened.ok()) return opened.error();
  log = std::move(*opened);
  return std::nullopt;
}

Log& TestLog::opened() {
  const Failure failed = open();
  EXPECT_EQ(failed, std::nullopt) << failed->what;
  return *log;
}

Log& TestLog::opened_again() {
  disk.power_off();
  return opened();
}

void TestLog::append(const std::vector<std::string>& payloads, std::uint64_t ballot) {
  std::vector<Record> records;
  RecordId last = log->last();
  for (const std::string& payload : payloads) {
    records.push_back(record_behind(last, ballot, payload));
    last = id_of(records.back());
  }
  EXPECT_EQ(log->append(Ticket{++tickets}, records), std::nullopt);
}

void TestLog::cut(Sequence keep) {
  auto id = log->id_at(keep);
  EXPECT_TRUE(id.ok() && (*id || keep == Sequence{}));
  EXPECT_EQ(log->cut(Ticket{++tickets}, id->value_or(RecordId())), std::nullopt);
}

Ticket TestLog::sync() {
  auto ticket = log->sync();
  EXPECT_TRUE(ticket.ok());
  return ticket.ok() ? *ticket : Ticket{};
}

void TestLog::heal_from(const std::vector<Record>& good) {
  std::vector<Damage> before;
  while (log->condition().damages != before) {
    before = log->condition().damages;
    const auto named =
        std::ranges::find_if(before, [](const Damage& each) { return !each.is_nameless(); });
    if (named == before.end()) return;
    const std::size_t last = named->last.sequence.value();
    const std::size_t first = std::max(named->first.value(), last - 1);
    ASSERT_LE(last, good.size());
    const auto piece = std::span(good).subspan(first - 1, last - first + 1);
    ASSERT_EQ(log->heal(Ticket{++tickets}, piece), std::nullopt);
  }
}

std::vector<Record> TestLog::records() {
  std::vector<Record> all;
  for (Sequence at = log->first(); at <= log->last().sequence;) {
    auto read = log->read(at, 1000);
    EXPECT_TRUE(read.ok());
    if (!read.ok() || read->records.empty()) break;
    all.insert(all.end(), read->records.begin(), read->records.end());
    at = all.back().sequence.next();
  }
  return all;
}

std::vector<std::string> TestLog::payloads() {
  std::vector<std::string> all;
  for (const Record& record : records()) all.emplace_back(record.payload.bytes());
  return all;
}

}  // namespace groupy::gms::log
