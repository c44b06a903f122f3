// Generation 3 as processes: what was acknowledged outlives kills, and reads are never old.
// GROUPY_BINARY is the path of groupy, FORGETFUL_DISK that of the library.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

#include "cli/history_check.h"
#include "tests/system/recorder.h"
#include "tests/system/recording_client.h"

namespace groupy::system_tests {
namespace {

using cli::HistoryOperation;
using Result = HistoryOperation::Result;

const std::vector<unsigned> kAll{1, 2, 3};

class Durable : public testing::Test {
 protected:
  unsigned leader() {
    std::optional<unsigned> leader;
    wait_until("the replicas name no common leader", [&] {
      leader = cluster_.leader_seen_by(1);
      return leader && cluster_.leader_seen_by(2) == leader && cluster_.leader_seen_by(3) == leader;
    });
    return *leader;
  }
  static unsigned another_than(unsigned node) { return node % 3 + 1; }

  // Kills all under load and starts them again, in another order each time.
  void kill_all_and_restart(Recorder& recorder, unsigned rounds) {
    std::vector<unsigned> order = kAll;
    recorder.start();
    for (unsigned round = 0; round < rounds; ++round) {
      recorder.wait_for_acknowledged(100);
      for (const unsigned node : order) cluster_.kill(node);
      std::ranges::next_permutation(order);
      for (const unsigned node : order) cluster_.start_durable(node);
      for (const unsigned node : order) cluster_.wait_until_ready(node);
    }
    recorder.stop();
    recorder.read_all_at(kAll);
  }

  cli::HistoryVerdict verdict_on(const Recorder& recorder) {
    const std::string path = folder_.path() + "/history.txt";
    save_history(recorder.recorded(), path);
    const auto parsed = cli::parse_history(read_file(path));
    if (const auto* wrong = std::get_if<cli::NotAnOperation>(&parsed)) throw Failed{wrong->why};
    return cli::check_history(std::get<cli::RecordedHistory>(parsed));
  }

  // Whether a replica, or what did not hold, names something that should be there and is not.
  bool tells_of_loss(const Failed& failed) const {
    std::string said = failed.what();
    for (const unsigned node : kAll) said += read_file(cluster_.log_file(node));
    constexpr std::array kOfLoss{
        "the end of the log may be missing",  "what this member promised cannot be read",
        "but something was promised with it", "log: damaged",
        "of the log cannot be read",          "in it is not this empty directory",
        "this data directory is an old copy"};
    return std::ranges::any_of(
        kOfLoss, [&](const char* part) { return said.find(part) != std::string::npos; });
  }

  static testing::AssertionResult is_new_or_refused(const std::optional<HistoryOperation>& read,
                                                    const std::string& value,
                                                    const RecordingClient& reader) {
    if (read ? read->value == value : reader.status() == 503) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << (read ? "old: " + render_operation(*read) : reader.said());
  }

  void TearDown() override {
    if (!HasFailure()) return;
    for (const unsigned node : kAll) {
      std::cout << "--- replica " << node << "\n" << read_file(cluster_.log_file(node));
    }
  }

  // Runs the body; what does not hold is a failure and not the end of the program.
  template <typename Body>
  void expect_to_hold(Body body) {
    try {
      body();
    } catch (const Failed& failed) {
      ADD_FAILURE() << failed.what();
    }
  }

  explicit Durable(const char* program = GROUPY_BINARY) : cluster_(program, folder_.path()) {}

  // Kills all on disks that forget: what must come to light if something acknowledged is lost.
  void expect_loss(Recorder& recorder, unsigned rounds) {
    try {
      kill_all_and_restart(recorder, rounds);
    } catch (const Failed& failed) {
      EXPECT_TRUE(tells_of_loss(failed)) << failed.what();
      std::cout << "noticed at once: " << failed.what() << '\n';
      return;
    }
    const auto verdict = verdict_on(recorder);
    EXPECT_EQ(verdict.kind, cli::HistoryVerdict::Kind::rejected);
    std::cout << verdict.what << '\n';
  }

