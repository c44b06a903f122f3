#include "tests/http/handling.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "http/api_keys.h"

namespace groupy::http {

Request Handling::request(std::string_view method, std::string_view target,
                          std::vector<Header> more) {
  Request made;
  made.method = method;
  made.target = target;
  made.headers = std::move(more);
  made.headers.push_back({"Host", "localhost"});
  return made;
}

Step Handling::step(std::string_view method, std::string_view target, std::vector<Header> more) {
  return handler_.begin(request(method, target, std::move(more))).step;
}

Answer Handling::answer(std::string_view method, std::string_view target,
                        std::vector<Header> more) {
  Step made = step(method, target, std::move(more));
  auto* ready = std::get_if<Answer>(&made);
  EXPECT_NE(ready, nullptr) << method << ' ' << target;
  return ready == nullptr ? Answer() : std::move(*ready);
}

Answer Handling::confirmed(std::string_view method, std::string_view target) {
  Step made = handler_.begin(request(method, target), true).step;
  auto* ready = std::get_if<Answer>(&made);
  EXPECT_NE(ready, nullptr) << method << ' ' << target;
  return ready == nullptr ? Answer() : std::move(*ready);
}

void Handling::make_gms3() {
  kvstore::StoreStatus status = store_.status();
  status.generation = 3;
  store_.set_status(status);
}

std::string Handling::code(std::string_view method, std::string_view target,
                           std::vector<Header> more) {
  const Answer made = answer(method, target, std::move(more));
  if (made.content_type != kProblemType) return {};
  return nlohmann::json::parse(made.body)["code"];
}

Answer Handling::write(std::string_view method, std::string_view target, std::string_view value,
                       std::vector<Header> more) {
  const std::string length = std::to_string(value.size());
  more.push_back({"Content-Length", length});
  const Step made = step(method, target, std::move(more));
  const auto* call = std::get_if<WriteCall>(&made);
  EXPECT_NE(call, nullptr) << method << ' ' << target;
  if (call == nullptr) return {};
  Answer rendered;
  store_.write(command_of(*call, value), call->limit,
               [&](const kvstore::Answer& reply) { rendered = render_write(*call, reply); });
  return rendered;
}

std::string Handling::header(const Answer& answer, std::string_view name) {
  const std::string* value = answer.find(name);
  return value == nullptr ? "(none)" : *value;
}

}  // namespace groupy::http
