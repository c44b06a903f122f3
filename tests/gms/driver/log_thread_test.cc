// The log thread takes what it is given while it syncs, and tells in order what is on disk.
#include "gms/driver/log_thread.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "gms/log/posix_files.h"
#include "tests/gms/driver/held_files.h"
#include "tests/gms/driver/member_disk_fixture.h"

namespace groupy::gms {
namespace {

// The other side: takes results when it is woken.
class Reader {
 public:
  void wake() {
    const std::lock_guard lock(mutex_);
    ++wakes_;
    changed_.notify_one();
  }
  // All results up to one for which this holds.
  template <typename Last>
  std::vector<LogResult> take_until(LogThread& thread, Last last) {
    std::vector<LogResult> all;
    for (;;) {
      for (LogResult& result : thread.take_results()) all.push_back(std::move(result));
      for (const LogResult& result : all) {
        if (last(result)) return all;
      }
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return wakes_ > seen_; });
      seen_ = wakes_;
    }
  }
  std::uint64_t wakes() {
    const std::lock_guard lock(mutex_);
    return wakes_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t wakes_ = 0;
  std::uint64_t seen_ = 0;
};

auto is_persisted(std::uint64_t ticket) {
  return [ticket](const LogResult& result) {
    const auto* persisted = std::get_if<Persisted>(&result);
    return persisted != nullptr && persisted->ticket >= Ticket{ticket};
  };
}

bool is_failure(const LogResult& result) {
  return std::holds_alternative<LogFailed>(result);
}

bool is_read(const LogResult& result) {
  return std::holds_alternative<LogRecordsRead>(result);
}

class LogThreads : public ::testing::Test {
 protected:
  LogThreads() : raw_(test_.disk), files_(raw_) {
    thread_ = std::make_unique<LogThread>(test_.opened(&files_), LogWriterOptions(),
                                          [this] { reader_.wake(); });
    thread_->start();
  }
  ~LogThreads() override { files_.let_go(); }

  AppendRecords append(const std::vector<std::string>& kinds) {
    return {Ticket{++tickets_}, test_.make(kinds)};
  }
  void put(LogWork work) { thread_->put({std::move(work)}); }
  Recovered recovered() {
    thread_.reset();
    test_.disk.power_off();
    return test_.recovered();
  }

