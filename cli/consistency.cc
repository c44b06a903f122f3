#include "cli/consistency.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace groupy::cli {
namespace {

using State = ReplicaMark::State;
// Replicas that agree in everything; those that said the same stand in one camp.
using Camp = std::vector<const ReplicaMark*>;

std::string name_of(const ReplicaMark& replica) {
  return replica.node.empty() ? replica.endpoint
                              : "replica " + replica.node + " (" + replica.endpoint + ")";
}

std::string names_of(const Camp& camp) {
  std::string names;
  for (const ReplicaMark* replica : camp) names += (names.empty() ? "" : ", ") + name_of(*replica);
  return names;
}

void append(std::string& text, const std::string& part) {
  text += (text.empty() ? "" : "; ") + part;
}

// The biggest first.
std::vector<Camp> camps_of(const std::vector<ReplicaMark>& replicas) {
  std::map<std::tuple<std::string, std::string, std::string>, Camp> by_mark;
  for (const ReplicaMark& replica : replicas) {
    if (replica.state != State::marked) continue;
    by_mark[{replica.group, replica.hash, replica.colour}].push_back(&replica);
  }
  std::vector<Camp> camps;
  for (auto& [mark, camp] : by_mark) camps.push_back(std::move(camp));
  std::ranges::stable_sort(camps, std::greater(), &Camp::size);
  return camps;
}

std::string describe_camps(const std::vector<Camp>& camps) {
  // Without a majority nobody can say who is right.
  const bool has_biggest = camps[0].size() > camps[1].size();
  const bool is_foreign = std::ranges::any_of(
      camps, [&](const Camp& camp) { return camp[0]->group != camps[0][0]->group; });
  const std::string what = is_foreign ? "not the same group: " : "not the same state: ";
  std::string names;
  for (std::size_t i = has_biggest ? 1 : 0; i < camps.size(); ++i) {
    names += (names.empty() ? "" : " | ") + names_of(camps[i]);
  }
  return what + names + (has_biggest ? ", unlike " + names_of(camps[0]) : "");
}

std::string describe_lag(const ReplicaMark& replica, std::uint64_t sequence) {
  return name_of(replica) + " is at " + std::to_string(replica.applied) + " and did not reach " +
         std::to_string(sequence);
}

}  // namespace

Verdict judge(const std::vector<ReplicaMark>& replicas, std::uint64_t sequence) {
  std::string differing;
  std::string missing;
  const std::vector<Camp> camps = camps_of(replicas);
  if (camps.size() > 1) append(differing, describe_camps(camps));
  for (const ReplicaMark& replica : replicas) {
    if (replica.state == State::not_reached) {
      // Generation 3 sends again what was missed: there it is only late.
      append(replica.generation < 3 ? differing : missing, describe_lag(replica, sequence));
    } else if (replica.state == State::not_answered) {
      append(missing, name_of(replica) + " did not answer: " + replica.why);
    }
  }
  const std::string at = " at sequence " + std::to_string(sequence);
  if (!differing.empty()) {
    if (!missing.empty()) append(differing, missing);
    return {ExitCode::error, "replicas differ" + at + ": " + differing};
  }
  if (!missing.empty() || replicas.empty()) {
    return {ExitCode::unavailable, "cannot tell whether the replicas are equal: " +
                                       (missing.empty() ? "there are none" : missing)};
  }
  const std::string count = std::to_string(replicas.size());
  return {ExitCode::ok,
          "equal" + at + ": " + count + (replicas.size() == 1 ? " replica" : " replicas")};
}

}  // namespace groupy::cli
