#include "http/answer.h"

#include <gtest/gtest.h>

#include "http/budget.h"
#include "http/problem.h"

namespace groupy::http {
namespace {

TEST(AnswerHead, HasWhatEveryAnswerHas) {
  Answer answer;
  answer.status = 201;
  answer.body = "12345";
  answer.set_sequence(gms::Sequence{9});
  answer.set_etag(kvstore::Revision{8});
  EXPECT_EQ(render_head(answer, {true, false, "now"}),
            "HTTP/1.1 201 Created\r\n"
            "Date: now\r\n"
            "Content-Type: application/json\r\n"
            "Content-Length: 5\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "Cache-Control: no-store\r\n"
            "X-Groupy-Sequence: 9\r\n"
            "ETag: \"8\"\r\n"
            "\r\n");
}

TEST(AnswerHead, SaysWhetherTheConnectionIsKept) {
  const auto connection_of = [](bool is_kept, bool is_http_1_0) {
    const std::string head = render_head(Answer(), {is_kept, is_http_1_0, "now"});
    const auto at = head.find("Connection: ");
    return at == std::string::npos ? "" : head.substr(at + 12, head.find('\r', at) - at - 12);
  };
  EXPECT_EQ(connection_of(true, false), "");
  EXPECT_EQ(connection_of(false, false), "close");
  EXPECT_EQ(connection_of(true, true), "keep-alive");
  EXPECT_EQ(connection_of(false, true), "close");
}

TEST(AnswerHead, KnowsTheReasonOfEveryProblem) {
  for (const ProblemKind& kind : problem_kinds()) {
    const std::string head = render_head(make_problem(kind.code, ""), {});
    EXPECT_EQ(head.find("Unknown"), std::string::npos) << kind.name;
  }
}

TEST(AnswerHead, DatesAreThoseOfHttp) {
  EXPECT_EQ(http_date(784'887'151), "Tue, 15 Nov 1994 08:12:31 GMT");
  EXPECT_EQ(http_date(0), "Thu, 01 Jan 1970 00:00:00 GMT");
}

TEST(Budget, IsNeverExceededAndAlwaysGivenBack) {
  ByteBudget budget(100);
  {
    BudgetShare first(budget);
    BudgetShare second(budget);
    EXPECT_TRUE(first.grow_to(60));
    EXPECT_TRUE(first.grow_to(50));
    EXPECT_FALSE(second.grow_to(41));
    EXPECT_TRUE(second.grow_to(40));
    EXPECT_FALSE(first.grow_to(61));
  }
  BudgetShare later(budget);
  EXPECT_FALSE(later.grow_to(101)) << "not more than before";
  EXPECT_TRUE(later.grow_to(100)) << "nor less";
}

}  // namespace
}  // namespace groupy::http
