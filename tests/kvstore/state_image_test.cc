#include "kvstore/state_image.h"

#include <gtest/gtest.h>

#include "kvstore/bytes.h"
#include "kvstore/fingerprint.h"
#include "kvstore/memory_storage.h"
#include "kvstore/state_machine.h"
#include "tests/kvstore/support.h"

namespace groupy::kvstore {
namespace {

// Stops after so many writes, as a crash would.
class CrashingStorage final : public Storage {
 public:
  explicit CrashingStorage(int writes) : writes_left_(writes) {}

  std::optional<std::string> get(Family family, std::string_view key) const override {
    return rows.get(family, key);
  }
  void write(const RowWrites& writes) override {
    if (writes_left_-- == 0) throw StorageFailed{"crash"};
    rows.write(writes);
  }
  std::shared_ptr<const StorageSnapshot> snapshot() const override { return rows.snapshot(); }
  void flush() override { rows.flush(); }

  MemoryStorage rows;

 private:
  int writes_left_;
};

class StateImageTest : public testing::Test {
 protected:
  StateImageTest() {
    Deliveries deliveries;
    fill(giver_, {deliveries.next(put("a", "1")), deliveries.next(with_id(put("b", "2"), "id")),
                  deliveries.next(erase("a"))});
    fill(other_, {deliveries.next(put("c", "1"), 2), deliveries.next(put("b", "1"), 2)});
  }

  static void fill(Storage& storage, const std::vector<gms::Delivery>& batch) {
    DigestHistory digests;
    StateMachine machine(storage, digests);
    EXPECT_TRUE(std::holds_alternative<std::vector<Applied>>(machine.apply(batch)));
  }

  static StateDigest digest_of(Storage& storage) {
    DigestHistory digests;
    return StateMachine(storage, digests).digest();
  }

  // Expects the import to be refused and the storage to be as before.
  void expect_refused(std::string_view image) {
    const RowDump before = dump(*other_.snapshot());
    ASSERT_TRUE(std::holds_alternative<NotAStateImage>(import_state_image(image, other_)));
    ASSERT_EQ(dump(*other_.snapshot()), before);
  }

  // Bytes with a checksum that matches, so that what is behind it gets its turn.
  static std::string sealed(std::string bytes) {
    append_u64(bytes, fingerprint(bytes));
    return bytes;
  }

  std::string image() const { return export_state_image(*giver_.snapshot()).value(); }
  std::string unsealed_image() const {
    std::string bytes = image();
    bytes.resize(bytes.size() - 8);
    return bytes;
  }

  MemoryStorage giver_;
  MemoryStorage other_;
};

TEST_F(StateImageTest, MakesTheRowsEqualWhateverWasThere) {
  const auto imported = import_state_image(image(), other_);
  EXPECT_EQ(std::get<StateDigest>(imported), digest_of(giver_));
  EXPECT_EQ(dump(*other_.snapshot()), dump(*giver_.snapshot()));
  EXPECT_EQ(digest_of(other_), digest_of(giver_));
}

TEST_F(StateImageTest, GoesFromAndToADisk) {
  const TemporaryDirectory directory;
  const auto storage = open_rocksdb(directory.path());
  ASSERT_TRUE(std::holds_alternative<StateDigest>(import_state_image(image(), *storage)));
  EXPECT_EQ(dump(*storage->snapshot()), dump(*giver_.snapshot()));
  EXPECT_EQ(export_state_image(*storage->snapshot()), image());
}

TEST_F(StateImageTest, CutShortAnywhereIsRefused) {
  const std::string whole = image();
  for (std::size_t size = 0; size < whole.size(); ++size) {
    expect_refused(std::string_view(whole).substr(0, size));
  }
}

TEST_F(StateImageTest, AlteredAnywhereIsRefused) {
  const std::string whole = image();
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const int flip : {1, 0x80, 0xff}) {
      std::string altered = whole;
      altered[at] = static_cast<char>(altered[at] ^ flip);
      expect_refused(altered);
    }
  }
}

