// Logs that live through crashes at every point: what was reported persisted is there, and nothing
// that was cut comes back. Each life of a log is checked against all that it may have become.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>

#include "tests/gms/log/log_fixture.h"

namespace groupy::gms::log {
namespace {

constexpr std::uint64_t kSegmentBytes = kSegmentDataStart + 2048;

// The log without its payloads.
using Ids = std::vector<RecordId>;

// Does the same random things to a log, seed by seed, and knows what may be left of them.
class Life {
 public:
  explicit Life(std::uint64_t seed) : random_(seed), test_(seed, kSegmentBytes) {}

  TestLog& test() { return test_; }
  MemoryDisk& disk() { return test_.disk; }

  // Until the disk fails or `steps` are done.
  void run(int steps) {
    for (int i = 0; i < steps && is_running_; ++i) step();
  }

  // Ends as crashed or killed, and starts anew; the start may fail at `crash_at`, again and again.
  void restart(bool is_power_cut, std::uint64_t crash_at, DiskFault fault) {
    for (int tries = 0;; ++tries) {
      ASSERT_LT(tries, 100) << "the log does not open any more";
      is_power_cut ? disk().power_off() : disk().kill();
      if (crash_at != 0 && tries == 0) disk().fail_at(crash_at, fault);
      const Failure failed = test_.open();
      if (!failed) break;
      ASSERT_NE(failed->code, IoCode::refused) << failed->what;
    }
    is_running_ = true;
    taken_ = Ticket{};
    check();
  }

  // After an open: everything that is there now is on disk.
  void check() {
    Ids found;
    for (const Record& record : test_.records()) {
      found.push_back(id_of(record));
      EXPECT_EQ(records_.at(record.checksum), record);
    }
    ASSERT_TRUE(found.empty() || found.back() == test_.log->last());
    ASSERT_TRUE(test_.log->condition().damages.empty());
    ASSERT_FALSE(test_.log->condition().is_end_unknown);
    ASSERT_LE(test_.log->first().value(), retired_.value() + 1);
    const auto since = history_.begin() + static_cast<std::ptrdiff_t>(persisted_);
    const auto same = std::find_if(since, history_.end(), [&](const Ids& ids) {
      return std::equal(
                 found.rbegin(), found.rend(), ids.rbegin(),
                 ids.rbegin() + static_cast<std::ptrdiff_t>(std::min(found.size(), ids.size()))) &&
             last_of(ids) == test_.log->last() && found.size() <= ids.size();
    });
    ASSERT_NE(same, history_.end()) << "what was persisted is gone, or what was cut is back";
    history_ = {*same};
    persisted_ = 0;
  }

  std::uint64_t draw(std::uint64_t below) { return random_() % below; }
  bool is_running() const { return is_running_; }

 private:
  static RecordId last_of(const Ids& ids) { return ids.empty() ? RecordId() : ids.back(); }

  void step() {
    switch (draw(12)) {
      case 0:
      case 1:
        sync();
        break;
      case 2:
        cut();
        break;
      case 3:
        test_.preparer->prepare();
        is_running_ = !disk().is_crashed();
        break;
      case 4:
        now_ += std::chrono::milliseconds(6);
        note(test_.log->tick(now_));
        break;
      case 5:
        retire();
        break;
      case 6:
        if (test_.log->condition().has_loss) {
          note(test_.log->declare_whole(next_ticket()));
        }
        break;
      default:
        append();
    }
  }

  void append() {
    ++ballot_;
    std::vector<Record> records;
    RecordId last = test_.log->last();
    Ids ids = history_.back();
    for (std::uint64_t i = 0; i <= draw(4); ++i) {
      const std::string payload(draw(10) == 0 ? 3000 : draw(300), static_cast<char>('a' + i));
      records.push_back(record_behind(last, ballot_ / 8, payload + std::to_string(ballot_)));
      last = id_of(records.back());
      ids.push_back(last);
      history_.push_back(ids);
      records_[records.back().checksum] = records.back();
    }
    note(test_.log->append(next_ticket(), records));
  }

