// Generation 3 as processes: disks that fail, or are not the ones they were.
#include <gtest/gtest.h>

#include <filesystem>

#include "tests/system/durable.h"

namespace groupy::system_tests {
namespace {

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

// A replica whose disk fails once, and two that are well.
class DiskFaults : public Durable {
 protected:
  using Environment = std::map<std::string, std::string>;

  // Restarts a worker on a disk that fails like this in `file`, and goes on at the others, with
  // `provoke` before each write there, until it has ended.
  template <typename Provoke>
  void expect_end(const std::string& file, Environment fault, Provoke provoke) {
    cluster_.found_durable();
    const unsigned leads = leader();
    const unsigned fails = another_than(leads);
    cluster_.kill(fails);
    fault["FORGETFUL_FAILS"] = file;
    cluster_.forget_what_is_not_synced(FORGETFUL_DISK, std::move(fault));
    cluster_.start_durable(fails);
    const std::vector<unsigned> well{leads, third(leads, fails)};
    wait_until("the disk does not fail", [&] {
      provoke(well);
      write_at(well);
      return cluster_.process(fails).state().has_ended();
    });
    EXPECT_EQ(cluster_.process(fails).state().to_string(), "exit code 7");
    const std::string said = cluster_.said_in_last_life(fails);
    const std::string last = said.substr(said.rfind('\n', said.size() - 2) + 1);
    EXPECT_NE(last.find(cluster_.data_directory(fails) + file), std::string::npos) << last;
    EXPECT_NE(last.find("Input/output error"), std::string::npos) << last;
    for (int more = 0; more < 100; ++more) write_at(well);
    cluster_.preload(FORGETFUL_DISK, {});
    cluster_.start_durable(fails);
    cluster_.wait_until_ready(fails);
    for (unsigned write = 0; write < written_; ++write) {
      cluster_.demand(fails, get("/kv/k" + std::to_string(write)), 200);
    }
  }

 private:
  // The lead may be on its way from one to the other.
  void write_at(const std::vector<unsigned>& well) {
    const unsigned node = well[written_ % well.size()];
    RecordingClient client(cluster_.http_address(node), "writer-" + std::to_string(written_));
    wait_until("a write is not acknowledged beside a disk that fails", [&] {
      return client.put("k" + std::to_string(written_), "v").result ==
             cli::HistoryOperation::Result::ok;
    });
    ++written_;
  }

  unsigned written_ = 0;
};

constexpr auto kNothing = [](const std::vector<unsigned>&) {};

// Even if the next sync would do: nobody knows what the failed one took with it.
TEST_F(DiskFaults, AReplicaWhoseDiskFailsASyncEndsWithExitCode7AndTheOthersGoOn) {
  expect_to_hold([&] { expect_end("/log/", {{"FORGETFUL_FAILS_AT", "50"}}, kNothing); });
}

TEST_F(DiskFaults, SoDoesOneWhoseDiskFailsAWrite) {
  expect_to_hold([&] {
    expect_end("/log/", {{"FORGETFUL_FAILS_AT", "50"}, {"FORGETFUL_FAILS_WRITES", "1"}}, kNothing);
  });
}

// It votes with every change of the lead.
TEST_F(DiskFaults, SoDoesOneThatCannotKeepItsPromise) {
  expect_to_hold([&] {
    unsigned turn = 0;
    expect_end("/ballot", {{"FORGETFUL_FAILS_AT", "3"}}, [&](const std::vector<unsigned>& well) {
      if (++turn % 20 != 0) return;
      http::ClientRequest request;
      request.method = "POST";
      request.target = "/leader";
      request.body = R"({"to":)" + std::to_string(well[turn / 20 % 2]) + "}";
      request.headers["Content-Type"] = "application/json";
      static_cast<void>(cluster_.call(well.front(), request));
    });
  });
}

}  // namespace
}  // namespace groupy::system_tests
