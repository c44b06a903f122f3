// A replica at work with its real threads: a founder of generation 1 over a store in memory.
#include "kvstore/service.h"

#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "gms/gms1/member.h"
#include "kvstore/memory_storage.h"

namespace groupy::kvstore {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::chrono::milliseconds kLimit{10'000};

// One replica that leads a group of its own, on a group thread of its own.
class Replicas : public testing::Test {
 protected:
  Replicas() {
    gms::DriverOptions options;
    options.self.id = gms::NodeId{1};
    options.self.directory = *gms::DirectoryId::from_bytes(std::string(16, 'd'));
    options.listen_address = "127.0.0.1:0";
    options.group = *gms::GroupId::from_bytes(std::string(16, 'g'));
    ServiceOptions service;
    service.node = options.self.id;
    service.replica.directory = options.self.directory;
    service_ = std::make_unique<Service>(
        service, storage_, [this](const Stopped& stopped) { stopped_.set_value(stopped); });
    driver_ = std::make_unique<gms::Driver>(
        io_, options,
        std::make_unique<gms1::Member>(gms1::MemberOptions{options.self, true, options.group}),
        *service_, [](gms::LogLevel, const std::string&) {});
  }

  void SetUp() override {
    ASSERT_EQ(driver_->listen(), std::nullopt);
    service_->start(*driver_);
    group_thread_ = std::thread([this] {
      driver_->start();
      io_.run();
    });
  }

  void TearDown() override {
    driver_->post([this] {
      driver_->stop();
      io_.stop();
    });
    group_thread_.join();
    service_->end();
  }

  Answer write(Operation operation, const std::string& key, const std::string& value) {
    Command command;
    command.operation = operation;
    command.key = key;
    command.value = value;
    std::promise<Answer> done;
    service_->write(command, kLimit, [&](const Answer& answer) { done.set_value(answer); });
    return done.get_future().get();
  }

  MarkAnswer mark_at(std::uint64_t sequence, std::chrono::milliseconds limit) {
    std::promise<MarkAnswer> done;
    service_->mark_at(gms::Sequence{sequence}, limit,
                      [&](const MarkAnswer& answer) { done.set_value(answer); });
    return done.get_future().get();
  }

  MemoryStorage storage_;
  boost::asio::io_context io_{1};
  std::promise<Stopped> stopped_;
  std::unique_ptr<Service> service_;
  std::unique_ptr<gms::Driver> driver_;
  std::thread group_thread_;
};

TEST_F(Replicas, AWriteIsReadableHereOnceItIsAnswered) {
  for (int number = 1; number <= 200; ++number) {
    const std::string value = std::to_string(number);
    const Answer answer = write(Operation::put, "key", value);
    ASSERT_TRUE(std::holds_alternative<Outcome>(answer));
    EXPECT_EQ(std::get<Outcome>(answer).revision, Revision(number));
    const SharedReadView view = service_->read_view();
    ASSERT_NE(view, nullptr);
    EXPECT_EQ(view->get("key").value().value, value);
    EXPECT_GE(view->mark().sequence, std::get<Outcome>(answer).sequence);
  }
}

TEST_F(Replicas, ManyThreadsAtOnceGetOneAnswerEachAndOneOrder) {
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
  EXPECT_EQ(service_->status().applied.sequence, gms::Sequence(kThreads * kWrites));
  EXPECT_EQ(service_->status().waiting_writes, 0u);
}

TEST_F(Replicas, TheMarkOfASequenceIsTheStateAfterItWhenItIsReached) {
  write(Operation::put, "a", "1");
  const StateMark first = service_->status().applied;
  write(Operation::put, "a", "2");
  EXPECT_EQ(std::get<StateMark>(mark_at(1, kLimit)), first);
  EXPECT_NE(std::get<StateMark>(mark_at(2, kLimit)).hash, first.hash);
  EXPECT_EQ(std::get<NoMark>(mark_at(3, std::chrono::milliseconds(30))), NoMark::not_reached);
  auto later = std::async(std::launch::async, [this] { return mark_at(3, kLimit); });
  write(Operation::erase, "a", "");
  EXPECT_EQ(std::get<StateMark>(later.get()).sequence, gms::Sequence{3});
}

TEST_F(Replicas, ItsStatusTellsItsPlaceInTheGroup) {
  write(Operation::put, "a", "1");
  const StoreStatus status = service_->status();
  EXPECT_EQ(status.node, gms::NodeId{1});
  EXPECT_EQ(status.generation, 1);
  ASSERT_NE(status.view, nullptr);
  EXPECT_EQ(status.view->leader, gms::NodeId{1});
  EXPECT_TRUE(status.is_leading);
  EXPECT_TRUE(status.has_state);
}

TEST_F(Replicas, AMessageThatItDoesNotUnderstandStopsIt) {
  driver_->post([this] {
    EXPECT_TRUE(driver_->submit(gms::Payload(std::string("\xff of a newer format"))));
    driver_->end_turn();
  });
  auto stopped = stopped_.get_future();
  ASSERT_EQ(stopped.wait_for(kPatience), std::future_status::ready);
  const Stopped told = stopped.get();
  EXPECT_EQ(told.reason, Stopped::Reason::cannot_apply);
  EXPECT_NE(told.why.find("cannot apply the message with sequence 1"), std::string::npos);
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

}  // namespace
}  // namespace groupy::kvstore
