#include "kvstore/request_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>

namespace groupy::kvstore {
namespace {

using Lookup = RequestTable::Lookup;

// A table with the rows and the sum that its changes leave behind.
class RequestTableTest : public testing::Test {
 protected:
  static Outcome outcome(std::uint64_t sequence) {
    return {Verdict::created, gms::Sequence{sequence}, Revision{sequence}, Revision{sequence}, 1};
  }

  void remember(const std::string& id, std::uint64_t sequence, std::uint64_t keys_max = 100) {
    table_.remember(id, {fingerprint_of(id), outcome(sequence)}, keys_max, {rows_, sum_});
  }
  void forget_older(std::uint64_t now, std::uint64_t window) {
    table_.forget_older(gms::Sequence{now}, window, {rows_, sum_});
  }

  static std::uint64_t fingerprint_of(const std::string& id) { return id.size() + 40; }

  static Lookup look_up(const RequestTable& table, const std::string& id,
                        std::optional<std::uint64_t> since = std::nullopt) {
    RequestId request{id, std::nullopt};
    if (since) request.since = gms::Sequence{*since};
    return table.look_up(request, fingerprint_of(id));
  }
  Lookup look_up(const std::string& id, std::optional<std::uint64_t> since = std::nullopt) {
    return look_up(table_, id, since);
  }

  std::map<std::string, std::string> stored() const {
    std::map<std::string, std::string> rows;
    for (const RowWrite& row : rows_) {
      if (row.value) {
        rows.insert_or_assign(row.key, *row.value);
      } else {
        rows.erase(row.key);
      }
    }
    return rows;
  }

  RequestTable table_;
  RowWrites rows_;
  HashSum sum_;
};

TEST_F(RequestTableTest, GivesARepeatTheFirstAnswer) {
  EXPECT_EQ(look_up("a"), Lookup(RequestStanding::fresh));
  remember("a", 5);
  EXPECT_EQ(look_up("a"), Lookup(outcome(5)));
}

TEST_F(RequestTableTest, RefusesAnIdWithAnotherCommand) {
  remember("a", 5);
  EXPECT_EQ(table_.look_up({"a", std::nullopt}, 1), Lookup(RequestStanding::mismatch));
}

TEST_F(RequestTableTest, ForgetsTheOldestAboveTheNumberOfKeys) {
  remember("a", 5, 2);
  remember("b", 6, 2);
  EXPECT_EQ(table_.floor(), gms::Sequence{0});
  remember("c", 8, 2);
  EXPECT_EQ(look_up("a"), Lookup(RequestStanding::fresh));
  EXPECT_EQ(look_up("b"), Lookup(outcome(6)));
  EXPECT_EQ(table_.floor(), gms::Sequence{5});
}

TEST_F(RequestTableTest, ForgetsWhatIsOlderThanTheWindow) {
  remember("a", 5);
  remember("b", 9);
  forget_older(15, 10);
  EXPECT_EQ(look_up("a"), Lookup(outcome(5)));
  forget_older(16, 10);
  EXPECT_EQ(look_up("a"), Lookup(RequestStanding::fresh));
  EXPECT_EQ(look_up("b"), Lookup(outcome(9)));
  EXPECT_EQ(table_.floor(), gms::Sequence{5});
}

TEST_F(RequestTableTest, TellsWhoAsksThatTheWindowHasPassed) {
  remember("a", 5, 1);
  remember("b", 6, 1);
  EXPECT_EQ(look_up("a", 4), Lookup(RequestStanding::window_passed));
  EXPECT_EQ(look_up("x", 4), Lookup(RequestStanding::window_passed));
  EXPECT_EQ(look_up("x", 5), Lookup(RequestStanding::fresh));
  EXPECT_EQ(look_up("b", 0), Lookup(outcome(6)));
}

TEST_F(RequestTableTest, IsTheSameWhenLoadedFromItsRows) {
  for (std::uint64_t sequence = 1; sequence <= 20; ++sequence) {
    remember("id" + std::to_string(sequence * 7 % 20), sequence, 6);
  }
  std::vector<RequestTable::Loaded> loaded;
  HashSum sum;
  for (const auto& [key, value] : stored()) {
    const auto row = decode_meta_row(key, value);
    const auto& named = std::get<NamedRequestRow>(row.value());
    loaded.push_back({std::string(named.id), named.row});
    sum.add(request_term(named.id, value));
  }
  EXPECT_EQ(loaded.size(), 6u);
  EXPECT_EQ(sum, sum_);
  RequestTable again(std::move(loaded), table_.floor());
  remember("new", 30, 6);
  RowWrites rows;
  HashSum sum_again = sum;
  again.remember("new", {fingerprint_of("new"), outcome(30)}, 6, {rows, sum_again});
  EXPECT_EQ(sum_again, sum_);
  EXPECT_EQ(again.floor(), table_.floor());
  for (std::uint64_t i = 0; i < 20; ++i) {
    const std::string id = "id" + std::to_string(i);
    EXPECT_EQ(look_up(again, id), look_up(id)) << id;
  }
}

TEST_F(RequestTableTest, LeavesNothingInRowsAndSumOfWhatItForgot) {
  remember("a", 5);
  remember("b", 6);
  forget_older(100, 10);
  EXPECT_TRUE(stored().empty());
  EXPECT_EQ(sum_, HashSum());
}

TEST_F(RequestTableTest, MayBeTurnedOffByAWindowOfNoKeys) {
  remember("a", 5, 0);
  EXPECT_EQ(look_up("a"), Lookup(RequestStanding::fresh));
  EXPECT_EQ(table_.floor(), gms::Sequence{5});
}

}  // namespace
}  // namespace groupy::kvstore
