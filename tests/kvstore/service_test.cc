// A replica at work with its real threads: a founder of generation 1 over a store in memory.
#include "kvstore/service.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <set>
#include <thread>

#include "tests/kvstore/replica_in_process.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kLimit{10'000};

// A replica that leads a group of its own.
class Founder : public testing::Test {
 protected:
  Answer write(Operation operation, const std::string& key, const std::string& value) {
    return replica_.write(operation, key, value);
  }
  DigestAnswer digest_at(std::uint64_t sequence, std::chrono::milliseconds limit) {
    return replica_.digest_at(gms::Sequence{sequence}, limit);
  }

  ReplicaInProcess replica_{1};
  Service& service_ = replica_.service();
};

TEST_F(Founder, AWriteIsReadableHereOnceItIsAnswered) {
  for (int number = 1; number <= 200; ++number) {
    const std::string value = std::to_string(number);
    const Answer answer = write(Operation::put, "key", value);
    ASSERT_TRUE(std::holds_alternative<Outcome>(answer));
    EXPECT_EQ(std::get<Outcome>(answer).revision, Revision(number));
    const SharedReadView view = service_.read_view();
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view->get("key").value().value, value);
    EXPECT_GE(view->digest().sequence, std::get<Outcome>(answer).sequence);
  }
}

