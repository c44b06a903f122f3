// The tour of generation 3: a leader is killed under load, and nothing that was acknowledged is
// lost or done twice, whichever replica is asked.
//
// Usage: groupy-durable-tour PATH_OF_GROUPY. Exits 0 only if all held. Thread: the main thread, and
// the writers.
#include <algorithm>
#include <iostream>

#include "tests/system/recorder.h"
#include "tests/system/recording_client.h"

namespace groupy::system_tests {
namespace {

using cli::HistoryOperation;
using Result = HistoryOperation::Result;

constexpr unsigned kReplicas = 3;
constexpr std::size_t kWritesBefore = 2000;
constexpr std::size_t kWritesAfter = 2000;
const std::vector<unsigned> kAll{1, 2, 3};

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// An acknowledged operation for which this holds, the last one in the file.
template <typename Holds>
HistoryOperation& last_with(cli::History& history, Holds holds) {
  const auto at = std::find_if(history.rbegin(), history.rend(), holds);
  if (at == history.rend()) throw Failed{"the history has nothing to spoil"};
  return *at;
}

bool is_found(const HistoryOperation& operation) {
  return operation.kind == HistoryOperation::Kind::get && operation.value;
}

bool is_acknowledged(const HistoryOperation& operation) {
  return operation.is_write() && operation.result == Result::ok && operation.request.empty();
}

class DurableTour {
 public:
  DurableTour(const std::string& program, const std::string& folder)
      : folder_(folder), cluster_(program, folder), recorder_(cluster_, {}) {}

  void run() {
    cluster_.found_durable(kReplicas);
    tell("three replicas of generation 3 are running; replica " +
         std::to_string(leader_that_all_name(kAll)) + " leads");
    write_with_a_name();
    recorder_.start();
    recorder_.wait_for_acknowledged(kWritesBefore);
    kill_the_leader();
    restart_all();
    recorder_.read_all_at(kAll);
    tell("every key was read at every replica");
    compare();
    check_history();
  }

 private:
  static void tell(const std::string& line) { std::cout << line << std::endl; }

  unsigned leader_that_all_name(const std::vector<unsigned>& nodes) {
    std::optional<unsigned> leader;
    wait_until("the replicas name no common leader", [&] {
      leader = cluster_.leader_seen_by(nodes.front());
      return leader && std::ranges::all_of(nodes, [&](unsigned node) {
               return cluster_.leader_seen_by(node) == leader;
             });
    });
    return *leader;
  }

  // A write with an Idempotency-Key, at replica 1.
  void write_with_a_name() {
    first_ = repeat_at(1);
    repeat_like_the_first(2);
  }

  HistoryOperation repeat_at(unsigned node) {
    RecordingClient client(cluster_.http_address(node), "repeater-" + std::to_string(now_ns()));
    const HistoryOperation answer = client.put("named", "once", {}, "tour-request");
    repeats_.insert(repeats_.end(), client.history().begin(), client.history().end());
    if (answer.result != Result::ok) {
      throw Failed{"a write with a name at replica " + std::to_string(node) +
                   " was answered: " + render_operation(answer)};
    }
    return answer;
  }
  void repeat_like_the_first(unsigned node) {
    const HistoryOperation again = repeat_at(node);
    if (again.sequence != first_.sequence || again.revision != first_.revision ||
        again.version != first_.version) {
      throw Failed{"a repeat got another answer: " + render_operation(again) + " instead of " +
                   render_operation(first_)};
    }
  }

  void kill_the_leader() {
    const unsigned leader = leader_that_all_name(kAll);
    std::vector<unsigned> survivors = kAll;
    std::erase(survivors, leader);
    const std::uint64_t killed_ns = now_ns();
    cluster_.kill(leader);
    recorder_.wait_for_acknowledged(kWritesAfter);
    repeat_like_the_first(survivors.front());
    repeat_like_the_first(survivors.back());
    tell("killed replica " + std::to_string(leader) + ", the leader, under 16 writers; replica " +
         std::to_string(leader_that_all_name(survivors)) + " leads now");
    cluster_.start_durable(leader);
    cluster_.wait_until_ready(leader);
    repeat_like_the_first(leader);
    recorder_.stop();
    std::cout << recorder_.acknowledged() << " writes were acknowledged; longest time without one: "
              << milliseconds(longest_gap(recorder_.history())) << " ms, around the kill: "
              << milliseconds(longest_gap(recorder_.history(), killed_ns - 1'000'000'000,
                                          killed_ns + 10'000'000'000))
              << " ms" << std::endl;
    demand_unanswered();
  }

  // Else the kill has hit nobody, and proves little.
  void demand_unanswered() {
    const auto unanswered =
        std::ranges::count(recorder_.history(), Result::unknown, &HistoryOperation::result);
    if (unanswered == 0) throw Failed{"INVALID: the leader had no unanswered write in its hands"};
    tell(std::to_string(unanswered) + " writes were never answered");
  }

  void restart_all() {
    for (const unsigned node : kAll) cluster_.kill(node);
    for (const unsigned node : kAll) cluster_.start_durable(node);
    for (const unsigned node : kAll) cluster_.wait_until_ready(node);
    repeat_like_the_first(3);
    tell("killed all three and started them again");
    recorder_.add(repeats_);
  }

  void compare() {
    const auto [code, output] = cluster_.run_program(
        {"check", "consistency", "--endpoints", "http://" + cluster_.http_address(1)});
    std::cout << output;
    if (code != 0) throw Failed{"check consistency ended with " + std::to_string(code)};
  }

  // The exit code of `groupy check history` is as expected, and it says this.
  void judge(const cli::History& history, int wanted, const std::string& part) {
    const std::string path = folder_ + "/history.txt";
    save_history(history, path);
    const auto [code, output] = cluster_.run_program({"check", "history", path});
    std::cout << "  " << output;
    if (code != wanted || output.find(part) == std::string::npos) {
      throw Failed{"check history ended with " + std::to_string(code) + ": " + output};
    }
  }

  void check_history() {
    tell("the history of " + std::to_string(recorder_.history().size()) + " operations:");
    judge(recorder_.history(), 0, "accepted");
    tell("and three spoiled copies and an empty one:");
    cli::History lost = recorder_.history();
    auto& read = last_with(lost, is_found);
    read.value.reset();
    judge(lost, 1, "REJECTED");
    cli::History swapped = recorder_.history();
    auto& late = last_with(swapped, is_acknowledged);
    std::swap(late.sequence, std::ranges::find_if(swapped, is_acknowledged)->sequence);
    judge(swapped, 1, "REJECTED");
    cli::History altered = recorder_.history();
    *last_with(altered, is_found).value += "?";
    judge(altered, 1, "REJECTED");
    judge({}, 1, "INVALID");
  }

  const std::string folder_;
  Cluster cluster_;
  Recorder recorder_;
  HistoryOperation first_;
  cli::History repeats_;
};

}  // namespace
}  // namespace groupy::system_tests

int main(int argc, char** argv) {
  using namespace groupy::system_tests;
  if (argc != 2) {
    std::cerr << "usage: groupy-durable-tour PATH_OF_GROUPY\n";
    return 2;
  }
  try {
    const ScratchFolder folder;
    DurableTour(argv[1], folder.path()).run();
  } catch (const Failed& failed) {
    std::cerr << "FAILED: " << failed.what() << '\n';
    return 1;
  }
  std::cout << "the tour held" << std::endl;
  return 0;
}
