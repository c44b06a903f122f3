// Generation 3 as processes: what was acknowledged outlives the kill of all, whatever the order in
// which they come back. FORGETFUL_DISK makes of a kill what a power cut is; HASTY_BINARY is a build
// that acknowledges before the sync.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <iostream>

#include "tests/system/durable.h"

namespace groupy::system_tests {
namespace {

using Verdict = cli::HistoryVerdict::Kind;

constexpr unsigned kKills = 20;
// A sync that takes longer than a kill of all does: what is acknowledged before it is lost.
const std::map<std::string, std::string> kSlowSyncs{{"FORGETFUL_SYNC_MS", "20"}};

class Kills : public Durable {
 protected:
  explicit Kills(const char* program = GROUPY_BINARY) : Durable(program) {}

  // Not more than that: the replicas are to start quickly beside it, and each key is read at the
  // end, at each of them.
  static RecorderOptions under_load() {
    RecorderOptions options;
    options.writers = 8;
    options.pause = 5ms;
    return options;
  }

  // Kills all at once under load and starts them again: each when the one before is up, in all
  // orders by turns.
  void kill_all_and_restart(Recorder& recorder, unsigned kills) {
    recorder.start();
    for (unsigned kill = 0; kill < kills; ++kill) {
      recorder.wait_for_acknowledged(kill == 0 ? 200 : 100);
      kill_all(recorder);
      for (const unsigned node : order_) {
        cluster_.start_durable(node);
        cluster_.wait_until_up(node);
      }
      std::ranges::next_permutation(order_);
      for (const unsigned node : kAll) cluster_.wait_until_ready(node);
    }
    recorder.wait_for_acknowledged(200);
    recorder.stop();
    recorder.read_all_at(kAll);
  }

  // Nothing acknowledged is lost, and the replicas are the same again.
  void expect_nothing_lost() {
    cluster_.found_durable();
    Recorder recorder(cluster_, under_load());
    kill_all_and_restart(recorder, kKills);
    std::size_t unanswered = 0;
    for (const Moment& kill : kills_) {
      for (const unsigned node : kAll) unanswered += recorder.unanswered_by(node, kill).size();
    }
    if (unanswered == 0) throw Invalid{"no kill left a write unanswered"};
    const auto variety = variety_of(recorder.history());
    if (variety.raises == 0) throw Invalid{"no counter was raised"};
    const auto verdict = verdict_on(recorder);
    EXPECT_EQ(verdict.kind, Verdict::accepted) << verdict.what;
    const auto [code, output] = cluster_.run_program(
        {"check", "consistency", "--endpoints", "http://" + cluster_.http_address(1)});
    EXPECT_EQ(code, 0) << output;
    std::cout << verdict.answers << " operations; " << kills_.size() << " kills left " << unanswered
              << " writes unanswered\n";
  }

  // What must come to light if something acknowledged is lost: a kill after which the history is
  // wrong, or after which a replica says what it misses. After so many kills at most.
  void expect_loss(unsigned kills_max) {
    cluster_.found_durable();
    Recorder recorder(cluster_, under_load());
    for (unsigned kill = 1; kill <= kills_max; ++kill) {
      try {
        kill_all_and_restart(recorder, 1);
      } catch (const Failed& failed) {
        const std::string cause = cause_of_loss();
        EXPECT_NE(cause, "") << failed.what();
        std::cout << "noticed at kill " << kill << ": " << failed.what() << ": " << cause << '\n';
        return;
      }
      const auto verdict = verdict_on(recorder);
      if (verdict.kind != Verdict::rejected) continue;
      std::cout << "noticed after kill " << kill << ": " << verdict.what << '\n';
      return;
    }
    ADD_FAILURE() << "nothing was lost in " << kills_max << " kills";
  }

 private:
  void kill_all(Recorder& recorder) {
    recorder.note_fault("kill -9 of all");
    const std::uint64_t from_ns = now_ns();
    for (const unsigned node : kAll) cluster_.process(node).signal(SIGKILL);
    for (const unsigned node : kAll) cluster_.kill(node);
    kills_.push_back({from_ns, now_ns()});
  }

  // What a replica that does not get ready has said since its last start of something that should
  // be there and is not; empty if none has.
  std::string cause_of_loss() {
    constexpr std::array kOfLoss{
        "the end of the log may be missing",  "what this member promised cannot be read",
        "but something was promised with it", "log: damaged",
        "of the log cannot be read",          "in it is not this empty directory",
        "this data directory is an old copy"};
    for (const unsigned node : kAll) {
      if (cluster_.is_ready(node)) continue;
      const std::string said = cluster_.said_in_last_life(node);
      const auto cause = std::ranges::find_if(
          kOfLoss, [&](const char* part) { return said.find(part) != std::string::npos; });
      if (cause != kOfLoss.end()) return *cause;
    }
    return "";
  }

  std::vector<unsigned> order_ = kAll;
  std::vector<Moment> kills_;
};

TEST_F(Kills, NothingAcknowledgedIsLostWhenAllAreKilledAndRestartedInEveryOrder) {
  expect_to_hold([&] { expect_nothing_lost(); });
}

TEST_F(Kills, NothingAcknowledgedIsLostWithADiskThatForgetsWhatWasNotSynced) {
  cluster_.forget_what_is_not_synced(FORGETFUL_DISK, kSlowSyncs);
  expect_to_hold([&] { expect_nothing_lost(); });
}

class HastyKills : public Kills {
 protected:
  HastyKills() : Kills(HASTY_BINARY) {}
};

// The test above would notice if they acknowledged before the sync: the disks and the kills are the
// same.
TEST_F(HastyKills, AnAcknowledgementBeforeTheSyncIsNoticed) {
  cluster_.forget_what_is_not_synced(FORGETFUL_DISK, kSlowSyncs);
  expect_to_hold([&] { expect_loss(kKills); });
}

TEST_F(Kills, LyingSyncsAreNoticed) {
  cluster_.forget_what_is_not_synced(FORGETFUL_DISK, {{"FORGETFUL_LIES", "/log/"}});
  expect_to_hold([&] { expect_loss(2); });
}

}  // namespace
}  // namespace groupy::system_tests
