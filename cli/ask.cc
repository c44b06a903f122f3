#include "cli/ask.h"

#include <optional>
#include <ostream>
#include <thread>

#include "cli/command_line.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

using Kind = http::ClientError::Kind;

constexpr char kHint[] = " (is it running? name others with --endpoints)";
// The way there and back, and a replica that answers late because its processor is busy.
constexpr std::chrono::milliseconds kSlack{2000};

std::string describe_refusal(const std::string& endpoint, const Refusal& refusal) {
  std::string line = endpoint + ": " + refusal.what;
  if (refusal.code == ExitCode::outcome_unknown) {
    line += "; the outcome is unknown: the write may have been done";
  }
  return line;
}

}  // namespace

std::variant<Answered, NotAnswered> ask_first(const HttpCall& call,
                                              const std::vector<std::string>& endpoints,
                                              const Question& question) {
  NotAnswered failure;
  for (const std::string& endpoint : endpoints) {
    CallResult result = call(endpoint, question.request, question.limit);
    if (const auto* error = std::get_if<http::ClientError>(&result)) {
      failure.lines.push_back(describe(endpoint, *error));
      if (error->kind == Kind::unknown && question.intent == Intent::write) {
        failure.lines.back() += "; the outcome is unknown: the write may have been done";
        failure.code = ExitCode::outcome_unknown;
        return failure;
      }
      continue;
    }
    auto& answer = std::get<http::ClientAnswer>(result);
    const std::optional<Refusal> refusal = refusal_in(answer, question.intent);
    if (!refusal) return Answered{endpoint, std::move(answer)};
    failure.lines.push_back(describe_refusal(endpoint, *refusal));
    if (!refusal->may_ask_next) {
      failure.code = refusal->code;
      return failure;
    }
  }
  return failure;
}

std::vector<CallResult> ask_all(const HttpCall& call, const std::vector<std::string>& endpoints,
                                const Question& question) {
  std::vector<CallResult> results(endpoints.size());
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < endpoints.size(); ++i) {
    threads.emplace_back(
        [&, i] { results[i] = call(endpoints[i], question.request, question.limit); });
  }
  threads.clear();  // waits for all
  return results;
}

std::string describe(const std::string& endpoint, const http::ClientError& error) {
  // The client names the server too; once is enough.
  const std::string authority = endpoint.substr(endpoint.find("//") + 2) + ": ";
  const bool is_named = error.what.starts_with(authority);
  const std::string why = printable(error.what.substr(is_named ? authority.size() : 0));
  if (error.kind == Kind::unknown) return "no answer from " + endpoint + ": " + why;
  return "cannot reach " + endpoint + ": " + why + kHint;
}

ExitCode say_not_answered(Surroundings& surroundings, const NotAnswered& failure) {
  for (const std::string& line : failure.lines) say_error(surroundings, line);
  return failure.code;
}

std::chrono::milliseconds with_slack(std::chrono::milliseconds limit) {
  return limit + kSlack;
}

}  // namespace groupy::cli
