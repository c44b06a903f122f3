// view, status and check consistency against scripted replicas.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/cli/fake_world.h"

namespace groupy::cli {
namespace {

using nlohmann::json;
using test::answer;
using test::FakeWorld;

constexpr char kHere[] = "http://127.0.0.1:8081";
constexpr char kHash[] = "00112233445566ff";

std::string url(int node) {
  return "http://127.0.0.1:808" + std::to_string(node);
}

json view_of(int members) {
  json view = {{"number", 7},
               {"leader", 1},
               {"members", json::array()},
               {"reason", "node 3 joined"},
               {"took_ms", nullptr}};
  for (int node = 1; node <= members; ++node) {
    view["members"].push_back({{"id", node},
                               {"role", node == 1 ? "leader" : "worker"},
                               {"peer", "127.0.0.1:908" + std::to_string(node)},
                               {"http", "127.0.0.1:808" + std::to_string(node)},
                               {"incarnation", 1},
                               {"lag", nullptr},
                               {"contact_ms", nullptr}});
  }
  return view;
}

// A replica of three that has applied `applied`, and can reach `reachable` within the time.
struct FakeReplica {
  int node;
  std::uint64_t applied = 90;
  std::uint64_t reachable = 90;
  std::string hash = kHash;
  int generation = 1;
  std::string group = "g";

  CallResult operator()(const http::ClientRequest& request) const {
    if (request.target == "/view") return answer(200, view_of(3).dump());
    if (request.target == "/status") {
      return answer(200, json{{"node", node},
                              {"group", group},
                              {"gms", generation},
                              {"view", 7},
                              {"role", "worker"},
                              {"stable", applied},
                              {"applied", applied},
                              {"revision", 85},
                              {"hash", hash},
                              {"color", "#010203"}}
                             .dump());
    }
    const std::string asked = request.target.substr(std::string("/hash?sequence=").size());
    const std::uint64_t sequence = std::stoull(asked);
    if (sequence > reachable) {
      return answer(503, json{{"code", "not_ready"}, {"sequence", sequence}}.dump());
    }
    return answer(200, json{{"sequence", sequence}, {"hash", hash}, {"color", "#010203"}}.dump());
  }
};

FakeWorld& with_three(FakeWorld& world) {
  for (int node = 1; node <= 3; ++node) world.set_replica(url(node), FakeReplica{node});
  return world;
}

TEST(View, ShowsTheMembersInTheirOrder) {
  FakeWorld world;
  world.set_answer(kHere, answer(200, view_of(2).dump()));
  EXPECT_EQ(world.run({"view"}), 0);
  EXPECT_EQ(world.output,
            "7\t1\tleader\t127.0.0.1:8081\t127.0.0.1:9081\t1\t-\t-\n"
            "7\t2\tworker\t127.0.0.1:8082\t127.0.0.1:9082\t1\t-\t-\n");
  world.is_terminal = true;
  EXPECT_EQ(world.run({"view"}), 0);
  EXPECT_NE(world.output.find("leader 1; why this view: node 3 joined"), std::string::npos);
}

TEST(Status, ShowsARowForEachReplica) {
  FakeWorld world;
  with_three(world);
  EXPECT_EQ(world.run({"status", "--endpoints", url(1) + "," + url(2)}), 0);
  EXPECT_EQ(world.output,
            "127.0.0.1:8081\t1\tworker\t7\t90\t90\t85\t00112233445566ff\t#010203\n"
            "127.0.0.1:8082\t2\tworker\t7\t90\t90\t85\t00112233445566ff\t#010203\n");
}

TEST(Status, ShowsColoursOnATerminalUnlessToldNotTo) {
  FakeWorld world;
  with_three(world).is_terminal = true;
  EXPECT_EQ(world.run({"status"}), 0);
  EXPECT_NE(world.output.find("\x1b[48;2;1;2;3m"), std::string::npos);
  world.environment["NO_COLOR"] = "1";
  EXPECT_EQ(world.run({"status"}), 0);
  EXPECT_EQ(world.output.find('\x1b'), std::string::npos);
  world.environment = {{"TERM", "dumb"}};
  EXPECT_EQ(world.run({"status"}), 0);
  EXPECT_EQ(world.output.find('\x1b'), std::string::npos);
}

TEST(Status, TellsWhoDidNotAnswer) {
  FakeWorld world;
  with_three(world);
  EXPECT_EQ(world.run({"status", "--endpoints", url(1) + "," + url(4), "-o", "json"}), 5);
  const json document = json::parse(world.output);
  EXPECT_EQ(document["replicas"][0]["status"]["node"], 1);
  EXPECT_TRUE(document["replicas"][1].contains("error"));
  EXPECT_NE(world.errors.find(url(4)), std::string::npos);
}

TEST(CheckConsistency, AsksAllMembersOfTheViewAndFindsThemEqual) {
  FakeWorld world;
  with_three(world);
  EXPECT_EQ(world.run({"check", "consistency"}), 0) << world.errors;
  EXPECT_EQ(world.output,
            "127.0.0.1:8081\t1\treached\t90\t00112233445566ff\t#010203\n"
            "127.0.0.1:8082\t2\treached\t90\t00112233445566ff\t#010203\n"
            "127.0.0.1:8083\t3\treached\t90\t00112233445566ff\t#010203\n");
}

TEST(CheckConsistency, ComparesAtTheHighestAppliedSequence) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(2), FakeReplica{2, 95, 95});
  world.set_replica(url(3), FakeReplica{3, 91, 95});
  world.set_replica(url(1), FakeReplica{1, 90, 95});
  EXPECT_EQ(world.run({"check", "consistency", "-o", "json"}), 0) << world.errors;
  const json document = json::parse(world.output);
  EXPECT_EQ(document["sequence"], 95);
  EXPECT_EQ(document["equal"], true);
}

