// Drivers over real sockets: several members in one process, each with an application that only
// writes down what it gets.
#include "gms/driver/driver.h"

#include <gtest/gtest.h>

#include <functional>

#include "gms/gms1/member.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms {
namespace {

constexpr std::chrono::seconds kPatience{20};

class RecordingApplication final : public Application {
 public:
  void deliver(std::vector<Delivery> deliveries) override {
    for (const Delivery& each : deliveries) {
      payloads.emplace_back(each.payload.bytes());
      last = each.sequence;
    }
  }
  void install_view(const SharedView& view) override { views.push_back(view); }
  void take_snapshot(const Origin& request) override { requests.push_back(request); }
  void install_snapshot(Sequence sequence, Payload state) override {
    payloads = {"state:" + std::string(state.bytes())};
    last = sequence;
  }
  void turn_done() override {}
  bool has_room() const override { return room; }
  void tick(Time) override {}
  void join_failed(const std::string& why) override { failure = why; }
  void read_confirmed(ReadId, Sequence) override {}
  void read_refused(ReadId) override {}
  void dismissed(const std::string& why) override { failure = why; }
  void disk_failed(const std::string& why) override { failure = why; }

  std::vector<std::string> payloads;
  Sequence last;
  std::vector<SharedView> views;
  std::vector<Origin> requests;
  bool room = true;
  std::string failure;
};

struct Replica {
  Replica(boost::asio::io_context& io, unsigned node, const std::string& contact,
          std::optional<std::chrono::milliseconds> join_timeout = {}) {
    DriverOptions options;
    options.self = member_of(node);
    options.self.peer_address = "127.0.0.1:" + std::to_string(free_port(io));
    options.listen_address = options.self.peer_address;
    options.contact = contact;
    options.join_timeout = join_timeout;
    if (contact.empty()) options.group = group_of(1);
    address = options.listen_address;
    auto member = std::make_unique<gms1::Member>(
        gms1::MemberOptions{options.self, contact.empty(), options.group});
    driver = std::make_unique<Driver>(
        io, options, std::move(member), application,
        [this](LogLevel, const std::string& line) { log.push_back(line); });
  }

  static std::uint16_t free_port(boost::asio::io_context& io) {
    boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::address_v4::loopback(), 0});
    return probe.local_endpoint().port();
  }
  bool logged(const std::string& part) const {
    for (const std::string& line : log) {
      if (line.find(part) != std::string::npos) return true;
    }
    return false;
  }
  void submit(const std::string& payload) {
    EXPECT_TRUE(std::holds_alternative<Origin>(driver->submit(Payload(payload))));
    driver->end_turn();
  }
  // The state of this application: how many deliveries it had.
  void answer_snapshots() {
    for (const Origin& request : std::exchange(application.requests, {})) {
      driver->snapshot_done(request, Payload(std::to_string(application.last.value())));
    }
    driver->end_turn();
  }

  RecordingApplication application;
  std::vector<std::string> log;
  std::string address;
  std::unique_ptr<Driver> driver;
};

class DriverTest : public testing::Test {
 protected:
  void run_until(const std::function<bool()>& done) {
    const auto deadline = std::chrono::steady_clock::now() + kPatience;
    while (!done()) {
      ASSERT_LT(std::chrono::steady_clock::now(), deadline) << "it did not happen in time";
      io_.restart();
      io_.run_one_for(std::chrono::milliseconds(100));
    }
  }

  Replica& start(unsigned node, const std::string& contact,
                 std::optional<std::chrono::milliseconds> join_timeout = {}) {
    replicas_.push_back(std::make_unique<Replica>(io_, node, contact, join_timeout));
    Replica& replica = *replicas_.back();
    EXPECT_EQ(replica.driver->listen(), std::nullopt);
    replica.driver->start();
    return replica;
  }

  // Starts a joiner and lets everybody answer for the state until it has it.
  Replica& join(unsigned node, const std::string& contact) {
    Replica& joiner = start(node, contact);
    run_until([&] {
      for (const auto& replica : replicas_) replica->answer_snapshots();
      return joiner.driver->status().has_state;
    });
    return joiner;
  }

  boost::asio::io_context io_;
  std::vector<std::unique_ptr<Replica>> replicas_;
};

TEST_F(DriverTest, MembersOverSocketsDeliverTheSameInTheSameOrder) {
  Replica& a = start(1, "");
  Replica& b = join(2, a.address);
  Replica& c = join(3, b.address);  // through a worker
  for (int round = 0; round < 100; ++round) {
    a.submit("a" + std::to_string(round));
    b.submit("b" + std::to_string(round));
    c.submit("c" + std::to_string(round));
    io_.restart();
    io_.poll();
  }
  const auto count = [](const Replica& replica) { return replica.application.last.value(); };
  run_until([&] { return count(a) == 300 && count(b) == 300 && count(c) == 300; });
  const auto& order = a.application.payloads;
  EXPECT_EQ(order.size(), 300u);
  // The joiners' first entry is the state that they were given.
  for (const Replica* replica : {&b, &c}) {
    const auto& got = replica->application.payloads;
    EXPECT_EQ(got[0], "state:0");
    EXPECT_EQ(std::vector<std::string>(got.begin() + 1, got.end()), order);
  }
  EXPECT_EQ(*a.application.views.back(), *c.application.views.back());
}

TEST_F(DriverTest, AJoinerSaysEachSecondWhyItWaitsAndGivesUpAtItsLimit) {
  const std::string nobody = "127.0.0.1:" + std::to_string(Replica::free_port(io_));
  Replica& joiner = start(4, nobody, std::chrono::milliseconds(1500));
  run_until([&] { return !joiner.application.failure.empty(); });
  EXPECT_TRUE(joiner.logged("waiting to be taken in through " + nobody + ": Connection refused"));
  EXPECT_EQ(joiner.application.failure,
            "gave up joining after 1500 ms: waiting to be taken in through " + nobody +
                ": Connection refused");
}

TEST_F(DriverTest, AnApplicationWithoutRoomIsGivenNothingMoreUntilItHasSome) {
  Replica& a = start(1, "");
  Replica& b = join(2, a.address);
  b.application.room = false;
  b.submit("notices that there is no room at the end of this turn");
  for (int number = 0; number < 200; ++number) a.submit(std::string(50'000, 'x'));
  io_.restart();
  io_.poll();
  run_until([&] { return a.application.last.value() == 201; });
  EXPECT_LT(b.application.last.value(), 201u);
  b.application.room = true;
  b.driver->room_again();
  run_until([&] { return b.application.last.value() == 201; });
}

TEST_F(DriverTest, AMemberThatStartsInATakenPlaceSaysSoInOneLine) {
  Replica& a = start(1, "");
  DriverOptions options;
  options.self = member_of(2);
  options.listen_address = a.address;
  RecordingApplication application;
  Driver driver(
      io_, options,
      std::make_unique<gms1::Member>(gms1::MemberOptions{options.self, true, group_of(2)}),
      application, [](LogLevel, const std::string&) {});
  EXPECT_EQ(driver.listen(), "cannot listen on " + a.address + ": Address already in use");
}

}  // namespace
}  // namespace groupy::gms
