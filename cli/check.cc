#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/address.h"
#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/consistency.h"
#include "cli/key_request.h"
#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

using nlohmann::json;
using State = ReplicaMark::State;

// How long a replica may take to reach the sequence at which all are compared.
constexpr std::chrono::milliseconds kCatchUpLimit{5000};

// Where the replicas are: the endpoints if several were given, else the members of the view that
// the only one has.
std::variant<std::vector<std::string>, NotAnswered> find_replicas(const HttpCall& call,
                                                                  const ClientFlags& flags) {
  if (flags.endpoints.size() > 1) return flags.endpoints;
  Question question;
  question.request.target = "/view";
  question.limit = flags.timeout;
  auto result = ask_first(call, flags.endpoints, question);
  if (auto* failure = std::get_if<NotAnswered>(&result)) return std::move(*failure);
  const auto view = parse_object(std::get<Answered>(result).answer.body);
  const json members = view ? view->value("members", json::array()) : json::array();
  std::vector<std::string> replicas;
  for (const json& member : members) {
    const auto address = member.is_object() ? text_field(member, "http") : std::nullopt;
    auto endpoint = parse_endpoint(address.value_or(""));
    if (!std::holds_alternative<std::string>(endpoint)) {
      replicas.clear();
      break;
    }
    replicas.push_back(std::move(std::get<std::string>(endpoint)));
  }
  if (replicas.empty() || replicas.size() > kEndpointsMax) {
    return NotAnswered{
        ExitCode::unavailable,
        {flags.endpoints.front() + ": its view lists no replicas that can be asked"}};
  }
  return replicas;
}

// The JSON object in a successful answer; else `mark` tells why there is none.
std::optional<json> object_in(const CallResult& result, ReplicaMark& mark) {
  mark.state = State::not_answered;
  if (const auto* error = std::get_if<http::ClientError>(&result)) {
    mark.why = printable(error->what);
    return std::nullopt;
  }
  const auto& answer = std::get<http::ClientAnswer>(result);
  if (const auto refusal = refusal_in(answer, Intent::read)) {
    mark.why = refusal->what;
    return std::nullopt;
  }
  auto object = parse_object(answer.body);
  if (!object) mark.why = "the answer makes no sense";
  return object;
}

// Reads what a replica says of itself.
void read_status(const CallResult& result, ReplicaMark& mark) {
  const auto status = object_in(result, mark);
  if (!status) return;
  if (status->value("has_state", json(true)) == false) {
    mark.why = "it has no state yet";
    return;
  }
  const auto applied = number_field(*status, "applied");
  const auto generation = number_field(*status, "gms");
  const auto group = text_field(*status, "group");
  if (!applied || !generation || !group || group->empty()) {
    mark.why = "its status lacks what is needed";
    return;
  }
  mark.node = shown_field(*status, "node");
  mark.group = printable(*group);
  mark.generation = *generation;
  mark.applied = *applied;
  mark.state = State::not_compared;
}

// The replica waited for just this sequence, and its time was up. Any other refusal, one for want
// of state or room among them, tells nothing about what it has applied.
bool has_waited_in_vain(const CallResult& result, std::uint64_t sequence) {
  const auto* answer = std::get_if<http::ClientAnswer>(&result);
  if (answer == nullptr || answer->status != 503) return false;
  const auto problem = parse_object(answer->body);
  return problem && text_field(*problem, "code") == "not_ready" &&
         number_field(*problem, "sequence") == sequence;
}

// Reads what a replica says of its state after `sequence`.
void read_mark(const CallResult& result, std::uint64_t sequence, ReplicaMark& mark) {
  const auto said = object_in(result, mark);
  if (!said) {
    if (has_waited_in_vain(result, sequence)) mark.state = State::not_reached;
    return;
  }
  const auto hash = text_field(*said, "hash");
  const auto colour = text_field(*said, "color");
  if (!hash || !colour || !parse_rgb(*colour) || number_field(*said, "sequence") != sequence) {
    mark.why = "the answer is not what was asked for";
    return;
  }
  mark.state = State::marked;
  mark.applied = sequence;
  mark.hash = printable(*hash);
  mark.colour = *colour;
}

struct Survey {
  std::vector<ReplicaMark> marks;
  std::uint64_t sequence = 0;  // at which they were compared
};

