#include "kvstore/read_view.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>

#include "kvstore/memory_storage.h"
#include "kvstore/record.h"
#include "kvstore/storage_failure.h"

namespace groupy::kvstore {
namespace {

class ReadViewTest : public testing::Test {
 protected:
  void store(const std::string& key, const std::string& value) {
    storage_.write(
        {{Family::latest, key, encode_record({{Revision{1}, Revision{2}, 3, 0, 0}, value})}});
  }
  ReadView view() const { return {StateDigest{}, {}, storage_.snapshot()}; }

  std::string keys(const ListRequest& request) const {
    std::string all;
    const ListPage page = view().list(request);
    for (const ListItem& item : page.items) all += item.key + " ";
    return all + (page.more ? "more" : "end");
  }

  MemoryStorage storage_;
};

TEST_F(ReadViewTest, GetsARecordOrNothing) {
  store("k", "v");
  EXPECT_EQ(view().get("k"), (Record{"v", Revision{1}, Revision{2}, 3, 0}));
  EXPECT_EQ(view().get("none"), std::nullopt);
}

TEST_F(ReadViewTest, ListsThePrefixAndNothingElse) {
  for (const char* key : {"a", "b", "b/1", "b/2", "c"}) store(key, "");
  EXPECT_EQ(keys({.prefix = "b", .after = {}}), "b b/1 b/2 end");
  EXPECT_EQ(keys({.prefix = "b/", .after = {}}), "b/1 b/2 end");
  EXPECT_EQ(keys({.prefix = "x", .after = {}}), "end");
  EXPECT_EQ(keys({.prefix = "", .after = {}}), "a b b/1 b/2 c end");
}

TEST_F(ReadViewTest, GoesOnBehindTheLastKey) {
  for (const char* key : {"b", "b/1", "b/2", "c"}) store(key, "");
  EXPECT_EQ(keys({.prefix = "b", .after = "b", .limit = 1}), "b/1 more");
  EXPECT_EQ(keys({.prefix = "b", .after = "b/1", .limit = 1}), "b/2 end");
  EXPECT_EQ(keys({.prefix = "b", .after = "b/2"}), "end");
  EXPECT_EQ(keys({.prefix = "b", .after = "a"}), "b b/1 b/2 end");
  EXPECT_EQ(keys({.prefix = "b", .after = "z"}), "end");
}

TEST_F(ReadViewTest, SaysMoreOnlyIfThereIsMoreOfThePrefix) {
  for (const char* key : {"a1", "a2", "b"}) store(key, "");
  EXPECT_EQ(keys({.prefix = "a", .after = {}, .limit = 2}), "a1 a2 end");
  EXPECT_EQ(keys({.prefix = "a", .after = {}, .limit = 1}), "a1 more");
}

TEST_F(ReadViewTest, LeavesOutValuesWhenOnlyKeysAreWanted) {
  store("k", "v");
  const ListPage page = view().list({.prefix = "", .after = {}, .limit = 1, .keys_only = true});
  ASSERT_EQ(page.items.size(), 1u);
  EXPECT_EQ(page.items[0].record, (Record{"", Revision{1}, Revision{2}, 3, 0}));
}

TEST_F(ReadViewTest, EndsAPageThatGrowsTooLarge) {
  for (const char* key : {"1", "2", "3", "4"}) store(key, std::string(kListBytesMax / 2, 'v'));
  EXPECT_EQ(keys({.prefix = "", .after = {}}), "1 2 more");
  EXPECT_EQ(keys({.prefix = "", .after = {}, .limit = 100, .keys_only = true}), "1 2 3 4 end");
}

TEST_F(ReadViewTest, IsNotChangedByLaterWrites) {
  store("k", "old");
  const ReadView before = view();
  store("k", "new");
  EXPECT_EQ(before.get("k")->value, "old");
}

using ReadViewDeathTest = ReadViewTest;

TEST_F(ReadViewDeathTest, EndsTheProcessAtARowThatItCannotRead) {
  storage_.write({{Family::latest, "k", "no record"}});
  EXPECT_EXIT(view().get("k"), testing::ExitedWithCode(7), "storage failed");
  EXPECT_EXIT(view().list({.prefix = "", .after = {}}), testing::ExitedWithCode(7),
              "storage failed");
}

TEST(StorageFailureDeathTest, WhoRunsTheProcessMayEndItWithWordsOfItsOwn) {
  const auto end_with = [](const StorageFailed& failure) {
    std::fprintf(stderr, "in our words: %s\n", failure.what.c_str());
    std::_Exit(9);
  };
  EXPECT_EXIT(
      {
        set_last_words(end_with);
        stop_process({"no disk"});
      },
      testing::ExitedWithCode(9), "in our words: no disk");
  EXPECT_EXIT(
      {
        set_last_words([](const StorageFailed&) {});
        stop_process({"no disk"});
      },
      testing::ExitedWithCode(7), "storage failed, stopping: no disk");
}

}  // namespace
}  // namespace groupy::kvstore