TEST(CheckConsistency, NamesWhoDiffers) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(3), FakeReplica{3, 90, 90, "ffffffffffffffff"});
  EXPECT_EQ(world.run({"check", "consistency"}), 1);
  EXPECT_NE(world.errors.find("replica 3 (http://127.0.0.1:8083), unlike"), std::string::npos);
  EXPECT_NE(world.output.find("ffffffffffffffff"), std::string::npos);
}

TEST(CheckConsistency, ReplicasOfTwoGroupsDifferBeforeTheirHashesAreAskedFor) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(3), FakeReplica{3, 12, 12, kHash, 1, "h"});
  const std::string all = url(1) + "," + url(2) + "," + url(3);
  EXPECT_EQ(world.run({"check", "consistency", "--endpoints", all}), 1);
  EXPECT_NE(world.errors.find("not the same group: replica 3 (" + url(3) + ") of group h, unlike"),
            std::string::npos)
      << world.errors;
  EXPECT_EQ(world.errors.find("did not reach"), std::string::npos) << world.errors;
  EXPECT_NE(world.output.find("3\tanswered\t12\t-\t-\n"), std::string::npos) << world.output;
  for (const auto& asked : world.asked) EXPECT_EQ(asked.request.target, "/status");
}

TEST(CheckConsistency, WhoStaysBehindDiffersUnlessItIsGenerationThree) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(3), FakeReplica{3, 88, 88});
  EXPECT_EQ(world.run({"check", "consistency"}), 1);
  EXPECT_NE(world.errors.find("is at 88 and did not reach 90"), std::string::npos);
  world.set_replica(url(3), FakeReplica{3, 88, 88, kHash, 3});
  EXPECT_EQ(world.run({"check", "consistency"}), 5);
}

TEST(CheckConsistency, AReplicaThatDoesNotAnswerIsNamed) {
  FakeWorld world;
  with_three(world);
  EXPECT_EQ(world.run({"check", "consistency", "--endpoints", url(1) + "," + url(9)}), 5);
  EXPECT_NE(world.errors.find("http://127.0.0.1:8089 did not answer"), std::string::npos);
  EXPECT_NE(world.output.find("127.0.0.1:8089\t-\tsilent\t-\t-\t-\n"), std::string::npos);
  EXPECT_EQ(world.run({"check", "consistency", "--endpoints", url(9)}), 5) << "not even a view";
  const std::string two = url(1) + "," + url(9);
  EXPECT_EQ(world.run({"check", "consistency", "--endpoints", two, "-o", "json"}), 5);
  const json silent = json::parse(world.output)["replicas"][1];
  EXPECT_EQ(silent,
            (json{{"endpoint", url(9)}, {"state", "silent"}, {"error", "Connection refused"}}));
}

TEST(CheckConsistency, AsksOnlyThoseNamedIfSeveralAre) {
  FakeWorld world;
  with_three(world);
  EXPECT_EQ(world.run({"check", "consistency", "--endpoints", url(1) + "," + url(2)}), 0);
  for (const auto& asked : world.asked) EXPECT_NE(asked.endpoint, url(3));
}

TEST(CheckConsistency, NonsenseProvesNothing) {
  for (const char* body : {"", "{}", R"({"applied":1})", R"({"applied":-1,"gms":1})"}) {
    FakeWorld world;
    world.set_answer(url(1), answer(200, body));
    world.set_answer(url(2), answer(200, body));
    EXPECT_EQ(world.run({"check", "consistency", "--endpoints", url(1) + "," + url(2)}), 5) << body;
    EXPECT_EQ(world.run({"check", "consistency"}), 5) << body;
  }
}

TEST(CheckConsistency, WhoHasNoStateYetOrIsOverloadedProvesNothing) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(3), [](const http::ClientRequest& request) -> CallResult {
    if (request.target == "/status") {
      return answer(200, R"({"node":3,"gms":1,"applied":0,"has_state":false})");
    }
    return answer(503, R"({"code":"not_ready"})");
  });
  EXPECT_EQ(world.run({"check", "consistency"}), 5);
  EXPECT_NE(world.errors.find("http://127.0.0.1:8083 did not answer: it has no state yet"),
            std::string::npos);
  // Said instead of the hash, after a good status.
  const std::vector<std::pair<unsigned, std::string>> refusals = {
      {503, R"({"code":"overloaded","detail":"busy"})"},
      {503, R"({"code":"not_ready","detail":"busy"})"},
      {503, R"({"code":"not_ready","detail":"busy","sequence":89})"},
      {503, ""},
      {504, ""}};
  for (const auto& [status, body] : refusals) {
    world.set_replica(url(3), [&](const http::ClientRequest& request) -> CallResult {
      if (request.target == "/status") return FakeReplica{3, 88}(request);
      return answer(status, body);
    });
    EXPECT_EQ(world.run({"check", "consistency"}), 5) << body;
    const std::string why = body.empty() ? "HTTP status" : "busy";
    EXPECT_NE(world.errors.find("did not answer: " + why), std::string::npos) << world.errors;
  }
}

TEST(CheckConsistency, AMarkOfAnotherSequenceProvesNothing) {
  FakeWorld world;
  with_three(world);
  world.set_replica(url(2), [](const http::ClientRequest& request) -> CallResult {
    if (request.target.starts_with("/hash")) {
      return answer(200, json{{"sequence", 1}, {"hash", kHash}, {"color", "#010203"}}.dump());
    }
    return FakeReplica{2}(request);
  });
  EXPECT_EQ(world.run({"check", "consistency"}), 5);
  EXPECT_NE(world.errors.find("not what was asked for"), std::string::npos);
}

}  // namespace
}  // namespace groupy::cli