Survey ask_replicas(const HttpCall& call, const std::vector<std::string>& replicas,
                    std::chrono::milliseconds limit) {
  Survey survey;
  Question question;
  question.request.target = "/status";
  question.limit = limit;
  const auto statuses = ask_all(call, replicas, question);
  std::vector<std::string> reachable;
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    ReplicaMark mark;
    mark.endpoint = replicas[i];
    read_status(statuses[i], mark);
    survey.sequence = std::max(survey.sequence, mark.applied);
    if (mark.state != State::not_answered) reachable.push_back(mark.endpoint);
    survey.marks.push_back(std::move(mark));
  }
  if (!are_of_one_group(survey.marks)) return survey;
  question.request.target = "/hash?sequence=" + std::to_string(survey.sequence) +
                            "&timeout=" + http::render_duration(kCatchUpLimit);
  question.limit = with_slack(kCatchUpLimit);
  const auto answers = ask_all(call, reachable, question);
  auto answer = answers.begin();
  for (ReplicaMark& mark : survey.marks) {
    if (mark.state != State::not_answered) read_mark(*answer++, survey.sequence, mark);
  }
  return survey;
}

std::string state_name(const ReplicaMark& mark) {
  switch (mark.state) {
    case State::marked:
      return "reached";
    case State::not_reached:
      return "behind";
    case State::not_compared:
      return "answered";
    case State::not_answered:
      return "silent";
  }
  return "";
}

// Of a silent replica, why it is silent stands in place of what it did not say.
json json_of(const ReplicaMark& mark) {
  json document = {{"endpoint", mark.endpoint}, {"state", state_name(mark)}};
  if (!mark.node.empty()) document["node"] = mark.node;
  if (!mark.group.empty()) document["group"] = mark.group;
  if (mark.state == State::not_answered) {
    document["error"] = mark.why;
    return document;
  }
  document["applied"] = mark.applied;
  if (mark.state == State::marked) {
    document["hash"] = mark.hash;
    document["color"] = mark.colour;
  }
  return document;
}

void print_json(const Survey& survey, const Verdict& verdict, std::ostream& out) {
  json document = {{"sequence", survey.sequence},
                   {"equal", verdict.code == ExitCode::ok},
                   {"verdict", verdict.what},
                   {"replicas", json::array()}};
  for (const ReplicaMark& mark : survey.marks) document["replicas"].push_back(json_of(mark));
  out << document.dump() << '\n';
}

void print_rows(const Survey& survey, const TableStyle& style, std::ostream& out) {
  Table table({"HTTP", "NODE", "STATE", "APPLIED", "HASH", "COLOUR"}, style);
  const auto or_dash = [](const std::string& text) { return text.empty() ? "-" : text; };
  for (const ReplicaMark& mark : survey.marks) {
    const bool is_silent = mark.state == State::not_answered;
    table.add({{mark.endpoint.substr(std::string_view("http://").size())},
               {or_dash(mark.node)},
               {state_name(mark)},
               {is_silent ? "-" : std::to_string(mark.applied)},
               {or_dash(mark.hash)},
               {or_dash(mark.colour), true}});
  }
  table.print(out);
}

ExitCode check_consistency(const Args& args, Surroundings& surroundings) {
  CommandLine line("check consistency",
                   "Compares the state of all replicas at one sequence: of those named with\n"
                   "--endpoints, or if that is only one, of all members of its view.\n"
                   "Exit code 0: equal; 1: they differ; 5: a replica is silent or behind.",
                   "groupy check consistency --endpoints http://127.0.0.1:8082");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  const ClientFlags& flags = line.client();

  const auto replicas = find_replicas(surroundings.call, flags);
  if (const auto* failure = std::get_if<NotAnswered>(&replicas)) {
    return say_not_answered(surroundings, *failure);
  }
  const Survey found =
      ask_replicas(surroundings.call, std::get<std::vector<std::string>>(replicas), flags.timeout);
  const Verdict verdict = judge(found.marks, found.sequence);
  if (flags.style.format == Format::json) {
    print_json(found, verdict, surroundings.out);
  } else {
    print_rows(found, flags.style, surroundings.out);
  }
  if (verdict.code != ExitCode::ok) {
    say_error(surroundings, verdict.what);
  } else if (flags.style.format == Format::table) {
    surroundings.out << verdict.what << '\n';
  }
  return verdict.code;
}

}  // namespace

ExitCode run_check(const Args& args, Surroundings& surroundings) {
  constexpr char kThereIs[] = "there is: consistency, history";
  if (args.empty()) {
    return usage_error(surroundings, "check", "check what? " + std::string(kThereIs));
  }
  const Args rest(args.begin() + 1, args.end());
  if (args.front() == "consistency") return check_consistency(rest, surroundings);
  if (args.front() == "history") return run_check_history(rest, surroundings);
  if (args.front() != "--help" && args.front() != "-h") {
    const std::string what = "nothing called '" + printable(args.front()) + "' can be checked; ";
    return usage_error(surroundings, "check", what + kThereIs);
  }
  surroundings.out << "'groupy check history --help' tells how recorded histories are checked.\n\n";
  return check_consistency({"--help"}, surroundings);
}

}  // namespace groupy::cli
