// What is reported persisted is on disk, in the order of the tickets, with few syncs.
#include "gms/driver/log_writer.h"

#include <gtest/gtest.h>

#include "gms/log/segment.h"
#include "tests/gms/driver/held_files.h"
#include "tests/gms/driver/member_disk_fixture.h"

namespace groupy::gms {
namespace {

constexpr std::chrono::milliseconds kMs{1};

struct TestWriter {
  explicit TestWriter(std::uint64_t seed = 1) : test(seed) { start(); }

  void start() {
    raw = std::make_unique<log::MemoryDirectory>(test.disk);
    files = std::make_unique<HeldFiles>(*raw);
    writer = std::make_unique<LogWriter>(
        test.opened(files.get()), LogWriterOptions(),
        [this](LogResult result) { results.push_back(std::move(result)); });
    peer_syncs_before = files->syncs_of("tmp/peers");
  }
  LogWork append(const std::vector<std::string>& kinds, std::uint64_t ballot = 1) {
    return AppendRecords{Ticket{++tickets}, test.make(kinds, ballot)};
  }
  LogWork promise(std::uint64_t ballot) {
    return SavePromise{Ticket{++tickets}, {Ballot{ballot}, Ballot{ballot}, NodeId{1}}};
  }
  std::uint64_t peer_syncs() const { return files->syncs_of("tmp/peers") - peer_syncs_before; }
  std::vector<LogResult> take_results() { return std::exchange(results, {}); }

