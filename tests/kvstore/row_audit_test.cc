#include "kvstore/row_audit.h"

#include <gtest/gtest.h>

#include "kvstore/history_row.h"
#include "kvstore/memory_storage.h"
#include "kvstore/state_machine.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

class RowAuditTest : public testing::Test {
 protected:
  RowAuditTest() {
    Deliveries deliveries;
    const std::vector batch = {deliveries.next(put("a", "1")),
                               deliveries.next(with_id(put("b", "2"), "id")),
                               deliveries.next(erase("a"))};
    StateMachine machine(storage_, digests_);
    EXPECT_TRUE(std::holds_alternative<std::vector<Applied>>(machine.apply(batch)));
    digest_ = machine.digest();
  }

  // Damages one row and expects the audit to say this.
  void expect_damage(const RowWrite& row, const std::string& why) {
    MemoryStorage damaged;
    for (const auto& [family, key, value] : dump(*storage_.snapshot())) {
      damaged.write({{family, key, value}});
    }
    damaged.write({row});
    const auto audited = audit(*damaged.snapshot());
    ASSERT_TRUE(std::holds_alternative<Damage>(audited)) << why;
    EXPECT_NE(std::get<Damage>(audited).why.find(why), std::string::npos)
        << std::get<Damage>(audited).why;
  }

  MemoryStorage storage_;
  DigestHistory digests_;
  StateDigest digest_;
};

TEST_F(RowAuditTest, ComesToTheIncrementalHash) {
  const auto audited = audit(*storage_.snapshot());
  ASSERT_TRUE(std::holds_alternative<StateDigest>(audited));
  EXPECT_EQ(std::get<StateDigest>(audited), digest_);
}

TEST_F(RowAuditTest, FindsEveryByteThatChangedInARecord) {
  const std::string row = storage_.get(Family::latest, "b").value();
  for (std::size_t at = 0; at < row.size(); ++at) {
    std::string altered = row;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    expect_damage({Family::latest, "b", altered}, "");
  }
}

TEST_F(RowAuditTest, FindsRowsThatAreMissingOrTooMany) {
  expect_damage({Family::latest, "b", std::nullopt}, "not the one that the state tells");
  expect_damage({Family::latest, "b2", storage_.get(Family::latest, "b")}, "hash term");
  expect_damage({Family::meta, request_row_key("id"), std::nullopt}, "not the one");
  expect_damage({Family::meta, settings_row_key(), std::nullopt}, "missing");
  expect_damage({Family::meta, state_row_key(), std::nullopt}, "missing");
  expect_damage({Family::meta, importing_row_key(), ""}, "did not end");
  expect_damage({Family::meta, "x", ""}, "family meta");
}

TEST_F(RowAuditTest, FindsARecordThatAgreesWithItselfOnly) {
  KeyMetadata metadata{Revision{2}, Revision{2}, 1, 0, 0};
  metadata.hash_term = key_term("b", "other", metadata);
  expect_damage({Family::latest, "b", encode_record({metadata, "other"})}, "not the one");
  KeyMetadata impossible{Revision{2}, Revision{1}, 1, 0, 0};
  impossible.hash_term = key_term("b", "2", impossible);
  expect_damage({Family::latest, "b", encode_record({impossible, "2"})}, "cannot be");
}

TEST_F(RowAuditTest, FindsHistoryThatCannotBe) {
  const std::string place = encode_history_place({Revision{9}, 0});
  expect_damage({Family::history, place, encode_history_row("k", std::nullopt)}, "newer");
  expect_damage({Family::history, place, "x"}, "family history");
  const std::string other = encode_history_place({Revision{3}, 1});
  const std::string record = storage_.get(Family::latest, "b").value();
  expect_damage({Family::history, other, encode_history_row("b", record)}, "another revision");
}

TEST_F(RowAuditTest, FindsARequestThatIsStillToCome) {
  const RequestRow row{1, {Verdict::created, gms::Sequence{99}, Revision{1}, Revision{1}, 1}};
  expect_damage({Family::meta, request_row_key("x"), encode_request_row(row)}, "still to come");
}

}  // namespace
}  // namespace groupy::kvstore