TEST_F(Founder, ManyThreadsAtOnceGetOneAnswerEachAndOneOrder) {
  constexpr int kThreads = 8;
  constexpr int kWrites = 250;
  std::vector<std::thread> writers;
  std::vector<std::vector<gms::Sequence>> sequences(kThreads);
  for (int writer = 0; writer < kThreads; ++writer) {
    writers.emplace_back([this, writer, &sequences] {
      for (int number = 0; number < kWrites; ++number) {
        const Answer answer =
            write(Operation::put, "k" + std::to_string(writer), std::to_string(number));
        if (const auto* outcome = std::get_if<Outcome>(&answer)) {
          sequences[writer].push_back(outcome->sequence);
        }
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  std::set<gms::Sequence> all;
  for (const auto& own : sequences) {
    EXPECT_EQ(own.size(), kWrites);
    EXPECT_TRUE(std::ranges::is_sorted(own));
    all.insert(own.begin(), own.end());
  }
  EXPECT_EQ(all.size(), kThreads * kWrites);
  EXPECT_EQ(service_.status().applied.sequence, gms::Sequence(kThreads * kWrites));
  digest_at(1, kLimit);  // a status is that of the last turn that ended
  EXPECT_EQ(service_.status().waiting_writes, 0u);
}

TEST_F(Founder, TheDigestOfASequenceIsTheStateAfterItWhenItIsReached) {
  write(Operation::put, "a", "1");
  const StateDigest first = service_.status().applied;
  write(Operation::put, "a", "2");
  EXPECT_EQ(std::get<StateDigest>(digest_at(1, kLimit)), first);
  EXPECT_NE(std::get<StateDigest>(digest_at(2, kLimit)).hash, first.hash);
  EXPECT_EQ(std::get<NoDigest>(digest_at(3, std::chrono::milliseconds(30))), NoDigest::not_reached);
  auto later = std::async(std::launch::async, [this] { return digest_at(3, kLimit); });
  write(Operation::erase, "a", "");
  EXPECT_EQ(std::get<StateDigest>(later.get()).sequence, gms::Sequence{3});
}

TEST_F(Founder, ARevisionIsReadableOnceItIsReached) {
  const auto reach = [this](std::uint64_t revision, std::chrono::milliseconds limit) {
    std::promise<DigestAnswer> done;
    service_.reach(Revision{revision}, limit,
                   [&](const DigestAnswer& answer) { done.set_value(answer); });
    return done.get_future().get();
  };
  EXPECT_EQ(std::get<NoDigest>(reach(1, std::chrono::milliseconds(30))), NoDigest::not_reached);
  auto later = std::async(std::launch::async, [&] {
    const DigestAnswer reached = reach(1, kLimit);
    return std::pair(std::get<StateDigest>(reached), service_.read_view()->get("a"));
  });
  write(Operation::put, "a", "1");
  const auto [digest, record] = later.get();
  EXPECT_EQ(digest.revision, Revision{1});
  ASSERT_TRUE(record);
  EXPECT_EQ(record->value, "1");
}

TEST_F(Founder, ItsStatusTellsItsPlaceInTheGroup) {
  write(Operation::put, "a", "1");
  const StoreStatus status = service_.status();
  EXPECT_EQ(status.node, gms::NodeId{1});
  EXPECT_EQ(status.generation, 1);
  ASSERT_NE(status.view, nullptr);
  EXPECT_EQ(status.view->leader, gms::NodeId{1});
  EXPECT_TRUE(status.has_state);
  EXPECT_EQ(status.settings, GroupSettings());
}

TEST_F(Founder, AMessageThatItDoesNotUnderstandStopsIt) {
  replica_.driver().post([this] {
    EXPECT_TRUE(std::holds_alternative<gms::Origin>(
        replica_.driver().submit(gms::Payload(std::string("\xff of a newer format")))));
    replica_.driver().end_turn();
  });
  auto stopped = replica_.stopped();
  ASSERT_EQ(stopped.wait_for(kPatience), std::future_status::ready);
  const Stopped told = stopped.get();
  EXPECT_EQ(told.reason, Stopped::Reason::cannot_apply);
  EXPECT_NE(told.why.find("cannot apply the message with sequence 1"), std::string::npos);
}

TEST(Replicas, JoinUnderLoadAndAreEqualAtOneSequence) {
  ReplicaInProcess first(1);
  ASSERT_TRUE(first.wait_until_ready());
  std::atomic<bool> enough = false;
  std::atomic<int> refused = 0;
  const auto write_until_enough = [&](ReplicaInProcess& replica, const std::string& name) {
    for (int number = 0; !enough; ++number) {
      const Answer answer = replica.write(Operation::put, name + std::to_string(number % 50), "v");
      if (!std::holds_alternative<Outcome>(answer)) ++refused;
    }
  };
  std::thread at_first([&] { write_until_enough(first, "a"); });
  ReplicaInProcess second(2, first.peer_address());
  const bool second_ready = second.wait_until_ready();
  std::thread at_second([&] {
    if (second_ready) write_until_enough(second, "b");
  });
  ReplicaInProcess third(3, second.peer_address());
  const bool third_ready = third.wait_until_ready();
  enough = true;
  at_first.join();
  at_second.join();
  ASSERT_TRUE(second_ready && third_ready);
  EXPECT_EQ(refused, 0);
  ASSERT_TRUE(std::holds_alternative<Outcome>(third.write(Operation::put, "last", "v")));
  const StateDigest digest = third.service().status().applied;
  for (ReplicaInProcess* replica : {&first, &second}) {
    EXPECT_EQ(std::get<StateDigest>(replica->digest_at(digest.sequence, kLimit)), digest);
  }
}

// A store whose disk fails at the first write that is asked to.
class FailingStorage final : public Storage {
 public:
  std::optional<std::string> get(Family family, std::string_view key) const override {
    return rows_.get(family, key);
  }
  void write(const RowWrites& rows) override {
    if (fails) throw StorageFailed{"db/000042.sst: No space left on device"};
    rows_.write(rows);
  }
  std::shared_ptr<const StorageSnapshot> snapshot() const override { return rows_.snapshot(); }
  void flush() override {
    if (fails) throw StorageFailed{"db: Input/output error"};
  }

  std::atomic<bool> fails = false;

 private:
  MemoryStorage rows_;
};

TEST(ApplyThread, AFailedDiskEndsItAndNothingIsReportedApplied) {
  FailingStorage storage;
  std::promise<ApplyResultItem> first;
  ApplyThread thread(storage, [&](ApplyResultItem result) { first.set_value(std::move(result)); });
  storage.fails = true;
  thread.start();
  Command command;
  command.key = "k";
  const gms::Origin origin{*gms::DirectoryId::from_bytes(std::string(16, 'd')), gms::StartCount{1},
                           1};
  thread.put({gms::Delivery{gms::Sequence{1}, origin, gms::Payload(encode(command))}});
  const ApplyResultItem result = first.get_future().get();
  const auto* failed = std::get_if<ApplyFailed>(&result);
  ASSERT_NE(failed, nullptr);
  EXPECT_TRUE(failed->disk);
  EXPECT_EQ(failed->why, "db/000042.sst: No space left on device");
}

TEST(ApplyThread, AFlushThatFailsInTheBackgroundEndsItToo) {
  const TemporaryDirectory directory;
  RocksDbOptions small;
  small.write_buffer_bytes = 64u << 10;
  auto opened = RocksDbStorage::open(directory.path(), small);
  const auto& storage = std::get<std::unique_ptr<RocksDbStorage>>(opened);
  std::promise<ApplyFailed> failed;
  ApplyThread thread(*storage, [&](const ApplyResultItem& result) {
    if (const auto* failure = std::get_if<ApplyFailed>(&result)) failed.set_value(*failure);
  });
  ASSERT_TRUE(std::holds_alternative<StateFound>(thread.load()));
  std::filesystem::remove_all(directory.path());
  thread.start();
  auto failure = failed.get_future();
  Deliveries deliveries;
  const std::string value(64u << 10, 'v');
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (failure.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
    ASSERT_LT(std::chrono::steady_clock::now(), deadline);
    thread.put({deliveries.next(put("k", value))});
  }
  const ApplyFailed told = failure.get();
  EXPECT_TRUE(told.disk);
  EXPECT_NE(told.why.find(directory.path().string()), std::string::npos);
  thread.stop();
  EXPECT_TRUE(thread.flush()) << "nothing is taken for saved";
}

TEST(ApplyThread, AFlushThatFailsAtTheEndIsTold) {
  FailingStorage storage;
  ApplyThread thread(storage, [](const ApplyResultItem&) {});
  ASSERT_TRUE(std::holds_alternative<StateFound>(thread.load()));
  thread.start();
  thread.stop();
  EXPECT_FALSE(thread.flush());
  storage.fails = true;
  const auto failure = thread.flush();
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->what, "db: Input/output error");
}

}  // namespace
}  // namespace groupy::kvstore
