#include "http/api_lead.h"

#include "tests/http/handling.h"

namespace groupy::http {
namespace {

class ApiLead : public Handling {
 protected:
  ApiLead() { make_gms3(); }

  // Whom the body names: 0 for whoever is fittest, or the code of its problem.
  std::string successor(std::string_view body) {
    const auto read = successor_in(body, store_.status());
    if (const auto* refusal = std::get_if<Refusal>(&read)) {
      return std::string(kind_of(refusal->code).name);
    }
    return std::to_string(
        std::get<std::optional<gms::NodeId>>(read).value_or(gms::NodeId()).value());
  }
};

TEST_F(ApiLead, TakesJsonOrNothing) {
  EXPECT_TRUE(std::holds_alternative<LeadCall>(step("POST", "/leader")));
  EXPECT_TRUE(std::holds_alternative<LeadCall>(step("POST", "/leader", {{"Content-Length", "0"}})));
  const std::vector<Header> json = {{"Content-Type", "Application/JSON; charset=utf-8"},
                                    {"Content-Length", "8"}};
  const Step made = step("POST", "/leader?timeout=70ms", json);
  ASSERT_TRUE(std::holds_alternative<LeadCall>(made));
  EXPECT_EQ(std::get<LeadCall>(made).limit.count(), 70);
  EXPECT_EQ(code("POST", "/leader", {{"Content-Length", "8"}}), "unsupported_media_type");
  EXPECT_EQ(code("POST", "/leader", {{"Content-Length", "8"}, {"Content-Type", "text/plain"}}),
            "unsupported_media_type");
  EXPECT_EQ(
      code("POST", "/leader", {{"Content-Length", "4097"}, {"Content-Type", "application/json"}}),
      "command_too_large");
  EXPECT_EQ(code("POST", "/leader?to=2"), "bad_parameter");
  EXPECT_EQ(code("GET", "/leader"), "method_not_allowed");
}

TEST_F(ApiLead, NamesAMemberOfTheViewOrWhoeverIsFittest) {
  EXPECT_EQ(successor("{\"to\":1}"), "1");
  for (const char* body : {"", "{}", "{\"to\":null}"}) EXPECT_EQ(successor(body), "0") << body;
  for (const char* body : {"{\"to\":9}", "{\"to\":0}", "{\"to\":4294967297}"}) {
    EXPECT_EQ(successor(body), "bad_parameter") << body;
  }
  for (const char* body :
       {"1", "[1]", "{", "{\"to\":\"1\"}", "{\"to\":-1}", "{\"to\":1.0}", "{\"from\":1}", "\xff"}) {
    EXPECT_EQ(successor(body), "malformed") << body;
  }
}

TEST_F(ApiLead, TellsThatItBeganOrWhoIsToBeAsked) {
  kvstore::StoreStatus status = store_.status();
  const Answer begun = render_lead(kvstore::LeadAnswer::begun, status);
  EXPECT_EQ(begun.status, 202u);
  EXPECT_EQ(begun.body, "{\"operation\":null}\n");
  const auto says = [&](kvstore::LeadAnswer answer, const std::string& detail) {
    const Answer refused = render_lead(answer, status);
    EXPECT_EQ(refused.status, 503u);
    EXPECT_EQ(header(refused, "Retry-After"), "1");
    EXPECT_NE(refused.body.find("\"detail\":\"" + detail + "\""), std::string::npos);
  };
  says(kvstore::LeadAnswer::not_leading,
       "only the leader can hand over the lead, 2, at http://127.0.0.1:8082");
  says(kvstore::LeadAnswer::refused, "nobody who is asked for can take the lead now");
  status.leader.reset();
  says(kvstore::LeadAnswer::not_leading, "nobody leads at the moment");
}

TEST_F(ApiLead, BeforeGeneration3NothingIsHandedOver) {
  kvstore::StoreStatus status = store_.status();
  status.generation = 1;
  store_.set_status(status);
  EXPECT_EQ(code("POST", "/leader"), "not_implemented");
}

}  // namespace
}  // namespace groupy::http
