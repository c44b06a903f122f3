// Generation 3 as processes: no replica answers with what is older than what was acknowledged.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/system/durable.h"
#include "tests/system/waiting_read.h"

namespace groupy::system_tests {
namespace {

using Result = cli::HistoryOperation::Result;

class Reads : public Durable {
 protected:
  // One register, written at any replica by turns and at once read at both others. What it was told
  // is not kept.
  class Register {
   public:
    explicit Register(const Cluster& cluster) : cluster_(cluster) {
      for (const unsigned node : kAll) connect(node);
    }

    // A write that is acknowledged here; 503 says that this replica may just not take it now.
    bool write(unsigned node, const std::string& value) {
      const auto result = clients_.at(node).put("register", value).result;
      if (result == Result::ok) return true;
      if (clients_.at(node).status() != 503) {
        throw Failed{"a write at replica " + std::to_string(node) + ": " +
                     clients_.at(node).said()};
      }
      return false;
    }
    // Whether it was answered, and not with 503; Failed if the answer is old, or another error.
    bool read(unsigned node, const std::string& value) {
      RecordingClient& client = clients_.at(node);
      const auto found = client.get("register");
      const auto outcome = is_new_or_refused(found, value, client);
      if (!outcome) throw Failed{"replica " + std::to_string(node) + ": " + outcome.message()};
      if (client.history().size() > kKept) connect(node);
      return found.has_value();
    }

   private:
    static constexpr std::size_t kKept = 1000;

    void connect(unsigned node) {
      clients_.erase(node);
      clients_.emplace(
          node, RecordingClient(cluster_.http_address(node), "register-" + std::to_string(node)));
    }

    const Cluster& cluster_;
    std::map<unsigned, RecordingClient> clients_;
  };
};

TEST_F(Reads, WhatIsWrittenAtOneReplicaIsReadAtOnceAtTheOthers) {
  expect_to_hold([&] {
    constexpr unsigned kRounds = 10'000;
    constexpr unsigned kStopEvery = 2'000;
    constexpr unsigned kStoppedFor = 500;
    cluster_.found_durable();
    const unsigned leads = leader();
    Register reg(cluster_);
    std::map<unsigned, unsigned> reads, refused;
    unsigned stops = another_than(leads);
    for (unsigned round = 0; round < kRounds; ++round) {
      const std::string value = std::to_string(round);
      const unsigned of_turn = round % kStopEvery;
      const bool is_stopped = of_turn >= kStopEvery - kStoppedFor;
      if (of_turn == kStopEvery - kStoppedFor) cluster_.pause(stops);
      if (of_turn == 0 && round > 0) {
        cluster_.resume(stops);
        stops = third(leads, stops);
      }
      unsigned at = kAll[round % 3];
      if (is_stopped && at == stops) at = leads;
      // Just woken, it may have to say that it is not ready; the leader never has to.
      if (!reg.write(at, value)) {
        ++refused[at];
        ASSERT_NE(at, leads);
        at = leads;
        ASSERT_TRUE(reg.write(at, value)) << "round " << round;
      }
      for (const unsigned node : kAll) {
        if (node == at || (is_stopped && node == stops)) continue;
        ++(reg.read(node, value) ? reads : refused)[node];
      }
    }
    cluster_.resume(stops);
    wait_until("the one that was stopped last does not answer again",
               [&] { return reg.read(stops, std::to_string(kRounds - 1)); });
    for (const unsigned node : kAll) {
      std::cout << "replica " << node << ": " << reads[node] << " reads, " << refused[node]
                << " refused\n";
      EXPECT_GT(reads[node], kRounds / 2);
      EXPECT_LT(refused[node], kRounds / 100);
    }
    EXPECT_EQ(refused[leads], 0u);
  });
}

// Of a replica that stood still while others took over: what waits in its socket when it wakes is
// the first that it does, before it can hear from anybody that it leads no more.
TEST_F(Reads, AStoppedLeaderThatWakesGivesNoOldAnswer) {
  cluster_.set_suspect_after("500ms");
  expect_to_hold([&] {
    constexpr unsigned kStops = 6;
    cluster_.found_durable();
    unsigned refused = 0;
    for (unsigned stop = 0; stop < kStops; ++stop) {
      const unsigned old_leader = leader();
      const unsigned worker = another_than(old_leader);
      RecordingClient writer(cluster_.http_address(worker), "writer-" + std::to_string(stop));
      wait_until("no write is acknowledged",
                 [&] { return writer.put("register", "old").result == Result::ok; });
      // Some are known to it when it stops, the others come while it stands still.
      std::vector<WaitingRead> reads;
      for (int i = 0; i < 2; ++i) reads.emplace_back(cluster_.http_address(old_leader));
      cluster_.pause(old_leader);
      wait_until("no write is acknowledged under a new leader",
                 [&] { return writer.put("register", "new").result == Result::ok; });
      for (int i = 0; i < 2; ++i) reads.emplace_back(cluster_.http_address(old_leader));
      for (WaitingRead& read : reads) read.send("/kv/register?raw");
      // At once, or when the new leader has done some more.
      for (unsigned more = 0; more < stop % 3 * 100; ++more) {
        ASSERT_EQ(writer.put("other", std::to_string(more)).result, Result::ok);
      }
      cluster_.resume(old_leader);
      for (WaitingRead& read : reads) {
        const auto [status, body] = read.answer();
        EXPECT_TRUE((status == 200 && body == "new") || status == 503) << status << ": " << body;
        if (status == 503) ++refused;
      }
      cluster_.wait_until_ready(old_leader);
    }
    std::cout << refused << " of " << kStops * 4 << " first reads were refused\n";
  });
}

}  // namespace
}  // namespace groupy::system_tests
