#include "http/api_keys.h"

#include <nlohmann/json.hpp>

#include "gms/check.h"
#include "http/conditions.h"
#include "http/json_bytes.h"
#include "http/record_json.h"

namespace groupy::http {
namespace {

std::optional<Refusal> check_key(const Incoming& incoming) {
  if (incoming.key.empty()) return Refusal{Code::key_empty, "a key has at least one byte"};
  const std::size_t max = incoming.status.settings.key_bytes_max;
  if (incoming.key.size() <= max) return std::nullopt;
  return Refusal{Code::key_too_long, "a key has at most " + std::to_string(max) + " bytes"};
}

std::optional<Refusal> check_value_length(const Incoming& incoming) {
  const Framing& framing = incoming.framing;
  if (!framing.length && !framing.is_chunked) {
    return Refusal{Code::length_required,
                   "say how long the value is; an empty one is Content-Length: 0"};
  }
  const kvstore::GroupSettings& settings = incoming.status.settings;
  if (framing.length.value_or(0) <= settings.value_bytes_max) return std::nullopt;
  return value_too_large(settings);
}

// Bytes instead of JSON, if the client names them.
bool accepts_bytes(const Request& request) {
  auto accepted = request.header("Accept").value_or("");
  while (!accepted.empty()) {
    const auto end = accepted.find(',');
    const std::string_view range = accepted.substr(0, end);
    if (equals_ignoring_case(without_blanks_around(range.substr(0, range.find(';'))), kBytesType)) {
      return true;
    }
    accepted = end == std::string_view::npos ? std::string_view() : accepted.substr(end + 1);
  }
  return false;
}

Step make_write(const Incoming& incoming, kvstore::Operation operation) {
  const auto limit = time_limit_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&limit)) return render(*refusal);
  const auto condition = write_condition_of(incoming.request);
  if (const auto* refusal = std::get_if<Refusal>(&condition)) return render(*refusal);
  const auto id = request_id_of(incoming.request);
  if (const auto* refusal = std::get_if<Refusal>(&id)) return render(*refusal);
  return WriteCall{operation,
                   incoming.key,
                   std::get<std::chrono::milliseconds>(limit),
                   incoming.status.settings,
                   std::get<kvstore::Condition>(condition),
                   std::get<std::optional<kvstore::RequestId>>(id)};
}

Answer render_found(std::string_view key, const kvstore::Record& record, bool is_raw) {
  Answer answer;
  if (is_raw) {
    answer.content_type = kBytesType;
    answer.body = record.value;
    return answer;
  }
  answer.body = to_line(to_json(key, record, Shown::key_and_value));
  return answer;
}

bool is_known(const kvstore::Record& record, const std::optional<Known>& known) {
  return known && (known->is_any || known->revision == record.mod_revision);
}

Answer render_read(const Incoming& incoming, const std::optional<kvstore::Record>& record,
                   bool is_raw, const std::optional<Known>& known) {
  if (!record) return make_problem(Code::not_found, "the key is not there");
  if (!is_known(*record, known)) return render_found(incoming.key, *record, is_raw);
  Answer answer;
  answer.status = kNotModified;
  return answer;
}

Answer render_put(const WriteCall& call, const kvstore::Outcome& outcome) {
  const bool is_created = outcome.verdict == kvstore::Verdict::created;
  nlohmann::ordered_json json;
  set_bytes(json, "key", call.key);
  json["revision"] = outcome.revision.value();
  json["version"] = outcome.version;
  json["created"] = is_created;
  Answer answer;
  answer.status = is_created ? 201 : 200;
  answer.body = to_line(json);
  return answer;
}

Answer render_erase(const kvstore::Outcome& outcome) {
  nlohmann::ordered_json json;
  json["deleted"] = outcome.verdict == kvstore::Verdict::deleted ? 1 : 0;
  json["revision"] = outcome.revision.value();
  Answer answer;
  answer.body = to_line(json);
  return answer;
}

// What is there instead of what the condition asked for.
Answer render_condition_failed(const kvstore::Outcome& outcome) {
  const bool is_there = outcome.mod_revision != kvstore::Revision();
  const std::uint64_t mod_revision = outcome.mod_revision.value();
  return make_problem(
      Code::condition_failed,
      is_there ? "the key is at revision " + std::to_string(mod_revision) : "the key is not there",
      {{"mod_revision", mod_revision}, {"revision", outcome.revision.value()}});
}

