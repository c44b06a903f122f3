#include "http/api_group.h"

#include <functional>
#include <nlohmann/json.hpp>

#include "tests/http/handling.h"

namespace groupy::http {
namespace {

class ApiGroup : public Handling {
 protected:
  void change_view(const std::function<void(gms::View&)>& change) {
    kvstore::StoreStatus status = store_.status();
    gms::View view = *status.view;
    change(view);
    status.view = std::make_shared<const gms::View>(view);
    store_.set_status(status);
  }
  void lose_view() {
    kvstore::StoreStatus status = store_.status();
    status.view = nullptr;
    status.leader.reset();
    status.has_state = false;
    store_.set_status(status);
  }
};

TEST_F(ApiGroup, ViewLooksAsPromised) {
  EXPECT_EQ(answer("GET", "/view").body,
            "{\"number\":7,\"leader\":2,\"members\":["
            "{\"id\":1,\"role\":\"worker\",\"peer\":\"127.0.0.1:9081\","
            "\"http\":\"127.0.0.1:8081\",\"incarnation\":1,\"lag\":null,\"contact_ms\":null},"
            "{\"id\":2,\"role\":\"leader\",\"peer\":\"127.0.0.1:9082\","
            "\"http\":\"127.0.0.1:8082\",\"incarnation\":1,\"lag\":null,\"contact_ms\":null}],"
            "\"reason\":\"leader 1 lost\",\"took_ms\":null}\n");
}

TEST_F(ApiGroup, WithoutALeaderAllAreWorkers) {
  change_view([](gms::View& view) {
    view.leader = gms::NodeId();
    view.members[1].role = gms::Role::learner;
  });
  const auto json = nlohmann::json::parse(answer("GET", "/view").body);
  EXPECT_TRUE(json["leader"].is_null());
  EXPECT_EQ(json["members"][0]["role"], "worker");
  EXPECT_EQ(json["members"][1]["role"], "learner");
}

TEST_F(ApiGroup, ALeaderOfGeneration3ShowsHowFarTheOthersAre) {
  kvstore::StoreStatus status = store_.status();
  status.generation = 3;
  status.node = gms::NodeId{2};
  status.peers = {{gms::NodeId{1}, 4, std::chrono::milliseconds(12)}};
  status.view_took = std::chrono::milliseconds(250);
  store_.set_status(status);
  const auto json = nlohmann::json::parse(answer("GET", "/view").body);
  EXPECT_EQ(json["members"][0]["lag"], 4);
  EXPECT_EQ(json["members"][0]["contact_ms"], 12);
  EXPECT_TRUE(json["members"][1]["lag"].is_null());
  EXPECT_EQ(json["took_ms"], 250);
}

TEST_F(ApiGroup, AViewWhoseLeaderIsLostHasNone) {
  kvstore::StoreStatus status = store_.status();
  status.generation = 3;
  for (const auto leader : {std::optional<gms::NodeId>(), std::optional(gms::NodeId{1})}) {
    status.leader = leader;
    store_.set_status(status);
    const auto view = nlohmann::json::parse(answer("GET", "/view").body);
    EXPECT_TRUE(view["leader"].is_null());
    for (const auto& member : view["members"]) EXPECT_EQ(member["role"], "worker");
    EXPECT_EQ(answer("GET", "/readyz").body, "failed: leader\n");
  }
  const auto json = nlohmann::json::parse(answer("GET", "/status").body);
  EXPECT_EQ(json["leader"], 1) << "the next one, whose view is still to come";
  EXPECT_EQ(json["role"], "leader");
}

TEST_F(ApiGroup, StatusOfGeneration3TellsOfItsLog) {
  kvstore::StoreStatus status = store_.status();
  status.generation = 3;
  status.ballot = gms::Ballot{9};
  status.sequence = gms::Sequence{1'503};
  status.synced = gms::Sequence{1'502};
  status.stable = gms::Sequence{1'001};
  store_.set_status(status);
  auto json = nlohmann::json::parse(answer("GET", "/status").body);
  EXPECT_EQ(json["ballot"], 9);
  EXPECT_EQ(json["sequence"], 1'503);
  EXPECT_EQ(json["synced"], 1'502);
  EXPECT_EQ(json["stable"], 1'001);
  EXPECT_EQ(json["applied"], 0);
  EXPECT_EQ(json["lag"], 1'001);
  EXPECT_EQ(answer("GET", "/readyz").body, "failed: applied\n");
  write("PUT", "/kv/a", "1");
  EXPECT_EQ(answer("GET", "/readyz").body, "ok\n");
  status.generation = 1;
  store_.set_status(status);
  json = nlohmann::json::parse(answer("GET", "/status").body);
  EXPECT_TRUE(json["ballot"].is_null());
  EXPECT_TRUE(json["synced"].is_null());
}

TEST_F(ApiGroup, StatusOfGeneration3TellsWhetherTheDiskHasSpace) {
  kvstore::StoreStatus status = store_.status();
  status.generation = 3;
  store_.set_status(status);
  const auto disk = [&] { return nlohmann::json::parse(answer("GET", "/status").body)["disk"]; };
  EXPECT_EQ(disk().dump(), R"({"has_space":true,"obstacle":null})");
  status.lack_of_space = "4096 bytes are free, 8192 are the reserve";
  store_.set_status(status);
  EXPECT_EQ(disk()["has_space"], false);
  EXPECT_EQ(disk()["obstacle"], "4096 bytes are free, 8192 are the reserve");
}

TEST_F(ApiGroup, ViewIsShownWhateverItsReasonHolds) {
  change_view([](gms::View& view) { view.reason = "\xff"; });
  EXPECT_EQ(answer("GET", "/view").status, 200u);
}

TEST_F(ApiGroup, StatusLooksAsPromised) {
  write("PUT", "/kv/a", "1");
  write("DELETE", "/kv/b");
  const std::string body = answer("GET", "/status").body;
  EXPECT_TRUE(body.starts_with(
      "{\"node\":1,\"group\":\"30313233343536373839616263646566\",\"gms\":1,\"view\":7,\"leader\":"
      "2,"
      "\"role\":\"worker\",\"sequence\":2,\"stable\":2,\"applied\":2,\"revision\":1,"
      "\"hash\":\"0123456789abcdef\",\"color\":\"#0102ff\","))
      << body;
  const auto json = nlohmann::json::parse(body);
  EXPECT_EQ(json["has_state"], true);
  EXPECT_EQ(json["waiting_writes"], 0);
  EXPECT_EQ(json["apply_queue_length"], 0);
  EXPECT_EQ(json["request_window_keys"], 100'000);
  EXPECT_EQ(json["request_window_sequences"], 10'000'000);
  EXPECT_TRUE(json["disk"].is_null());
  EXPECT_TRUE(json["build"].is_string());
}

TEST_F(ApiGroup, WithoutAViewStatusStillAnswers) {
  lose_view();
  const auto json = nlohmann::json::parse(answer("GET", "/status").body);
  for (const char* name : {"group", "view", "leader", "role", "request_window_keys"}) {
    EXPECT_TRUE(json[name].is_null()) << name;
  }
  EXPECT_EQ(json["has_state"], false);
  EXPECT_EQ(code("GET", "/view"), "not_ready");
  EXPECT_EQ(code("GET", "/hash"), "not_ready");
}

TEST_F(ApiGroup, HashIsThatOfTheAppliedSequence) {
  write("PUT", "/kv/a", "1");
  const Answer hash = answer("GET", "/hash");
  EXPECT_EQ(hash.body, "{\"sequence\":1,\"hash\":\"0123456789abcdef\",\"color\":\"#0102ff\"}\n");
  EXPECT_EQ(header(hash, "X-Groupy-Sequence"), "1");
}

TEST_F(ApiGroup, HashAtASequenceWaitsForIt) {
  const Step made = step("GET", "/hash?sequence=90&timeout=50ms");
  const auto* call = std::get_if<DigestCall>(&made);
  ASSERT_NE(call, nullptr);
  EXPECT_EQ(call->sequence, gms::Sequence{90});
  EXPECT_EQ(call->limit.count(), 50);
  for (const char* text : {"", "-1", "0x1", "18446744073709551616"}) {
    EXPECT_EQ(code("GET", std::string("/hash?sequence=") + text), "bad_parameter") << text;
  }
}

TEST_F(ApiGroup, EveryEndOfAWaitForADigestIsTold) {
  const DigestCall call{gms::Sequence{90}, {}};
  kvstore::StateDigest digest;
  digest.sequence = gms::Sequence{90};
  EXPECT_EQ(render_digest(call, digest).status, 200u);
  EXPECT_EQ(render_digest(call, kvstore::NoDigest::forgotten).status, 410u);
  const Answer late = render_digest(call, kvstore::NoDigest::not_reached);
  EXPECT_EQ(late.status, 503u);
  const auto not_reached = nlohmann::json::parse(late.body);
  EXPECT_EQ(not_reached["code"], "not_ready");
  EXPECT_EQ(not_reached["sequence"], 90);
  EXPECT_EQ(not_reached["detail"], "sequence 90 is not applied here yet");
  const Answer busy = render_digest(call, kvstore::NoDigest::overloaded);
  EXPECT_EQ(busy.status, 503u);
  EXPECT_EQ(header(busy, "Retry-After"), "1");
  EXPECT_EQ(nlohmann::json::parse(busy.body)["code"], "overloaded");
}

}  // namespace
}  // namespace groupy::http
