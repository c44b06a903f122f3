// Requests for handler tests: one line each, answered without a socket.
//
// Thread: the test's.
#pragma once

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "http/api_group.h"
#include "http/api_keys.h"
#include "http/handler.h"
#include "tests/http/fake_store.h"

namespace groupy::http {

class Handling : public testing::Test {
 protected:
  static Request request(std::string_view method, std::string_view target,
                         std::vector<Header> more = {}) {
    Request made;
    made.method = method;
    made.target = target;
    made.headers = std::move(more);
    made.headers.push_back({"Host", "localhost"});
    return made;
  }

  Step step(std::string_view method, std::string_view target, std::vector<Header> more = {}) {
    return handler_.begin(request(method, target, std::move(more))).step;
  }

  // The answer to a request that needs no waiting.
  Answer answer(std::string_view method, std::string_view target, std::vector<Header> more = {}) {
    Step made = step(method, target, std::move(more));
    EXPECT_TRUE(std::holds_alternative<Answer>(made)) << method << ' ' << target;
    auto* ready = std::get_if<Answer>(&made);
    return ready == nullptr ? Answer() : std::move(*ready);
  }

  // The same, as the code of its problem; empty if it is none.
  std::string code(std::string_view method, std::string_view target,
                   std::vector<Header> more = {}) {
    const Answer made = answer(method, target, std::move(more));
    if (made.content_type != kProblemType) return {};
    return nlohmann::json::parse(made.body)["code"];
  }

  // The answer to a write, as the connection would get it.
  Answer write(std::string_view method, std::string_view target, std::string_view value = {}) {
    const std::string length = std::to_string(value.size());
    const Step made = step(method, target, {{"Content-Length", length}});
    const auto* call = std::get_if<WriteCall>(&made);
    EXPECT_NE(call, nullptr) << method << ' ' << target;
    if (call == nullptr) return {};
    kvstore::Command command;
    command.operation = call->operation;
    command.key = call->key;
    command.value = value;
    Answer rendered;
    store_.write(command, call->limit,
                 [&](const kvstore::Answer& reply) { rendered = render_write(*call, reply); });
    return rendered;
  }

  static std::string header(const Answer& answer, std::string_view name) {
    const std::string* value = answer.find(name);
    return value == nullptr ? "(none)" : *value;
  }

  FakeStore store_;
  Handler handler_{HandlerOptions{{}, {}, 0xabc}, store_};
};

}  // namespace groupy::http
