// The commands as they are, over real connections.
#include <gtest/gtest.h>

#include <sstream>

#include "cli/http_call.h"
#include "cli/program.h"
#include "tests/cli/scripted_server.h"

namespace groupy::cli {
namespace {

using test::ScriptedAnswer;
using test::ScriptedServer;

struct Ran {
  int code;
  std::string output;
  std::string errors;
};

Ran run(const Args& args, const std::string& endpoints, const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out;
  std::ostringstream err;
  Surroundings surroundings{in, out, err};
  surroundings.environment["GROUPY_ENDPOINTS"] = endpoints;
  surroundings.call = call_over_http;
  const ExitCode code = run_program(args, surroundings);
  return {static_cast<int>(code), out.str(), err.str()};
}

// Where nobody listens: a port that was just given back.
std::string dead_url() {
  const ScriptedServer server([](auto&&...) { return std::nullopt; });
  return server.url();
}

TEST(OverSockets, BytesArriveAsTheyWere) {
  std::string received;
  const ScriptedServer server([&](const std::string& method, const std::string& target,
                                  const std::string& body) -> std::optional<ScriptedAnswer> {
    received = method + " " + target + " ";
    received += body;
    return ScriptedAnswer{201, R"({"created":true,"revision":1,"version":1})"};
  });
  const std::string value = std::string("a\0b\r\n", 5) + std::string(300'000, 'x');
  const Ran ran = run({"put", "a b/\xff", "-"}, server.url(), value);
  EXPECT_EQ(ran.code, 0) << ran.errors;
  EXPECT_EQ(ran.output, "created\t1\t1\n");
  EXPECT_EQ(received, "PUT /kv/a%20b%2F%FF?timeout=5000ms " + value);
}

TEST(OverSockets, ADeadReplicaIsPassedOver) {
  const ScriptedServer server([](auto&&...) { return ScriptedAnswer{200, "v"}; });
  const Ran ran = run({"get", "k"}, dead_url() + "," + server.url());
  EXPECT_EQ(ran.code, 0) << ran.errors;
  EXPECT_EQ(ran.output, "v\n");
}

TEST(OverSockets, WhoCannotBeReachedIsNamedOnceWithAHint) {
  const std::string url = dead_url();
  const Ran ran = run({"get", "k"}, url);
  EXPECT_EQ(ran.code, 5);
  EXPECT_EQ(ran.errors, "groupy: cannot reach " + url +
                            ": Connection refused (is it running? name others with --endpoints)\n");
}

TEST(OverSockets, AWriteWithoutAnAnswerIsUnknownAndNotRepeated) {
  const ScriptedServer first([](auto&&...) { return std::nullopt; });
  int writes = 0;
  const ScriptedServer second([&](auto&&...) {
    ++writes;
    return ScriptedAnswer{201, "{}"};
  });
  const Ran ran = run({"put", "k", "v"}, first.url() + "," + second.url());
  EXPECT_EQ(ran.code, 6);
  EXPECT_NE(ran.errors.find("the outcome is unknown"), std::string::npos) << ran.errors;
  EXPECT_EQ(writes, 0);
}

TEST(OverSockets, AllReplicasAreAskedAtOnce) {
  const auto status = [](const std::string& node) {
    return [node](auto&&...) { return ScriptedAnswer{200, R"({"node":)" + node + "}"}; };
  };
  const ScriptedServer first(status("1"));
  const ScriptedServer second(status("2"));
  const Ran ran = run({"status"}, first.url() + "," + dead_url() + "," + second.url());
  EXPECT_EQ(ran.code, 5);
  EXPECT_NE(ran.output.find("\t1\t"), std::string::npos);
  EXPECT_NE(ran.output.find("\t2\t"), std::string::npos);
}

}  // namespace
}  // namespace groupy::cli
