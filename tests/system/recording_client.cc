#include "tests/system/recording_client.h"

#include <nlohmann/json.hpp>

#include "cli/answer.h"
#include "http/numbers.h"
#include "tests/system/cluster.h"

namespace groupy::system_tests {

namespace {

using cli::HistoryOperation;
using kvstore::ConditionKind;
using kvstore::Revision;
using nlohmann::json;
using Result = HistoryOperation::Result;

constexpr auto kSlack = 1s;

std::uint64_t number(const json& object, const char* name, const http::ClientAnswer& answer) {
  const auto found = cli::number_field(object, name);
  if (!found) throw Failed{std::string("no ") + name + " in the answer " + answer.body};
  return *found;
}

json body_of(const http::ClientAnswer& answer) {
  auto body = cli::parse_object(answer.body);
  if (!body) throw Failed{"no JSON object in the answer " + answer.body};
  return std::move(*body);
}

gms::Sequence sequence_of(const http::ClientAnswer& answer) {
  const auto header = answer.headers.find("x-groupy-sequence");
  const auto sequence =
      header == answer.headers.end() ? std::nullopt : http::parse_decimal(header->second);
  if (!sequence) throw Failed{"no sequence with the answer " + answer.body};
  return gms::Sequence{*sequence};
}

void set_condition(http::ClientRequest& request, const kvstore::Condition& condition) {
  switch (condition.kind) {
    case ConditionKind::none:
      break;
    case ConditionKind::exists:
      request.headers["If-Match"] = "*";
      break;
    case ConditionKind::absent:
      request.headers["If-None-Match"] = "*";
      break;
    case ConditionKind::revision_equals:
      request.headers["If-Match"] = '"' + std::to_string(condition.revision.value()) + '"';
      break;
  }
}

void read_written(const http::ClientAnswer& answer, HistoryOperation& operation) {
  const json body = body_of(answer);
  operation.sequence = sequence_of(answer);
  operation.revision = Revision{number(body, "revision", answer)};
  if (answer.status == 412) {
    operation.result = Result::condition_failed;
    operation.mod_revision = Revision{number(body, "mod_revision", answer)};
    return;
  }
  operation.result = Result::ok;
  if (operation.kind == HistoryOperation::Kind::erase) {
    operation.is_deleted = number(body, "deleted", answer) != 0;
    return;
  }
  operation.mod_revision = *operation.revision;
  operation.version = number(body, "version", answer);
}

void read_found(const http::ClientAnswer& answer, HistoryOperation& operation) {
  operation.result = Result::ok;
  operation.sequence = sequence_of(answer);
  if (answer.status == 404) return;
  const json body = body_of(answer);
  operation.value = cli::bytes_field(body, "value");
  if (!operation.value) throw Failed{"no value in the answer " + answer.body};
  operation.mod_revision = Revision{number(body, "mod_revision", answer)};
  operation.create_revision = Revision{number(body, "create_revision", answer)};
  operation.version = number(body, "version", answer);
}

Failed unexpected(const http::ClientRequest& request, const http::ClientAnswer& answer) {
  return Failed{request.method + " " + request.target + " was answered with " +
                std::to_string(answer.status) + ": " + answer.body};
}

}  // namespace

std::uint64_t now_ns() {
  return static_cast<std::uint64_t>(
      std::chrono::nanoseconds(std::chrono::steady_clock::now().time_since_epoch()).count());
}

RecordingClient::RecordingClient(std::string address, std::string name)
    : client_("http://" + std::move(address)), name_(std::move(name)) {}

std::optional<http::ClientAnswer> RecordingClient::call(const http::ClientRequest& request,
                                                        HistoryOperation& operation) {
  operation.client = name_ + "." + std::to_string(incarnation_);
  operation.call_ns = now_ns();
  auto result = client_.call(request, limit_ + kSlack);
  operation.return_ns = now_ns();
  status_ = 0;
  could_connect_ = true;
  if (const auto* error = std::get_if<http::ClientError>(&result)) {
    said_ = error->what;
    could_connect_ = error->kind == http::ClientError::Kind::unknown;
    return std::nullopt;
  }
  auto& answer = std::get<http::ClientAnswer>(result);
  status_ = answer.status;
  said_ = answer.body;
  return std::move(answer);
}

const HistoryOperation& RecordingClient::put(const std::string& key, const std::string& value,
                                             const kvstore::Condition& condition,
                                             const std::string& request_id) {
  HistoryOperation wish;
  wish.kind = HistoryOperation::Kind::put;
  wish.key = key;
  wish.value = value;
  wish.condition = condition;
  wish.request = request_id;
  return write(wish);
}

const HistoryOperation& RecordingClient::write(const HistoryOperation& wish) {
  HistoryOperation operation;
  operation.kind = wish.kind;
  operation.key = wish.key;
  operation.value = wish.value;
  operation.condition = wish.condition;
  operation.request = wish.request;
  auto request = system_tests::put(http::percent_encode(wish.key), wish.value.value_or(""),
                                   "?timeout=" + http::render_duration(limit_));
  if (wish.kind == HistoryOperation::Kind::erase) request.method = "DELETE";
  set_condition(request, wish.condition);
  if (!wish.request.empty()) request.headers["Idempotency-Key"] = wish.request;
  const auto answer = call(request, operation);
  if (answer && (status_ == 200 || status_ == 201 || status_ == 412)) {
    read_written(*answer, operation);
  } else if (status_ == 503 || !could_connect_) {
    operation.result = Result::fail;
  } else if (answer && status_ < 500) {
    throw unexpected(request, *answer);
  } else {
    operation.result = Result::unknown;
    operation.return_ns.reset();
    ++incarnation_;
  }
  history_.push_back(std::move(operation));
  return history_.back();
}

std::optional<HistoryOperation> RecordingClient::get(const std::string& key) {
  HistoryOperation operation;
  operation.key = key;
  const auto request = system_tests::get("/kv/" + http::percent_encode(key) +
                                         "?timeout=" + http::render_duration(limit_));
  const auto answer = call(request, operation);
  if (!answer || status_ >= 500) return std::nullopt;
  if (status_ != 200 && status_ != 404) throw unexpected(request, *answer);
  read_found(*answer, operation);
  history_.push_back(operation);
  return operation;
}

}  // namespace groupy::system_tests
