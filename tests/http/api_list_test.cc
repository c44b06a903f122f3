#include "http/api_list.h"

#include <nlohmann/json.hpp>

#include "http/base64.h"
#include "http/client.h"
#include "http/cursor.h"
#include "tests/http/handling.h"

namespace groupy::http {
namespace {

class ApiList : public Handling {
 protected:
  nlohmann::json list(const std::string& query) {
    const Answer page = answer("GET", "/kv" + query);
    EXPECT_EQ(page.status, 200u) << page.body;
    return nlohmann::json::parse(page.body);
  }
};

TEST_F(ApiList, ShowsWholeRecordsInKeyOrder) {
  write("PUT", "/kv/b", "2");
  write("PUT", "/kv/a", "1");
  const Answer page = answer("GET", "/kv");
  EXPECT_EQ(page.body,
            "{\"items\":["
            "{\"key\":\"a\",\"value\":\"1\",\"create_revision\":2,\"mod_revision\":2,\"version\":1,"
            "\"lease\":null},"
            "{\"key\":\"b\",\"value\":\"2\",\"create_revision\":1,\"mod_revision\":1,\"version\":1,"
            "\"lease\":null}],\"revision\":2,\"next\":null}\n");
  EXPECT_EQ(header(page, "X-Groupy-Sequence"), "2");
  EXPECT_EQ(header(page, "X-Groupy-Consistency"), "local");
}

TEST_F(ApiList, AnEmptyListIsAnAnswer) {
  const auto json = list("?prefix=nothing/");
  EXPECT_EQ(json["items"], nlohmann::json::array());
  EXPECT_TRUE(json["next"].is_null());
}

TEST_F(ApiList, PagesShowEveryKeyWithThePrefixOnce) {
  std::vector<std::string> expected;
  for (int number = 0; number < 25; ++number) {
    const std::string key = "a/" + std::to_string(100 + number) + "\xff";
    write("PUT", "/kv/" + percent_encode(key), "v");
    expected.push_back(key);
  }
  write("PUT", "/kv/a", "v");
  write("PUT", "/kv/b", "v");
  std::vector<std::string> seen;
  std::string cursor;
  do {
    const auto json = list("?prefix=a/&limit=7" + (cursor.empty() ? "" : "&cursor=" + cursor));
    EXPECT_LE(json["items"].size(), 7u);
    for (const auto& item : json["items"]) seen.push_back(item["key_base64"]);
    cursor = json["next"].is_null() ? "" : json["next"].get<std::string>();
  } while (!cursor.empty());
  for (std::string& key : expected) key = to_base64(key);
  EXPECT_EQ(seen, expected);
}

TEST_F(ApiList, KeysOnlyLeavesTheValuesOut) {
  write("PUT", "/kv/a", "1");
  const auto json = list("?keys_only=1");
  EXPECT_EQ(json["items"][0]["key"], "a");
  EXPECT_FALSE(json["items"][0].contains("value"));
  EXPECT_TRUE(list("?keys_only=0")["items"][0].contains("value"));
}

TEST_F(ApiList, LimitIsAPlainNumberFrom1To1000) {
  for (const char* limit : {"1", "1000"}) {
    EXPECT_EQ(answer("GET", std::string("/kv?limit=") + limit).status, 200u);
  }
  for (const char* limit :
       {"", "0", "-1", "1001", "18446744073709551616", "1e9", "0x10", "1&limit=1", "01", "+1"}) {
    EXPECT_EQ(code("GET", std::string("/kv?limit=") + limit), "bad_parameter") << limit;
  }
}

TEST_F(ApiList, TakesOnlyCursorsThatItGaveForThisPrefix) {
  write("PUT", "/kv/a", "1");
  const std::string other = encode_cursor({kvstore::Revision{1}, "b/1"});
  EXPECT_EQ(code("GET", "/kv?prefix=a/&cursor=" + other), "bad_parameter");
  for (const char* cursor : {"", "x", "AAAA", "%00", "1"}) {
    EXPECT_EQ(code("GET", std::string("/kv?cursor=") + cursor), "bad_parameter") << cursor;
  }
}

TEST_F(ApiList, DoesNotGoOnAtAReplicaThatIsBehindTheCursor) {
  write("PUT", "/kv/a", "1");
  EXPECT_EQ(code("GET", "/kv?cursor=" + encode_cursor({kvstore::Revision{2}, "a"})), "not_ready");
  EXPECT_EQ(code("GET", "/kv?cursor=" + encode_cursor({kvstore::Revision{1}, "a"})), "");
}

TEST_F(ApiList, ChecksItsOtherParametersToo) {
  EXPECT_EQ(code("GET", "/kv?consistency=linearizable"), "not_implemented");
  EXPECT_EQ(code("GET", "/kv?keys_only=maybe"), "bad_parameter");
  EXPECT_EQ(code("GET", "/kv?timeout=1"), "bad_parameter");
  EXPECT_EQ(code("GET", "/kv?prefix=" + std::string(4097, 'a')), "key_too_long");
}

}  // namespace
}  // namespace groupy::http
