// The lines of a recorded history.
#include "cli/history.h"

#include <gtest/gtest.h>

#include <random>

#include "tests/cli/history_model.h"

namespace groupy::cli {
namespace {

std::string why_wrong(const std::string& line) {
  const auto parsed = parse_operation(line);
  const auto* wrong = std::get_if<NotAnOperation>(&parsed);
  return wrong == nullptr ? "" : wrong->why;
}

TEST(HistoryLines, WhatIsWrittenIsRead) {
  std::mt19937_64 random(1);
  for (int round = 0; round < 200; ++round) {
    for (HistoryOperation operation : test::recorded_history(random, {})) {
      operation.line = 0;
      const auto parsed = parse_operation(render_operation(operation));
      ASSERT_TRUE(std::holds_alternative<HistoryOperation>(parsed))
          << render_operation(operation) << ": " << std::get<NotAnOperation>(parsed).why;
      HistoryOperation expected = operation;
      if (expected.kind == HistoryOperation::Kind::erase && !expected.has_place()) {
        expected.is_deleted = false;
      }
      EXPECT_EQ(std::get<HistoryOperation>(parsed), expected) << render_operation(operation);
    }
  }
}

TEST(HistoryLines, KeysAndValuesAreAnyBytes) {
  HistoryOperation operation;
  operation.kind = HistoryOperation::Kind::put;
  operation.value.emplace();
  for (int byte = 0; byte < 256; ++byte) {
    operation.key += static_cast<char>(byte);
    operation.value->insert(0, 1, static_cast<char>(byte));
  }
  operation.request = "a b=c";
  const std::string line = render_operation(operation);
  EXPECT_EQ(line.find('\n'), std::string::npos);
  EXPECT_EQ(std::get<HistoryOperation>(parse_operation(line)), operation);
}

TEST(HistoryLines, AnEmptyValueIsNotAMissingKey) {
  const std::string answer = " call=1 return=2 result=ok sequence=1";
  const auto found = std::get<HistoryOperation>(
      parse_operation("get key=a value= mod_revision=1 version=1" + answer));
  EXPECT_EQ(found.value, "");
  const auto absent = std::get<HistoryOperation>(parse_operation("get key=a" + answer));
  EXPECT_EQ(absent.value, std::nullopt);
}

TEST(HistoryLines, WhatMakesNoSenseIsRefusedAndSaysWhy) {
  EXPECT_NE(why_wrong("put"), "");
  EXPECT_NE(why_wrong("post key=a call=1 result=unknown").find("put, delete, get, fault"),
            std::string::npos);
  EXPECT_EQ(why_wrong("get call=1 result=unknown"), "key is missing");
  EXPECT_EQ(why_wrong("put key=a call=1 result=unknown"), "value is missing");
  EXPECT_EQ(why_wrong("get key=a key=b call=1 result=unknown"), "key stands there twice");
  EXPECT_EQ(why_wrong("get key=a call=-1 result=unknown"), "call is no number");
  EXPECT_EQ(why_wrong("get key=a call=5 return=4 result=unknown"),
            "it returned before it was called");
  EXPECT_EQ(why_wrong("get key=%4 call=1 result=unknown"),
            "key is not percent-encoded as it should be");
  EXPECT_EQ(why_wrong("get key=a colour=b call=1 result=unknown"),
            "'colour=b' is no field of an operation");
  EXPECT_EQ(why_wrong("get key=a call=1 return=2 result=ok"), "sequence is missing");
  EXPECT_EQ(why_wrong("get key=a call=1 result=ok sequence=3"),
            "it has an answer, but never returned");
  EXPECT_EQ(why_wrong("put key=a value=b call=1 return=2 result=ok sequence=3 revision=1"),
            "version is missing");
  EXPECT_EQ(why_wrong("delete key=a call=1 return=2 result=ok sequence=3 revision=1"),
            "deleted is missing");
  EXPECT_EQ(why_wrong("put key=a value=b call=1 return=2 result=condition_failed sequence=3 "
                      "mod_revision=1"),
            "which condition failed?");
}

TEST(HistoryLines, AFileMayHaveCommentsAndEmptyLines) {
  const auto parsed = parse_history(
      "# made by hand\n\nget key=a call=1 return=2 result=ok sequence=3\r\n"
      "put key=a value=b call=5 result=unknown");
  const auto& history = std::get<RecordedHistory>(parsed).operations;
  ASSERT_EQ(history.size(), 2u);
  EXPECT_EQ(history[0].line, 3u);
  EXPECT_EQ(history[1].line, 4u);
}

TEST(HistoryLines, TheWrongLineIsNamed) {
  const auto parsed = parse_history("# one\nget key=a call=1 result=unknown\nnonsense\n");
  EXPECT_EQ(std::get<NotAnOperation>(parsed).why,
            "line 3: it starts with none of put, delete, get, fault");
}

TEST(HistoryLines, AFaultIsNoOperation) {
  const HistoryFault fault{"kill -9 of replica 2", 1234};
  const auto parsed =
      parse_history(render_fault(fault) + "\nget key=a call=1 result=unknown\nfault at=9\n");
  const auto& recorded = std::get<RecordedHistory>(parsed);
  EXPECT_EQ(recorded.faults, (std::vector<HistoryFault>{fault, {"", 9}}));
  ASSERT_EQ(recorded.operations.size(), 1u);
  EXPECT_EQ(recorded.operations[0].line, 2u);
  EXPECT_EQ(std::get<NotAnOperation>(parse_history("fault what=x")).why, "line 1: at is missing");
  EXPECT_EQ(std::get<NotAnOperation>(parse_history("fault at=1 key=a")).why,
            "line 1: 'key=a' is no field of a fault");
  EXPECT_EQ(why_wrong("get key=a call=1 result=unknown at=1"),
            "'at=1' is no field of an operation");
}

}  // namespace
}  // namespace groupy::cli