  TestDisk test_;
  log::MemoryDirectory raw_;
  HeldFiles files_;
  Reader reader_;
  std::uint64_t tickets_ = 0;
  std::unique_ptr<LogThread> thread_;
};

TEST_F(LogThreads, WhatQueuesUpDuringASyncIsTheNextGroup) {
  const std::uint64_t before = files_.syncs_of("log/");
  files_.hold_syncs_of("log/");
  put(append({"a"}));
  files_.await_held();
  for (int i = 0; i < 10; ++i) put(append({"b"}));
  EXPECT_TRUE(thread_->take_results().empty()) << "nothing is on disk yet";
  files_.let_go();
  reader_.take_until(*thread_, is_persisted(11));
  const std::uint64_t syncs = files_.syncs_of("log/") - before;
  EXPECT_GE(syncs, 2u);
  EXPECT_LE(syncs, 3u) << "the third may be the mark of a log that rests";
}

TEST_F(LogThreads, NothingBehindAPromiseIsReportedBeforeItIsOnDisk) {
  files_.hold_syncs_of("ballot");
  thread_->put(
      {append({"a"}), SavePromise{Ticket{++tickets_}, {Ballot{5}, {}, {}}}, append({"b"})});
  files_.await_held();
  EXPECT_EQ(thread_->take_results(), std::vector<LogResult>{Persisted{Ticket{1}}});
  files_.let_go();
  reader_.take_until(*thread_, is_persisted(3));
  EXPECT_EQ(recovered().promise.promised, Ballot{5});
}

TEST_F(LogThreads, ResultsWakeOnlyWhoMayBeAsleep) {
  files_.hold_syncs_of("ballot");
  thread_->put({append({"a"}), SavePromise{Ticket{++tickets_}, {Ballot{5}, {}, {}}}});
  files_.await_held();
  EXPECT_EQ(reader_.wakes(), 1u);
  files_.let_go();
  put(append({"b"}));
  put(ReadLog{{}, Sequence{1}, 1000});
  thread_->stop();
  EXPECT_EQ(reader_.wakes(), 1u) << "what came first was not taken yet";
  EXPECT_EQ(thread_->take_results().front(), LogResult(Persisted{Ticket{3}}))
      << "one ticket stands for all before it";
}

TEST_F(LogThreads, AFailedSyncIsTheLastThingToHappen) {
  files_.fail_syncs_of("log/");
  put(append({"a"}));
  const auto results = reader_.take_until(*thread_, is_failure);
  EXPECT_EQ(results,
            std::vector<LogResult>{LogFailed{"sync log/0000000000000001: Input/output error"}});
  files_.fail_syncs_of("");
  put(append({"b"}));
  thread_->stop();
  EXPECT_TRUE(thread_->take_results().empty());
}

TEST_F(LogThreads, StopLeavesEverythingOnDiskAndClosed) {
  files_.hold_syncs_of("log/");
  put(append({"v"}));
  files_.await_held();
  for (int i = 0; i < 100; ++i) put(append({"a", "b"}));
  put(SavePromise{Ticket{++tickets_}, {Ballot{9}, {}, {}}});
  files_.let_go();
  thread_->stop();
  EXPECT_EQ(thread_->take_results().back(), LogResult(Persisted{Ticket{102}}));
  const Recovered found = recovered();
  EXPECT_EQ(found.tail.size(), 201u);
  EXPECT_EQ(found.promise.promised, Ballot{9});
  EXPECT_FALSE(found.has_loss);
}

TEST_F(LogThreads, ReadersGetTheirRecordsWhileOthersAreWritten) {
  Sequence next{1};
  for (int round = 0; round < 50; ++round) {
    thread_->put({append({"a", std::string(3000, 'x'), "b"}),
                  ReadLog{{LogReader::What::feeding, NodeId{2}}, next, 2000}});
    put(append({"c"}));
    const auto results = reader_.take_until(*thread_, is_read);
    for (const LogResult& result : results) {
      const auto* read = std::get_if<LogRecordsRead>(&result);
      if (read == nullptr) continue;
      ASSERT_FALSE(read->records.empty()) << read->why_none;
      for (const Record& record : read->records) {
        ASSERT_EQ(record.sequence, next);
        next = next.next();
      }
    }
  }
  EXPECT_GE(next, Sequence{50});
}

TEST_F(LogThreads, ALogThatRestsGetsAMarkByItself) {
  const std::uint64_t before = files_.syncs_of("log/");
  put(append({"a"}));
  reader_.take_until(*thread_, is_persisted(1));
  files_.await_syncs_of("log/", before + 2);
}

TEST(LogThread, LivesOnARealDisk) {
  std::string parent = ::testing::TempDir() + "groupy_log_thread_XXXXXX";
  ASSERT_NE(::mkdtemp(parent.data()), nullptr);
  TestDisk test;
  test.options.segment_bytes = 64u << 10;
  for (std::uint64_t life = 1; life <= 3; ++life) {
    auto files = log::open_posix_directory(parent + "/data");
    ASSERT_TRUE(files.ok());
    auto disk = test.opened(files->get());
    auto found = disk->recover({}, test.format);
    ASSERT_TRUE(found.ok());
    EXPECT_EQ(found->tail.size(), 200 * (life - 1));
    EXPECT_EQ(found->start, StartCount{life});
    EXPECT_FALSE(found->has_loss);
    Reader reader;
    LogThread thread(std::move(disk), LogWriterOptions(), [&] { reader.wake(); });
    thread.start();
    for (std::uint64_t ticket = 1; ticket <= 200; ++ticket) {
      thread.put({AppendRecords{Ticket{ticket}, test.make({std::string(1000, 'x')})}});
    }
    reader.take_until(thread, is_persisted(200));
    thread.stop();
    EXPECT_TRUE(thread.take_results().empty());
  }
  std::filesystem::remove_all(parent);
}

}  // namespace
}  // namespace groupy::gms
