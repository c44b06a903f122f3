#include "cli/consistency.h"

#include <algorithm>
#include <map>
#include <utility>

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

std::string names_with_group(const Camp& camp) {
  return names_of(camp) + " of group " + camp.front()->group;
}

void append(std::string& text, const std::string& part) {
  text += (text.empty() ? "" : "; ") + part;
}

template <typename Key>
std::vector<Camp> biggest_first(std::map<Key, Camp> by_key) {
  std::vector<Camp> camps;
  for (auto& [key, camp] : by_key) camps.push_back(std::move(camp));
  std::ranges::stable_sort(camps, std::greater(), &Camp::size);
  return camps;
}

std::vector<Camp> groups_of(const std::vector<ReplicaMark>& replicas) {
  std::map<std::string, Camp> by_group;
  for (const ReplicaMark& replica : replicas) {
    if (!replica.group.empty()) by_group[replica.group].push_back(&replica);
  }
  return biggest_first(std::move(by_group));
}

std::vector<Camp> camps_of(const std::vector<ReplicaMark>& replicas) {
  std::map<std::pair<std::string, std::string>, Camp> by_mark;
  for (const ReplicaMark& replica : replicas) {
    if (replica.state == State::marked) by_mark[{replica.hash, replica.colour}].push_back(&replica);
  }
  return biggest_first(std::move(by_mark));
}

template <typename Describe>
std::string describe_camps(const std::vector<Camp>& camps, Describe describe) {
  // Without a majority nobody can say who is right.
  const bool has_biggest = camps[0].size() > camps[1].size();
  std::string names;
  for (std::size_t i = has_biggest ? 1 : 0; i < camps.size(); ++i) {
    names += (names.empty() ? "" : " | ") + describe(camps[i]);
  }
  return names + (has_biggest ? ", unlike " + describe(camps[0]) : "");
}

std::string describe_lag(const ReplicaMark& replica, std::uint64_t sequence) {
  return name_of(replica) + " is at " + std::to_string(replica.applied) + " and did not reach " +
         std::to_string(sequence);
}

}  // namespace

bool are_of_one_group(const std::vector<ReplicaMark>& replicas) {
  return groups_of(replicas).size() <= 1;
}

Verdict judge(const std::vector<ReplicaMark>& replicas, std::uint64_t sequence) {
  std::string differing;
  std::string missing;
  if (const std::vector<Camp> groups = groups_of(replicas); groups.size() > 1) {
    return {ExitCode::error,
            "replicas differ: not the same group: " + describe_camps(groups, names_with_group)};
  }
  const std::vector<Camp> camps = camps_of(replicas);
  if (camps.size() > 1) append(differing, "not the same state: " + describe_camps(camps, names_of));
  for (const ReplicaMark& replica : replicas) {
    if (replica.state == State::not_reached) {
      // Generation 3 sends again what was missed: there it is only late.
      append(replica.generation < 3 ? differing : missing, describe_lag(replica, sequence));
    } else if (replica.state != State::marked) {
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
