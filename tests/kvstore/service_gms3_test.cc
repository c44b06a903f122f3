// What the service does for generation 3: goes on from its database, and reads what is newest.
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <functional>
#include <future>
#include <thread>

#include "kvstore/memory_storage.h"
#include "kvstore/service.h"
#include "tests/kvstore/lone_leader.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

constexpr std::chrono::milliseconds kLimit{20'000};
constexpr std::chrono::milliseconds kShort{30};

gms::ViewMember self() {
  gms::ViewMember self;
  self.id = gms::NodeId{1};
  self.directory = directory(1);
  return self;
}

// One life of a replica of generation 3 over a storage that outlives it.
class Life {
 public:
  explicit Life(Storage& storage) {
    ServiceOptions options;
    options.node = self().id;
    options.generation = 3;
    options.replica.directory = self().directory;
    service_.emplace(options, storage, [](const Stopped& stopped) { FAIL() << stopped.why; });
    found_ = std::get<gms::AppliedState>(service_->load());
    auto member = std::make_unique<LoneLeader>(self(), found_.sequence);
    member_ = member.get();
    gms::DriverOptions driver;
    driver.self = self();
    driver.generation = options.generation;
    driver_.emplace(io_, driver, std::move(member), *service_,
                    [](gms::LogLevel, const std::string&) {});
    service_->start(*driver_);
    group_thread_ = std::thread([this] {
      driver_->start();
      io_.run();
    });
    on_group_thread([] {});
  }
  ~Life() {
    driver_->post([this] {
      driver_->stop();
      io_.stop();
    });
    group_thread_.join();
    service_->end();
    EXPECT_EQ(service_->flush(), std::nullopt);
  }

  // Runs it there as a turn of its own.
  void on_group_thread(const std::function<void()>& work) {
    std::promise<void> done;
    driver_->post([&] {
      work();
      driver_->end_turn();
      done.set_value();
    });
    done.get_future().get();
  }

  Answer write(const std::string& key, const std::string& value) {
    return ask<Answer>([&](const auto& done) { service_->write(put(key, value), kLimit, done); });
  }
  ConfirmAnswer confirm(std::chrono::milliseconds limit = kLimit) {
    return ask<ConfirmAnswer>([&](const auto& done) { service_->confirm(limit, done); });
  }
  LeadAnswer hand_over_lead(std::optional<gms::NodeId> to) {
    return ask<LeadAnswer>([&](const auto& done) { service_->hand_over_lead(to, done); });
  }

  Service& service() { return *service_; }
  LoneLeader& member() { return *member_; }
  const gms::AppliedState& found() const { return found_; }

 private:
  template <typename Reply, typename Asking>
  Reply ask(const Asking& asking) {
    std::promise<Reply> reply;
    asking([&](const Reply& given) { reply.set_value(given); });
    return reply.get_future().get();
  }

  boost::asio::io_context io_{1};
  std::optional<Service> service_;
  gms::AppliedState found_;
  LoneLeader* member_ = nullptr;
  std::optional<gms::Driver> driver_;
  std::thread group_thread_;
};

TEST(ServiceOfGeneration3, GoesOnFromWhatItsStorageHolds) {
  MemoryStorage storage;
  {
    Life first(storage);
    EXPECT_EQ(first.found().sequence, gms::Sequence{0});
    EXPECT_TRUE(first.found().origins.empty());
    first.write("k", "1");
    first.on_group_thread([&] { first.member().install_view(); });
    first.write("k", "2");
  }
  Life second(storage);
  EXPECT_EQ(second.found().sequence, gms::Sequence{3});
  ASSERT_EQ(second.found().origins.size(), 1u);
  EXPECT_EQ(second.found().origins.front(), (gms::Origin{directory(1), gms::StartCount{1}, 3}));
  ASSERT_NE(second.service().read_view(), nullptr) << "before anything was applied";
  EXPECT_EQ(second.service().read_view()->get("k")->value, "2");
  EXPECT_EQ(second.confirm(), std::nullopt) << "what it must see is applied already";
  EXPECT_EQ(std::get<Outcome>(second.write("k", "3")).revision, Revision{3});
}

TEST(ServiceOfGeneration3, AConfirmedReadSeesEveryWriteBeforeItAndTheMemberWhatIsApplied) {
  MemoryStorage storage;
  Life life(storage);
  for (std::uint64_t number = 1; number <= 100; ++number) {
    life.on_group_thread([&] {
      const std::string value = std::to_string(number);
      (void)life.member().submit(gms::Payload(encode(put("k", value))));
    });
    ASSERT_EQ(life.confirm(), std::nullopt);
    EXPECT_EQ(life.service().read_view()->get("k")->value, std::to_string(number));
    life.on_group_thread([&] { EXPECT_EQ(life.member().applied_up_to, number); });
  }
}

TEST(ServiceOfGeneration3, AnEmptyPlaceIsReachedLikeAnyOther) {
  MemoryStorage storage;
  Life life(storage);
  life.on_group_thread([&] { life.member().install_view(); });
  ASSERT_EQ(life.confirm(), std::nullopt);
  EXPECT_EQ(life.service().read_view()->digest().sequence, gms::Sequence{1});
  life.on_group_thread([] {});  // a status is that of the last turn that ended
  EXPECT_EQ(life.service().status().apply_queue_length, 0u);
}

TEST(ServiceOfGeneration3, AReadThatNobodyConfirmsIsToldSoAndForgotten) {
  MemoryStorage storage;
  Life life(storage);
  life.member().reads = LoneLeader::Reads::refused;
  EXPECT_EQ(life.confirm(), ReadFailure::no_majority);
  life.member().reads = LoneLeader::Reads::unanswered;
  EXPECT_EQ(life.confirm(kShort), ReadFailure::not_confirmed);
  life.on_group_thread([&] { EXPECT_EQ(life.member().forgotten, 1); });
}

TEST(ServiceOfGeneration3, TheLeadIsHandedOverByTheLeaderOnly) {
  MemoryStorage storage;
  Life life(storage);
  EXPECT_EQ(life.hand_over_lead(gms::NodeId{2}), LeadAnswer::begun);
  EXPECT_EQ(life.hand_over_lead(gms::NodeId{1}), LeadAnswer::refused);
  life.member().is_leading = false;
  EXPECT_EQ(life.hand_over_lead(gms::NodeId{2}), LeadAnswer::not_leading);
}

TEST(ServiceOfGeneration3, ItsStatusTellsWhoLeadsAndHowFarTheOthersAre) {
  MemoryStorage storage;
  Life life(storage);
  life.write("k", "1");
  life.write("k", "2");
  life.on_group_thread([&] { life.member().install_view(); });
  StoreStatus status = life.service().status();
  EXPECT_EQ(status.leader, gms::NodeId{1});
  EXPECT_EQ(status.ballot, gms::Ballot{1});
  EXPECT_EQ(status.sequence, gms::Sequence{3});
  EXPECT_EQ(status.synced, gms::Sequence{3});
  EXPECT_EQ(status.view_took, std::nullopt) << "no leader was lost";
  ASSERT_EQ(status.peers.size(), 1u);
  EXPECT_EQ(status.peers.front().node, gms::NodeId{2});
  EXPECT_EQ(status.peers.front().lag, 2u);

  life.on_group_thread([&] { life.member().is_leading = false; });
  EXPECT_EQ(life.service().status().leader, std::nullopt);
  life.on_group_thread([&] {
    life.member().ballot = 2;
    life.member().is_leading = true;
    life.member().install_view();
  });
  status = life.service().status();
  EXPECT_EQ(status.leader, gms::NodeId{1});
  EXPECT_NE(status.view_took, std::nullopt);
}

TEST(ServiceOfGeneration3, AStateThatCannotBeReadIsToldBeforeAnythingStarts) {
  MemoryStorage storage;
  storage.write({{Family::latest, "k", "v"}});
  Service service({}, storage, [](const Stopped&) {});
  const auto found = service.load();
  ASSERT_TRUE(std::holds_alternative<std::string>(found));
  EXPECT_NE(std::get<std::string>(found).find("none that tells how far"), std::string::npos);
}

}  // namespace
}  // namespace groupy::kvstore