  void cut() {
    const Ids& ids = history_.back();
    const std::uint64_t most = std::min<std::uint64_t>(ids.size(), 6);
    Ids kept(ids.begin(), ids.end() - static_cast<std::ptrdiff_t>(draw(most + 1)));
    if (last_of(kept).sequence < retired_) return;
    note(test_.log->cut(next_ticket(), last_of(kept)));
    history_.push_back(std::move(kept));
  }

  Ticket next_ticket() { return taken_ = Ticket{++test_.tickets}; }

  // Only what can no longer be cut: what is applied is stable.
  void retire() {
    const Ids& ids = history_[persisted_];
    if (ids.size() < 12) return;
    const Sequence up_to = ids[ids.size() - 12].sequence;
    const auto same = std::ranges::find(history_.back(), ids[ids.size() - 12]);
    if (same == history_.back().end()) return;
    retired_ = std::max(retired_, up_to);
    note(test_.log->retire(up_to));
  }

  void sync() {
    auto ticket = test_.log->sync();
    if (!ticket.ok()) {
      note(ticket.error());
      return;
    }
    EXPECT_EQ(*ticket, taken_);
    persisted_ = history_.size() - 1;
  }

  // After an error, every call must give the same one.
  void note(const Failure& failure) {
    if (!failure) return;
    is_running_ = false;
    auto ticket = test_.log->sync();
    EXPECT_FALSE(ticket.ok());
    EXPECT_EQ(ticket.error(), *failure);
    EXPECT_EQ(test_.log->append(next_ticket(), {}), failure);
    EXPECT_EQ(test_.log->tick(now_), failure);
  }

  std::mt19937_64 random_;
  TestLog test_;
  std::vector<Ids> history_{Ids()};  // what the log was after each entry
  std::size_t persisted_ = 0;        // not older than this
  Sequence retired_;
  Ticket taken_;  // in this life
  std::map<Checksum, Record> records_;
  std::uint64_t ballot_ = 8;
  Time now_{};
  bool is_running_ = true;
};

constexpr DiskFault kFaults[] = {DiskFault::crash, DiskFault::half_done, DiskFault::error};

TEST(Crash, AtEveryOperationLosesNothingThatWasPersisted) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const DiskFault fault : kFaults) {
      bool has_failed = true;
      for (std::uint64_t at = 1; has_failed; ++at) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " operation " + std::to_string(at));
        Life life(seed);
        life.test().opened();
        life.disk().fail_at(at, fault);
        life.run(60);
        has_failed = !life.disk().is_failing();
        life.restart(at % 2 == 0, 0, fault);
        life.run(20);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(Crash, InTheMiddleOfARecoveryLosesNothingEither) {
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    for (const DiskFault fault : kFaults) {
      for (std::uint64_t at = 1; at <= 16; ++at) {
        SCOPED_TRACE("seed " + std::to_string(seed) + " operation " + std::to_string(at));
        Life life(seed);
        life.test().opened();
        life.run(40);
        life.restart(true, at, fault);
        life.run(20);
        life.restart(at % 2 == 0, at / 2, fault);
        if (::testing::Test::HasFatalFailure()) return;
      }
    }
  }
}

TEST(Crash, ManyTimesOverLosesNothing) {
  for (std::uint64_t seed = 1; seed <= 400; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    life.test().opened();
    for (int lives = 0; lives < 8; ++lives) {
      const DiskFault fault = kFaults[life.draw(3)];
      life.disk().fail_at(1 + life.draw(150), fault);
      life.run(60);
      life.restart(life.draw(3) != 0, life.draw(4) == 0 ? 1 + life.draw(20) : 0, fault);
      if (::testing::Test::HasFatalFailure()) return;
    }
  }
}

}  // namespace
}  // namespace groupy::gms::log