Answer render_outcome(const WriteCall& call, const kvstore::Outcome& outcome) {
  using kvstore::Verdict;
  switch (outcome.verdict) {
    case Verdict::created:
    case Verdict::replaced:
      return render_put(call, outcome);
    case Verdict::deleted:
    case Verdict::nothing_there:
      return render_erase(outcome);
    case Verdict::condition_failed:
      return render_condition_failed(outcome);
    case Verdict::request_mismatch:
      return make_problem(Code::idempotency_mismatch, "this Idempotency-Key was used before");
    case Verdict::window_passed:
      return make_problem(Code::idempotency_window_passed,
                          "requests as old as this one are forgotten");
    case Verdict::too_large:
      return make_problem(Code::command_too_large, "this is over the limits of the group");
  }
  GROUPY_CHECK(false, "every verdict has its answer");
}

Answer render_failure(kvstore::Failure failure) {
  using kvstore::Failure;
  switch (failure) {
    case Failure::not_ready:
      return make_problem(Code::not_ready, "this replica is not in the group yet");
    case Failure::overloaded:
      return make_problem(Code::overloaded, "too many writes are waiting here");
    case Failure::no_majority:
      return make_problem(Code::no_majority, "no majority of the group is in contact");
    case Failure::no_space:
      return make_problem(Code::no_space, "a disk of the group is nearly full");
    case Failure::outcome_unknown:
      return make_problem(Code::outcome_unknown, "the time was up; the write may still be applied");
  }
  GROUPY_CHECK(false, "every failure has its answer");
}

}  // namespace

Step put_key(const Incoming& incoming) {
  if (const auto refusal = check_key(incoming)) return render(*refusal);
  if (const auto refusal = check_value_length(incoming)) return render(*refusal);
  return make_write(incoming, kvstore::Operation::put);
}

Step delete_key(const Incoming& incoming) {
  if (const auto refusal = check_key(incoming)) return render(*refusal);
  return make_write(incoming, kvstore::Operation::erase);
}

Step get_key(const Incoming& incoming) {
  if (const auto refusal = check_key(incoming)) return render(*refusal);
  const auto raw = switch_of(incoming, "raw");
  if (const auto* refusal = std::get_if<Refusal>(&raw)) return render(*refusal);
  const auto consistency = consistency_of(incoming);
  if (const auto* refusal = std::get_if<Refusal>(&consistency)) return render(*refusal);
  const auto known = known_of(incoming.request);
  if (const auto* refusal = std::get_if<Refusal>(&known)) return render(*refusal);
  const auto view = incoming.store.read_view();
  if (view == nullptr) return make_problem(Code::not_ready, "this replica has no state yet");
  const auto promised = std::get<Consistency>(consistency);
  if (auto wait = wait_before_reading(incoming, promised, view->digest().revision)) {
    return *std::move(wait);
  }

  const auto record = view->get(incoming.key);
  const bool is_raw = std::get<bool>(raw) || accepts_bytes(incoming.request);
  Answer answer = render_read(incoming, record, is_raw, std::get<std::optional<Known>>(known));
  answer.set_etag(record ? record->mod_revision : kvstore::Revision());
  answer.set_sequence(view->digest().sequence);
  answer.set(kConsistencyHeader, name_of(promised));
  return answer;
}

kvstore::Command command_of(const WriteCall& call, std::string_view value) {
  return {call.operation, call.key, value, call.condition, call.request};
}

Refusal value_too_large(const kvstore::GroupSettings& settings) {
  return {Code::value_too_large,
          "a value has at most " + std::to_string(settings.value_bytes_max) + " bytes"};
}

std::optional<Refusal> check_command(const kvstore::Command& command,
                                     const kvstore::GroupSettings& settings) {
  const std::uint64_t max = settings.command_bytes_max;
  if (command.key.size() + command.value.size() <= max) return std::nullopt;
  return Refusal{Code::command_too_large,
                 "key and value have at most " + std::to_string(max) + " bytes"};
}

Answer render_write(const WriteCall& call, const kvstore::Answer& answer) {
  if (const auto* failure = std::get_if<kvstore::Failure>(&answer)) return render_failure(*failure);
  const auto& outcome = std::get<kvstore::Outcome>(answer);
  Answer rendered = render_outcome(call, outcome);
  rendered.set_etag(outcome.mod_revision);
  rendered.set_sequence(outcome.sequence);
  return rendered;
}

}  // namespace groupy::http
