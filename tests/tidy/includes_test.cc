#include "tests/tidy/includes.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

// Whether a file at `path` may include `name`, which stands between quotes.
bool may_include(const std::string& path, const std::string& name) {
  return includes_against_arrows({path, "#include \"" + name + "\"\n"}).empty();
}

TEST(Arrows, PointDown) {
  EXPECT_TRUE(may_include("cli/serve.cc", "http/listener.h"));
  EXPECT_TRUE(may_include("http/router.cc", "kvstore/store.h"));
  EXPECT_TRUE(may_include("kvstore/replica.h", "gms/message.h"));
  EXPECT_TRUE(may_include("gms/driver/driver.cc", "gms/net/links.h"));
  EXPECT_TRUE(may_include("gms/net/link.cc", "gms/wire/frame_codec.h"));
  EXPECT_TRUE(may_include("gms/wire/frame_codec.h", "gms/frame.h"));
  EXPECT_TRUE(may_include("gms/gms1/leader.cc", "gms/view.h"));
}

TEST(Arrows, NeverPointUp) {
  EXPECT_FALSE(may_include("http/router.cc", "cli/program.h"));
  EXPECT_FALSE(may_include("kvstore/store.h", "http/router.h"));
  EXPECT_FALSE(may_include("gms/driver/driver.cc", "kvstore/store.h"));
  EXPECT_FALSE(may_include("gms/net/link.cc", "gms/driver/driver.h"));
  EXPECT_FALSE(may_include("gms/log/log.cc", "gms/net/link.h"));
  EXPECT_FALSE(may_include("gms/wire/frame_codec.h", "gms/net/link.h"));
  EXPECT_FALSE(may_include("gms/view.cc", "gms/wire/frame_codec.h"));
  EXPECT_FALSE(may_include("gms/view.cc", "tests/gms/some_view.h"));
}

TEST(Arrows, NoGenerationKnowsAnother) {
  EXPECT_TRUE(may_include("gms/gms2/member.cc", "gms/gms2/worker.h"));
  EXPECT_FALSE(may_include("gms/gms2/member.cc", "gms/gms1/worker.h"));
  EXPECT_FALSE(may_include("gms/gms1/member.cc", "gms/gms3/worker.h"));
  EXPECT_FALSE(may_include("gms/net/link.cc", "gms/gms1/member.h"));
}

TEST(Arrows, StartAtTheRootOfTheProject) {
  EXPECT_FALSE(may_include("gms/view.cc", "view.h"));
  EXPECT_FALSE(may_include("gms/net/link.cc", "../wire/frame_codec.h"));
}

TEST(Arrows, MayEndInWhatTheWireGenerates) {
  EXPECT_TRUE(may_include("gms/wire/hello.cc", "groupy.pb.h"));
  EXPECT_FALSE(may_include("gms/net/link.cc", "groupy.pb.h"));
}

TEST(Arrows, ConnectKnownBoxesOnly) {
  EXPECT_FALSE(includes_against_arrows({"gms/attic/a.cc", ""}).empty());
  EXPECT_FALSE(may_include("http/router.cc", "kvstore/attic/a.h"));
}

TEST(Arrows, DoNotBindTests) {
  EXPECT_TRUE(may_include("tests/gms/view_test.cc", "cli/program.h"));
}

TEST(Misplaced, JsonStaysOutOfHeaders) {
  const std::string json = "#include <nlohmann/json.hpp>\n";
  EXPECT_EQ(misplaced_includes({"http/answer.h", json}).size(), 1u);
  EXPECT_TRUE(misplaced_includes({"http/answer.cc", json}).empty());
  EXPECT_TRUE(misplaced_includes({"http/answer.h", "#include <nlohmann/json_fwd.hpp>\n"}).empty());
}

TEST(Misplaced, RocksDbStaysInItsSource) {
  const std::string rocksdb = "#include <rocksdb/db.h>\n";
  EXPECT_EQ(misplaced_includes({"kvstore/state_machine.cc", rocksdb}).size(), 1u);
  EXPECT_EQ(misplaced_includes({"kvstore/rocksdb_storage.h", rocksdb}).size(), 1u);
  EXPECT_EQ(misplaced_includes({"tests/kvstore/storage_test.cc", rocksdb}).size(), 1u);
  EXPECT_TRUE(misplaced_includes({"kvstore/rocksdb_storage.cc", rocksdb}).empty());
}

TEST(FilesThatInclude, AreNamedOnceEach) {
  const SourceFiles files = {
      {"http/a.cc", "#include <boost/beast/core.hpp>\n#include <boost/beast/http.hpp>\n"},
      {"http/b.cc", "#include <boost/asio/post.hpp>\n"},
      {"http/c.h", "#include <boost/beast.hpp>\n"},
      {"http/notes.md", "#include <boost/beast.hpp>\n"}};
  EXPECT_EQ(files_that_include(files, "boost/beast"),
            (std::vector<std::string>{"http/a.cc", "http/c.h"}));
}

}  // namespace
}  // namespace groupy::tidy
