// Generation 3 as processes: what one replica answers while the two others are gone.
#include <gtest/gtest.h>

#include <iostream>
#include <nlohmann/json.hpp>

#include "tests/system/durable.h"

namespace groupy::system_tests {
namespace {

class Majority : public Durable {
 protected:
  enum class Loss { killed, stopped };

  Majority() { cluster_.set_suspect_after("500ms"); }

  // Takes the others away from `alone`, looks what it answers, and gives them back.
  void expect_refusals(unsigned alone, Loss loss) {
    const std::string round = std::to_string(now_ns());
    write_in_the_end(alone, "before " + round);
    for (const unsigned node : kAll) {
      if (node == alone) continue;
      loss == Loss::killed ? cluster_.kill(node) : cluster_.pause(node);
    }
    const std::uint64_t lost_ns = now_ns();
    wait_until("writes are not refused", [&] { return is_refused(alone); });
    const auto known_after = std::chrono::nanoseconds(now_ns() - lost_ns);
    EXPECT_LT(known_after, kSuspectAfter + 1s);
    std::cout << "refuses after "
              << std::chrono::duration_cast<std::chrono::milliseconds>(known_after).count()
              << " ms\n";
    for (int write = 0; write < 10; ++write) expect_refused_at_once(alone);
    cluster_.demand(alone, get("/kv/register"), 503);
    const auto local = cluster_.demand(alone, get("/kv/register?consistency=local&raw"), 200);
    EXPECT_EQ(local.body, "before " + round);
    for (const unsigned node : kAll) {
      if (node == alone) continue;
      loss == Loss::killed ? cluster_.start_durable(node) : cluster_.resume(node);
    }
    for (const unsigned node : kAll) write_in_the_end(node, "after " + round);
    for (const unsigned node : kAll) {
      EXPECT_EQ(cluster_.demand(node, get("/kv/register?raw"), 200).body, "after " + round);
    }
  }

 private:
  static constexpr auto kSuspectAfter = 500ms;

  void write_in_the_end(unsigned node, const std::string& value) {
    RecordingClient client(cluster_.http_address(node), "writer-" + std::to_string(now_ns()));
    wait_until("replica " + std::to_string(node) + " does not take a write", [&] {
      return client.put("register", value).result == cli::HistoryOperation::Result::ok;
    });
  }

  // Whether a write that may wait a moment is refused; Failed if it is acknowledged. It may be done
  // when the others are there again.
  bool is_refused(unsigned alone) {
    const auto answer = cluster_.call(alone, put("other", "during", "?timeout=100ms"), 2s);
    const auto* got = std::get_if<http::ClientAnswer>(&answer);
    if (got != nullptr && got->status < 300) throw Failed{"acknowledged without a majority"};
    return got != nullptr && got->status == 503;
  }
  void expect_refused_at_once(unsigned alone) {
    const std::uint64_t asked_ns = now_ns();
    const auto answer = cluster_.demand(alone, put("other", "during"), 503);
    EXPECT_LT(now_ns() - asked_ns, 1'000'000'000u) << "not at once";
    const auto problem = nlohmann::json::parse(answer.body);
    EXPECT_EQ(problem.value("code", ""), "no_majority") << answer.body;
    EXPECT_EQ(problem.value("applied", ""), "no") << answer.body;
    EXPECT_TRUE(answer.headers.contains("retry-after"));
  }
};

TEST_F(Majority, WithoutOneWritesAreRefusedAtOnceAndLocalReadsGoOn) {
  expect_to_hold([&] {
    cluster_.found_durable();
    for (const Loss loss : {Loss::killed, Loss::stopped}) {
      expect_refusals(another_than(leader()), loss);
      expect_refusals(leader(), loss);
    }
  });
}

}  // namespace
}  // namespace groupy::system_tests