  ScratchFolder folder_;
  Cluster cluster_;
};

// Replicas of a build that acknowledges before the sync.
class Hasty : public Durable {
 protected:
  Hasty() : Durable(HASTY_BINARY) {}
};

TEST_F(Durable, NothingAcknowledgedIsLostWhenAllAreKilledAndRestartedInEveryOrder) {
  expect_to_hold([&] {
    cluster_.found_durable();
    Recorder recorder(cluster_, {});
    kill_all_and_restart(recorder, 20);
    const auto verdict = verdict_on(recorder);
    EXPECT_EQ(verdict.kind, cli::HistoryVerdict::Kind::accepted) << verdict.what;
    std::cout << verdict.answers << " operations, " << verdict.unknown << " of unknown outcome\n";
  });
}

TEST_F(Durable, NothingAcknowledgedIsLostWithADiskThatForgetsWhatWasNotSynced) {
  expect_to_hold([&] {
    cluster_.forget_what_is_not_synced(FORGETFUL_DISK);
    cluster_.found_durable();
    Recorder recorder(cluster_, {});
    kill_all_and_restart(recorder, 20);
    const auto verdict = verdict_on(recorder);
    EXPECT_EQ(verdict.kind, cli::HistoryVerdict::Kind::accepted) << verdict.what;
  });
}

// The test above would notice if they acknowledged before the sync, or if the disk's syncs were
// none.
TEST_F(Hasty, AnAcknowledgementBeforeTheSyncIsNoticed) {
  cluster_.forget_what_is_not_synced(FORGETFUL_DISK);
  cluster_.found_durable();
  Recorder recorder(cluster_, {});
  expect_loss(recorder, 10);
}

TEST_F(Durable, LyingSyncsAreNoticed) {
  cluster_.forget_what_is_not_synced(FORGETFUL_DISK, "/log/");
  cluster_.found_durable();
  Recorder recorder(cluster_, {});
  expect_loss(recorder, 2);
}

TEST_F(Durable, WhatIsWrittenAtOneReplicaIsReadAtOnceAtTheOthers) {
  expect_to_hold([&] {
    constexpr unsigned kRounds = 10'000;
    cluster_.found_durable();
    const unsigned leads = leader();
    // The worker that is neither written to nor, while it stands still, read from.
    const unsigned stops = another_than(leads);
    const unsigned other = 6 - leads - stops;
    RecordingClient writer(cluster_.http_address(leads), "writer");
    RecordingClient reader(cluster_.http_address(other), "reader");
    RecordingClient sometimes(cluster_.http_address(stops), "sometimes");
    for (unsigned round = 0; round < kRounds; ++round) {
      const std::string value = std::to_string(round);
      ASSERT_EQ(writer.put("register", value).result, Result::ok) << "round " << round;
      const auto read = reader.get("register");
      ASSERT_TRUE(read) << "round " << round << ": " << reader.said();
      ASSERT_EQ(read->value, value);
      const bool is_stopped = round % 2000 >= 1000;
      if (round % 2000 == 1000) cluster_.pause(stops);
      if (round % 2000 == 0 && round > 0) cluster_.resume(stops);
      if (is_stopped) continue;
      // Just woken, it may have to say that it is not ready; old it must not be.
      const auto also = sometimes.get("register");
      ASSERT_TRUE(is_new_or_refused(also, value, sometimes)) << "round " << round;
    }
    EXPECT_GT(sometimes.history().size(), kRounds / 4);
  });
}

TEST_F(Durable, AStoppedLeaderThatWakesGivesNoOldAnswer) {
  expect_to_hold([&] {
    cluster_.found_durable();
    const unsigned old_leader = leader();
    const unsigned worker = another_than(old_leader);
    RecordingClient writer(cluster_.http_address(worker), "writer");
    wait_until("no write is acknowledged",
               [&] { return writer.put("register", "old").result == Result::ok; });
    cluster_.pause(old_leader);
    wait_until("no other replica leads", [&] {
      const auto seen = cluster_.leader_seen_by(worker);
      return seen && *seen != old_leader;
    });
    wait_until("no write is acknowledged under the new leader",
               [&] { return writer.put("register", "new").result == Result::ok; });
    cluster_.resume(old_leader);
    RecordingClient reader(cluster_.http_address(old_leader), "reader");
    const auto first = reader.get("register");
    EXPECT_TRUE(is_new_or_refused(first, "new", reader));
    wait_until("the old leader does not answer again", [&] {
      const auto read = reader.get("register");
      EXPECT_TRUE(is_new_or_refused(read, "new", reader));
      return read.has_value();
    });
  });
}

TEST_F(Durable, WithoutAMajorityWritesAreRefusedAtOnceAndLocalReadsGoOn) {
  expect_to_hold([&] {
    cluster_.found_durable();
    const unsigned alone = another_than(leader());
    cluster_.demand(alone, put("register", "before"), 201);
    for (const unsigned node : kAll) {
      if (node != alone) cluster_.kill(node);
    }
    const auto refused = [&] {
      const auto answer = cluster_.call(alone, put("register", "during"), 10s);
      const auto* got = std::get_if<http::ClientAnswer>(&answer);
      return got != nullptr && got->status == 503 &&
             got->body.find("no_majority") != std::string::npos;
    };
    wait_until("writes are not refused", refused);
    const std::uint64_t asked_ns = now_ns();
    const auto answer = cluster_.demand(alone, put("register", "during"), 503);
    EXPECT_LT(now_ns() - asked_ns, 1'000'000'000u) << "not at once";
    EXPECT_EQ(nlohmann::json::parse(answer.body).value("applied", ""), "no") << answer.body;
    EXPECT_TRUE(answer.headers.contains("retry-after"));
    cluster_.demand(alone, get("/kv/register"), 503);
    const auto local = cluster_.demand(alone, get("/kv/register?consistency=local&raw"), 200);
    EXPECT_EQ(local.body, "before");
    for (const unsigned node : kAll) {
      if (node != alone) cluster_.start_durable(node);
    }
    for (const unsigned node : kAll) cluster_.wait_until_ready(node);
    cluster_.demand(alone, put("register", "after"), 200);
    for (const unsigned node : kAll) {
      EXPECT_EQ(cluster_.demand(node, get("/kv/register?raw"), 200).body, "after");
    }
  });
}

// What the copy has forgotten, the others would count as acknowledged.
TEST_F(Durable, AnOldCopyOfADirectoryIsDismissedWithExitCode1) {
  expect_to_hold([&] {
    cluster_.found_durable();
    const unsigned node = another_than(leader());
    const std::string data = cluster_.data_directory(node), copy = folder_.path() + "/copy";
    cluster_.demand(node, put("register", "before"), 201);
    cluster_.kill(node);
    std::filesystem::copy(data, copy, std::filesystem::copy_options::recursive);
    cluster_.start_durable(node);
    cluster_.wait_until_ready(node);
    cluster_.demand(node, put("register", "after"), 200);
    cluster_.kill(node);
    std::filesystem::remove_all(data);
    std::filesystem::rename(copy, data);
    cluster_.start_durable(node);
    EXPECT_EQ(cluster_.process(node).wait(20s).to_string(), "exit code 1");
    EXPECT_NE(read_file(cluster_.log_file(node)).find("this data directory is an old copy"),
              std::string::npos);
    cluster_.demand(another_than(node), put("register", "later"), 200);
  });
}

// Even if the next sync would do: nobody knows what the failed one took with it.
TEST_F(Durable, AReplicaWhoseDiskFailsASyncSaysSoAndEndsWithExitCode7) {
  expect_to_hold([&] {
    cluster_.preload(FORGETFUL_DISK, {{"FORGETFUL_DIR", folder_.path() + "/data"},
                                      {"FORGETFUL_FAILS", "/log/"},
                                      {"FORGETFUL_FAILS_AT", "50"}});
    cluster_.found_durable(1);
    unsigned acknowledged = 0;
    wait_until("the disk does not fail", [&] {
      const auto answer = cluster_.call(1, put("k" + std::to_string(acknowledged), "v"));
      const auto* got = std::get_if<http::ClientAnswer>(&answer);
      if (got != nullptr && got->status == 201) ++acknowledged;
      return cluster_.process(1).state().has_ended();
    });
    EXPECT_EQ(cluster_.process(1).state().to_string(), "exit code 7");
    const std::string log = read_file(cluster_.log_file(1));
    const std::string last = log.substr(log.rfind('\n', log.size() - 2) + 1);
    EXPECT_NE(last.find("sync " + cluster_.data_directory(1) + "/log/"), std::string::npos) << last;
    EXPECT_NE(last.find("Input/output error"), std::string::npos) << last;
    cluster_.preload(FORGETFUL_DISK, {});
    cluster_.start_durable(1, 1);
    cluster_.wait_until_ready(1);
    EXPECT_GT(acknowledged, 0u);
    for (unsigned write = 0; write < acknowledged; ++write) {
      cluster_.demand(1, get("/kv/k" + std::to_string(write)), 200);
    }
  });
}

}  // namespace
}  // namespace groupy::system_tests