  TestDisk test;
  std::unique_ptr<log::MemoryDirectory> raw;
  std::unique_ptr<HeldFiles> files;
  std::vector<LogResult> results;
  std::uint64_t tickets = 0;
  std::uint64_t peer_syncs_before = 0;  // in the start
  std::unique_ptr<LogWriter> writer;
};

TEST(LogWriter, OneSyncCoversAGroup) {
  TestWriter test;
  std::vector<LogWork> group;
  for (int i = 0; i < 20; ++i) group.push_back(test.append({"a", "b"}));
  const std::uint64_t before = test.files->syncs_of("");
  test.writer->carry_out(std::move(group));
  EXPECT_EQ(test.files->syncs_of(""), before + 1);
  EXPECT_EQ(test.take_results(), std::vector<LogResult>{Persisted{Ticket{20}}});
}

TEST(LogWriter, APromiseIsABorder) {
  TestWriter test;
  test.writer->carry_out({test.append({"a"}), test.promise(5), test.append({"b"})});
  EXPECT_EQ(test.take_results(), (std::vector<LogResult>{Persisted{Ticket{1}}, Persisted{Ticket{2}},
                                                         Persisted{Ticket{3}}}));
}

const PeerMemory kPeer{DirectoryId({7}), StartCount{2}, StartCount{1}, Ballot{3}, Sequence{4}};

TEST(LogWriter, WhatIsRememberedOfOthersHoldsNothingUpAndIsThereAtTheNextStart) {
  TestWriter test;
  test.writer->carry_out({SavePeers{{}}, SavePeers{{kPeer}}, test.append({"a"})});
  EXPECT_EQ(test.take_results(), std::vector<LogResult>{Persisted{Ticket{1}}});
  test.writer->do_chores(Time{0}, true);
  test.writer->do_chores(9 * kMs, true);
  EXPECT_EQ(test.peer_syncs(), 0u) << "the next group may come any moment";
  test.writer->do_chores(10 * kMs, true);
  EXPECT_EQ(test.peer_syncs(), 1u);
  test.writer.reset();
  test.test.disk.kill();
  test.start();
  EXPECT_EQ(test.writer->disk().directory().peers(), std::vector{kPeer});
}

TEST(LogWriter, WhatIsRememberedOfOthersIsSavedInTheEndAlsoWithoutRest) {
  TestWriter test;
  test.writer->carry_out({SavePeers{{kPeer}}});
  for (Time now{0}; now < kPeersWaitMax; now += 1000 * kMs) {
    test.writer->carry_out({SavePeers{{kPeer}}, test.append({"a"})});
    test.writer->do_chores(now, false);
  }
  EXPECT_EQ(test.peer_syncs(), 0u);
  test.writer->do_chores(kPeersWaitMax, false);
  EXPECT_EQ(test.peer_syncs(), 1u);
}

TEST(LogWriter, WhatIsRememberedOfOthersIsSavedByACleanStop) {
  TestWriter test;
  test.writer->carry_out({SavePeers{{kPeer}}, test.append({"a"})});
  test.writer->stop();
  EXPECT_EQ(test.peer_syncs(), 1u);
}

TEST(LogWriter, WithoutSpaceWhatIsRememberedOfOthersStaysAsItWas) {
  TestWriter test;
  test.writer->carry_out({SavePeers{{kPeer}}});
  test.writer->do_chores(Time{0}, true);
  test.test.disk.set_capacity(1u << 20);
  test.test.disk.set_capacity((1u << 20) - test.test.disk.free_bytes());  // what is used, no more
  test.writer->carry_out({SavePeers{{}}});
  test.writer->do_chores(kMs, true);
  EXPECT_FALSE(test.writer->has_failed());
  EXPECT_EQ(test.writer->disk().directory().peers(), std::vector{kPeer});
}

// With its new name and without the directory's sync, nobody knows which one is on disk.
TEST(LogWriter, WithoutSpaceForANameThatIsGivenItFails) {
  TestWriter test;
  test.writer->carry_out({SavePeers{{kPeer}}});
  test.test.disk.fail_at(6, log::DiskFault::no_space);  // create, write, sync, close, rename
  test.writer->do_chores(Time{0}, true);
  EXPECT_TRUE(test.writer->has_failed());
}

TEST(LogWriter, APromiseWithNothingBeforeItCostsOneSync) {
  TestWriter test;
  const std::uint64_t before = test.files->syncs_of("");
  test.writer->carry_out({test.promise(5)});
  EXPECT_EQ(test.files->syncs_of(""), before + 1);
  test.writer->do_chores(kMs, true);
  EXPECT_EQ(test.files->syncs_of("ballot"), 4u) << "two at the start, the promise, and its copy";
  test.writer->do_chores(2 * kMs, true);
  EXPECT_EQ(test.files->syncs_of("ballot"), 4u);
}

TEST(LogWriter, ACopyIsMadeInTheEndAlsoWithoutRest) {
  TestWriter test;
  test.writer->do_chores(Time{0}, false);
  test.writer->carry_out({test.promise(5)});
  test.writer->do_chores(500 * kMs, false);
  EXPECT_EQ(test.files->syncs_of("ballot"), 3u);
  test.writer->do_chores(1000 * kMs, false);
  EXPECT_EQ(test.files->syncs_of("ballot"), 4u);
}

TEST(LogWriter, NothingBehindAPromiseIsWrittenBeforeItIsOnDisk) {
  TestWriter test;
  test.files->fail_syncs_of("ballot");
  test.writer->carry_out({test.append({"a"}), test.promise(5), test.append({"b"})});
  const auto results = test.take_results();
  ASSERT_EQ(results.size(), 2u);
  EXPECT_EQ(results[0], LogResult(Persisted{Ticket{1}}));
  EXPECT_TRUE(std::holds_alternative<LogFailed>(results[1]));
  EXPECT_EQ(test.writer->disk().log().last().sequence, Sequence{1});
}

TEST(LogWriter, AGroupIsSavedInItsPlace) {
  TestWriter test;
  test.writer->carry_out({test.append({"v"}), SaveGroup{Ticket{2}, GroupId({7})}});
  EXPECT_EQ(test.take_results().back(), LogResult(Persisted{Ticket{2}}));
  test.test.disk.power_off();
  const Recovered found = test.test.recovered();
  EXPECT_EQ(found.group, GroupId({7}));
  EXPECT_EQ(found.tail.size(), 1u);
}

TEST(LogWriter, AFailureIsFinalAndReportedOnce) {
  TestWriter test;
  test.files->fail_syncs_of("log/");
  test.writer->carry_out({test.append({"a"})});
  test.files->fail_syncs_of("");
  test.writer->carry_out({test.append({"b"}), test.promise(9)});
  test.writer->do_chores(50 * kMs, true);
  test.writer->stop();
  EXPECT_EQ(test.take_results(),
            std::vector<LogResult>{LogFailed{"sync log/0000000000000001: Input/output error"}});
}

TEST(LogWriter, AFailedCloseIsAFailure) {
  TestWriter test;
  test.test.disk.fail_at(1, log::DiskFault::error);
  test.writer->stop();
  ASSERT_EQ(test.results.size(), 1u);
  EXPECT_TRUE(std::holds_alternative<LogFailed>(test.results[0]));
}

TEST(LogWriter, ALogThatRestsGetsItsMarkAndNoMore) {
  TestWriter test;
  test.writer->do_chores(Time{0}, true);
  EXPECT_EQ(test.writer->next_chores(), std::chrono::seconds(1)) << "nothing but the space";
  test.writer->carry_out({test.append({"a"})});
  test.writer->do_chores(5 * kMs, true);
  EXPECT_EQ(test.writer->next_chores(), 15 * kMs);
  const std::uint64_t before = test.files->syncs_of("log/");
  test.writer->do_chores(14 * kMs, true);
  EXPECT_EQ(test.files->syncs_of("log/"), before);
  test.writer->do_chores(15 * kMs, true);
  EXPECT_EQ(test.files->syncs_of("log/"), before + 1);
  EXPECT_EQ(test.writer->next_chores(), std::chrono::seconds(1));
}

const LogReader kThird{LogReader::What::feeding, NodeId{3}};

TEST(LogWriter, ReadsAreAnsweredWithWhatWasAskedFor) {
  TestWriter test;
  LogWork work = test.append({"a", "b", "c"});
  const auto records = std::get<AppendRecords>(work).records;
  test.writer->carry_out({work, ReadLog{kThird, Sequence{2}, 1000}, ReadLog{{}, Sequence{1}, 0},
                          ReadLog{{}, Sequence{9}, 0}});
  EXPECT_EQ(test.take_results(), std::vector<LogResult>{Persisted{Ticket{1}}});
  while (test.writer->has_reads()) test.writer->serve_read();
  EXPECT_EQ(test.take_results(),
            (std::vector<LogResult>{
                LogRecordsRead{kThird, {records[1], records[2]}, ""},
                LogRecordsRead{{}, {records[0]}, ""},
                LogRecordsRead{{}, {}, "log: the record with sequence 9 is not there"}}));
}

TEST(LogWriter, ReadsBeforeACutSeeTheLogWithoutIt) {
  TestWriter test;
  LogWork work = test.append({"a", "b"});
  const auto records = std::get<AppendRecords>(work).records;
  test.writer->carry_out(
      {work, ReadLog{{}, Sequence{2}, 1000}, CutLog{Ticket{2}, id_of(records[0])}});
  EXPECT_EQ(test.results.front(), LogResult(LogRecordsRead{{}, {records[1]}, ""}));
  EXPECT_EQ(test.results.back(), LogResult(Persisted{Ticket{2}}));
}

TEST(LogWriter, ADamagedRecordIsToldAndComesBack) {
  TestWriter test;
  const auto work = std::get<AppendRecords>(test.append({"aaaa", "b"}));
  test.writer->carry_out({work});
  test.test.disk.flip(log::segment_name(1), log::kSegmentDataStart + log::kEntryHeadBytes, 1);
  test.results.clear();
  test.writer->carry_out({ReadLog{{}, Sequence{1}, 1000}});
  test.writer->serve_read();
  const Damage damage{Damage::Kind::payload, Sequence{1}, id_of(work.records[0])};
  test.writer->carry_out({HealRecords{Ticket{2}, {work.records[0]}}});
  EXPECT_EQ(test.results, (std::vector<LogResult>{
                              LogRecordsRead{{}, {}, "log: the record with sequence 1 is damaged"},
                              DamageChanged{Ticket{1}, {damage}}, DamageChanged{Ticket{2}, {}},
                              Persisted{Ticket{2}}}));
}

// What is cut, and could not be read, may have been promised: that it is missing is on disk first.
TEST(LogWriter, ACutOfWhatIsUnknownIsALoss) {
  TestWriter test;
  const auto work = std::get<AppendRecords>(test.append({"a", "b", "c"}));
  test.writer->carry_out({work});
  test.writer->carry_out({CutLog{Ticket{2}, id_of(work.records[0]), true}});
  EXPECT_EQ(test.results.back(), LogResult(Persisted{Ticket{2}}));
  EXPECT_TRUE(test.writer->disk().log().condition().has_loss);
  const log::Identity& identity = test.writer->disk().identity();
  EXPECT_EQ(identity.lost_in, identity.start);
}

TEST(LogWriter, SpaceIsToldWhenItChanges) {
  TestWriter test;
  test.test.options.reserve_bytes = std::nullopt;
  test.test.disk.set_capacity(1u << 30);
  test.writer.reset();
  test.test.disk.kill();
  test.start();
  log::SegmentPreparer& preparer = test.writer->disk().preparer().preparer();
  preparer.prepare();
  test.writer->do_chores(Time{0}, true);
  EXPECT_TRUE(test.results.empty()) << "there is, as was thought";
  const std::uint64_t used = (1u << 30) - test.test.disk.free_bytes();
  test.test.disk.set_capacity(used + 1000);
  test.writer->do_chores(999 * kMs, true);
  EXPECT_TRUE(test.results.empty());
  test.writer->do_chores(1000 * kMs, true);
  EXPECT_EQ(test.take_results(), (std::vector<LogResult>{SpaceChanged{
                                     false, "1000 bytes are free, 268435456 are the reserve"}}));
  test.writer->do_chores(2000 * kMs, true);
  EXPECT_TRUE(test.results.empty());
  test.test.disk.set_capacity(1u << 30);
  test.writer->do_chores(3000 * kMs, true);
  EXPECT_EQ(test.take_results(), (std::vector<LogResult>{SpaceChanged{true, ""}}));
}

TEST(LogWriter, WithoutANextSegmentThereIsNoSpace) {
  TestWriter test;
  log::SegmentPreparer& preparer = test.writer->disk().preparer().preparer();
  const std::uint64_t capacity = test.test.disk.capacity_bytes();
  test.test.disk.set_capacity(capacity - test.test.disk.free_bytes() + 1000);
  EXPECT_FALSE(preparer.prepare());
  test.writer->do_chores(Time{0}, true);
  ASSERT_EQ(test.results.size(), 1u);
  EXPECT_FALSE(std::get<SpaceChanged>(test.results[0]).has_space);
  test.test.disk.set_capacity(capacity);
  EXPECT_TRUE(preparer.prepare());
  test.writer->do_chores(1000 * kMs, true);
  EXPECT_EQ(test.results.back(), LogResult(SpaceChanged{true, ""}));
}

// Crashes at every operation: what was reported is there, and a promise that is there stands
// behind all that was put before it.
TEST(LogWriter, AtEveryCrashWhatWasReportedIsThere) {
  for (const log::DiskFault fault :
       {log::DiskFault::crash, log::DiskFault::half_done, log::DiskFault::error}) {
    bool has_failed = true;
    for (std::uint64_t at = 1; has_failed; ++at) {
      SCOPED_TRACE(at);
      TestWriter test(at);
      test.test.disk.fail_at(at, fault);
      test.writer->carry_out({test.append({"v", "a"}), test.promise(5), test.append({"b"}, 5)});
      test.writer->do_chores(kMs, true);
      test.writer->carry_out({test.append({"c"}, 5), test.promise(6), test.promise(7)});
      has_failed = !test.test.disk.is_failing();
      Ticket persisted;
      for (const LogResult& result : test.results) {
        if (const auto* each = std::get_if<Persisted>(&result)) persisted = each->ticket;
      }
      test.test.disk.power_off();
      const Recovered found = test.test.recovered();
      const std::uint64_t records = found.tail.size();
      const std::uint64_t promised = found.promise.promised.value();
      const std::uint64_t told = persisted.value();
      ASSERT_TRUE(records >= 2 || (told < 1 && promised < 5));
      ASSERT_TRUE(promised >= 5 || (told < 2 && records < 3));
      ASSERT_TRUE(records >= 3 || told < 3);
      ASSERT_TRUE(records >= 4 || (told < 4 && promised < 6));
      ASSERT_TRUE(promised >= 6 || told < 5);
      ASSERT_TRUE(promised >= 7 || told < 6);
    }
  }
}

}  // namespace
}  // namespace groupy::gms
