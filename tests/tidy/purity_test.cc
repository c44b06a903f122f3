#include "tests/tidy/purity.h"

#include <gtest/gtest.h>

namespace groupy::tidy {
namespace {

bool is_pure(const std::string& text, const std::string& path = "gms/gms1/member.cc") {
  return impurities({path, text}).empty();
}

TEST(Core, IsWhatDecidesWithoutActing) {
  EXPECT_TRUE(is_core("gms/view.cc"));
  EXPECT_TRUE(is_core("gms/member.h"));
  EXPECT_TRUE(is_core("gms/gms1/leader.cc"));
  EXPECT_TRUE(is_core("gms/gms3/stability.h"));
  EXPECT_TRUE(is_core("gms/wire/fields.h"));
  EXPECT_TRUE(is_core("kvstore/replica.cc"));
  EXPECT_TRUE(is_core("kvstore/waiters.h"));
  EXPECT_TRUE(is_core("kvstore/command.cc"));
  EXPECT_TRUE(is_core("kvstore/state_machine.cc"));
}

TEST(Core, IsNotWhatActsForIt) {
  EXPECT_FALSE(is_core("gms/net/link.cc"));
  EXPECT_FALSE(is_core("gms/driver/driver.cc"));
  EXPECT_FALSE(is_core("kvstore/rocksdb_storage.cc"));
  EXPECT_FALSE(is_core("http/router.cc"));
  EXPECT_FALSE(is_core("tests/gms/view_test.cc"));
  EXPECT_FALSE(is_core("gms/CMakeLists.txt"));
}

TEST(Purity, ComputingIsPure) {
  EXPECT_TRUE(is_pure("#include <vector>\n#include \"gms/ids.h\"\nTime now_ = Time(0);\n"));
  EXPECT_TRUE(is_pure("// a thread, a mutex and a steady_clock\n"));
  EXPECT_TRUE(is_pure("on_time(now); view.time(); clock->time(); replay.system();\n"));
}

TEST(Purity, HeadersThatActAreFound) {
  for (const std::string header : {"thread",
                                   "mutex",
                                   "atomic",
                                   "condition_variable",
                                   "future",
                                   "random",
                                   "ctime",
                                   "iostream",
                                   "fstream",
                                   "sstream",
                                   "filesystem",
                                   "cstdio",
                                   "cstdlib",
                                   "csignal",
                                   "unistd.h",
                                   "sys/socket.h",
                                   "netinet/in.h",
                                   "boost/asio/post.hpp",
                                   "rocksdb/db.h",
                                   "spdlog/spdlog.h",
                                   "nlohmann/json.hpp"}) {
    EXPECT_FALSE(is_pure("#include <" + header + ">\n")) << header;
  }
}

TEST(Purity, ClocksThreadsAndRandomnessAreFoundWithoutAHeader) {
  for (const std::string line :
       {"const auto now = std::chrono::steady_clock::now();", "std::chrono::system_clock::now();",
        "std::random_device seed;", "thread_local int a;", "std::thread worker;",
        "std::mutex lock;", "std::atomic<int> count;", "std::cerr << a;", "std::ofstream file;",
        "co_await done;", "rand();", "return ::time(nullptr);", "std::getenv(name);",
        "std::printf(a);", "f.time(); ::socket(a);"}) {
    EXPECT_FALSE(is_pure(line + "\n")) << line;
  }
}

TEST(Purity, OnlyTheLastWordsMayBePrinted) {
  const std::string last_words = "#include <cstdio>\nstd::fprintf(stderr, what);\n";
  EXPECT_TRUE(is_pure(last_words, "gms/check.cc"));
  EXPECT_FALSE(is_pure(last_words, "gms/view.cc"));
  EXPECT_FALSE(is_pure("#include <thread>\n", "gms/check.cc"));
}

TEST(Purity, BindsTheStoreTooButNotItsDisk) {
  EXPECT_FALSE(is_pure("#include <thread>\n", "kvstore/replica.h"));
  EXPECT_TRUE(is_pure("#include <thread>\n", "kvstore/rocksdb_storage.cc"));
}

TEST(Purity, ReachesThroughWhatIsIncluded) {
  const SourceFiles files = {
      {"kvstore/replica.h", "#include \"kvstore/outcome.h\"\n"},
      {"kvstore/outcome.h", "#include \"kvstore/mailbox.h\"\n#include <vector>\n"},
      {"kvstore/mailbox.h", "#include \"http/clock.h\"\n#include <mutex>\n"},
      {"http/clock.h", "#pragma once\nauto now = std::chrono::steady_clock::now();\n"},
      {"http/thread.h", "#include <thread>\n"}};
  const Findings found = reached_impurities(files);
  ASSERT_EQ(found.size(), 2u) << to_string(found);
  EXPECT_EQ(found[0].path, "kvstore/mailbox.h");
  EXPECT_EQ(found[0].subject, "mutex");
  EXPECT_NE(found[0].what.find("kvstore/outcome.h -> kvstore/mailbox.h"), std::string::npos);
  EXPECT_EQ(found[1].path, "http/clock.h");
  EXPECT_EQ(found[1].subject, "steady_clock");
}

TEST(Purity, IncludesThatRunInACircleEnd) {
  const SourceFiles files = {{"gms/view.h", "#include \"gms/log/a.h\"\n"},
                             {"gms/log/a.h", "#include \"gms/view.h\"\n#include <vector>\n"}};
  EXPECT_TRUE(reached_impurities(files).empty());
}

}  // namespace
}  // namespace groupy::tidy