TEST_F(StateImageTest, AlteredAnywhereAndSealedAgainNeverChangesKeysOrRequests) {
  const std::string bytes = unsealed_image();
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    std::string altered = bytes;
    altered[at] = static_cast<char>(altered[at] ^ 1);
    MemoryStorage storage;
    const auto imported = import_state_image(sealed(altered), storage);
    if (const auto* digest = std::get_if<StateDigest>(&imported)) {
      // What the state hash does not cover may differ: how far the state has come, origins, keys of
      // tombstones. Keys and requests may not.
      ASSERT_EQ(digest_of(storage), *digest) << at;
      ASSERT_EQ(storage.get(Family::latest, "b"), giver_.get(Family::latest, "b")) << at;
      ASSERT_EQ(storage.get(Family::meta, "rid"), giver_.get(Family::meta, "rid")) << at;
    } else {
      ASSERT_TRUE(dump(*storage.snapshot()).empty()) << at;
    }
  }
}

TEST_F(StateImageTest, WithRowsTwiceOrOutOfOrderIsRefused) {
  const std::string bytes = unsealed_image();
  std::string row;
  append_u8(row, 0);
  append_sized(row, settings_row_key());
  append_sized(row, giver_.get(Family::meta, settings_row_key()).value());
  expect_refused(sealed(bytes + row));
  const std::size_t header = 12 + 4;
  expect_refused(sealed(bytes.substr(0, header) + row + bytes.substr(header)));
  expect_refused(sealed(bytes + "x"));
}

TEST_F(StateImageTest, OfAnUnknownFormatIsRefused) {
  std::string bytes = unsealed_image();
  bytes[12] = 2;
  const auto imported = import_state_image(sealed(bytes), other_);
  EXPECT_NE(std::get<NotAStateImage>(imported).why.find("format 2"), std::string::npos);
}

TEST_F(StateImageTest, IsNotMadeAboveItsBound) {
  const std::size_t size = image().size();
  EXPECT_EQ(export_state_image(*giver_.snapshot(), size), image());
  EXPECT_EQ(export_state_image(*giver_.snapshot(), size - 1), std::nullopt);
  EXPECT_EQ(export_state_image(*giver_.snapshot(), 0), std::nullopt);
}

TEST_F(StateImageTest, HalfImportedIsNoState) {
  // Large enough for several batches.
  Deliveries deliveries;
  deliveries.skip(10);
  const std::string value(1u << 20, 'v');
  DigestHistory digests;
  StateMachine machine(giver_, digests);
  for (const char* key : {"1", "2", "3", "4", "5"}) {
    const std::vector batch = {deliveries.next(put(key, value), 3)};
    ASSERT_TRUE(std::holds_alternative<std::vector<Applied>>(machine.apply(batch)));
  }
  int writes = 1;
  for (; writes < 100; ++writes) {
    CrashingStorage storage(writes);
    for (const auto& [family, key, row] : dump(*other_.snapshot())) {
      storage.rows.write({{family, key, row}});
    }
    try {
      (void)import_state_image(image(), storage);
      EXPECT_EQ(dump(*storage.snapshot()), dump(*giver_.snapshot()));
      break;
    } catch (const StorageFailed&) {
      EXPECT_THROW(digest_of(storage.rows), StorageFailed) << writes;
      // Trying again is all it takes.
      EXPECT_TRUE(std::holds_alternative<StateDigest>(import_state_image(image(), storage.rows)));
      EXPECT_EQ(dump(*storage.snapshot()), dump(*giver_.snapshot()));
    }
  }
  EXPECT_GT(writes, 3);
  EXPECT_LT(writes, 100);
}

TEST(StateImage, HasTheseBytes) {
  MemoryStorage storage;
  DigestHistory digests;
  const StateMachine machine(storage, digests);
  const std::string image = export_state_image(*storage.snapshot()).value();
  EXPECT_EQ(to_hex(image),
            "67726f757079207374617465"  // groupy state
            "01000000"                  // format
            "00"                        // meta
            "01000000"
            "67"  // g
            "29000000"
            "01"
            "0010000000000000"
            "0000180000000000"
            "0000200000000000"
            "a086010000000000"
            "8096980000000000"
            "00"  // meta
            "01000000"
            "73"  // s
            "24000000"
            "01"
            "0000000000000000"
            "0000000000000000"
            "872d274dd6d7319b"
            "0000000000000000"
            "000000"
            "7b4244766c9d5a1a");  // checksum
}

}  // namespace
}  // namespace groupy::kvstore
