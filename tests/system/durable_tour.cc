// The tour of generation 3: a leader is killed under load, and nothing that was acknowledged is
// lost or done twice, whichever replica is asked.
//
// Usage: groupy-durable-tour PATH_OF_GROUPY [SECONDS]. Exits 0 only if all held; 1 if something did
// not, or if it proves nothing (INVALID), as when the writes before the kill, or those behind it,
// take more than SECONDS (120). Thread: the main thread, and the writers.
#include <algorithm>
#include <iostream>

#include "http/numbers.h"
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

bool is_named_and_acknowledged(const HistoryOperation& operation) {
  return operation.kind == HistoryOperation::Kind::put && operation.result == Result::ok &&
         !operation.request.empty() && operation.condition.kind == kvstore::ConditionKind::none;
}

// The same answer, but for when and by whom it was given.
bool is_same_answer(const HistoryOperation& a, const HistoryOperation& b) {
  return a.result == b.result && a.sequence == b.sequence && a.revision == b.revision &&
         a.mod_revision == b.mod_revision && a.version == b.version && a.is_deleted == b.is_deleted;
}

class DurableTour {
 public:
  DurableTour(const std::string& program, const std::string& folder, std::chrono::seconds patience)
      : folder_(folder), patience_(patience), cluster_(program, folder), recorder_(cluster_, {}) {}

  void run() {
    cluster_.found_durable(kReplicas);
    tell("three replicas of generation 3 are running; replica " +
         std::to_string(leader_that_all_name(kAll)) + " leads");
    write_with_names();
    recorder_.start();
    wait_for_acknowledged(kWritesBefore);
    kill_the_leader();
    restart_all();
    recorder_.read_all_at(kAll);
    tell("every key was read at every replica");
    compare();
    check_history();
  }

 private:
  static void tell(const std::string& line) { std::cout << line << std::endl; }

  // Less than that proves nothing.
  void wait_for_acknowledged(std::size_t more) {
    const std::size_t before = recorder_.acknowledged();
    try {
      recorder_.wait_for_acknowledged(more, patience_);
    } catch (const TimedOut&) {
      throw Invalid{"only " + std::to_string(recorder_.acknowledged() - before) + " writes of " +
                    std::to_string(more) + " were acknowledged within " +
                    std::to_string(patience_.count()) + " s"};
    }
  }

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

  // At replica 1: a write, one that is refused since the key is there, and what takes the key away.
  // Done again, the first would bring it back, and the second would no longer be refused.
  void write_with_names() {
    seen_ = sequence_of(cluster_.demand(1, get("/kv/named"), 404));
    HistoryOperation wish;
    wish.kind = HistoryOperation::Kind::put;
    wish.key = "named";
    wish.value = "once";
    wish.request = kFirstName;
    first_answers_.push_back(write_at(1, wish, Result::ok));
    wish.value = "never";
    wish.condition = {kvstore::ConditionKind::absent, {}};
    wish.request = "tour-refused";
    first_answers_.push_back(write_at(1, wish, Result::condition_failed));
    wish.kind = HistoryOperation::Kind::erase;
    wish.value.reset();
    wish.condition = {};
    wish.request = "tour-delete";
    first_answers_.push_back(write_at(1, wish, Result::ok));
    repeat_at(kAll);
  }

  HistoryOperation write_at(unsigned node, const HistoryOperation& wish, Result wanted) {
    RecordingClient client(cluster_.http_address(node), "repeater-" + std::to_string(now_ns()));
    const HistoryOperation answer = client.write(wish);
    recorder_.add(client.history());
    if (answer.result != wanted) {
      throw Failed{"a write with a name at replica " + std::to_string(node) +
                   " was answered: " + render_operation(answer) + ": " + client.said()};
    }
    return answer;
  }

  // All that has a name, whichever replica is asked: the first answer again, and nothing happens.
  void repeat_at(const std::vector<unsigned>& nodes) {
    for (const unsigned node : nodes) {
      for (const HistoryOperation& first : first_answers_) {
        const HistoryOperation again = write_at(node, first, first.result);
        if (is_same_answer(again, first)) continue;
        throw Failed{"a repeat got another answer: " + render_operation(again) + " instead of " +
                     render_operation(first)};
      }
      repeat_within_the_window(node);
      demand_mismatch(node);
    }
  }

  void repeat_within_the_window(unsigned node) {
    auto request = put("named", "once");
    request.headers["Idempotency-Key"] = std::string(kFirstName) + ";since=" + seen_;
    const auto answer = cluster_.demand(node, request, 201);
    if (sequence_of(answer) != std::to_string(first_answers_.front().sequence.value())) {
      throw Failed{"with ;since= a repeat got another answer: " + answer.body};
    }
  }
  // Another request under a name that was used is no repeat, and must not pass for one.
  void demand_mismatch(unsigned node) {
    auto request = put("named", "something else");
    request.headers["Idempotency-Key"] = kFirstName;
    const auto answer = cluster_.demand(node, request, 422);
    if (answer.body.find("idempotency_mismatch") == std::string::npos) throw Failed{answer.body};
  }
  static std::string sequence_of(const http::ClientAnswer& answer) {
    return answer.headers.at("x-groupy-sequence");
  }

  void kill_the_leader() {
    const unsigned leader = leader_that_all_name(kAll);
    std::vector<unsigned> survivors = kAll;
    std::erase(survivors, leader);
    const std::uint64_t before_ns = now_ns();
    recorder_.note_fault("kill -9 of replica " + std::to_string(leader) + ", the leader");
    cluster_.kill(leader);
    const Moment kill{before_ns, now_ns()};
    wait_for_acknowledged(kWritesAfter);
    repeat_at(survivors);
    tell("killed replica " + std::to_string(leader) + ", the leader, under 16 writers; replica " +
         std::to_string(leader_that_all_name(survivors)) + " leads now");
    cluster_.start_durable(leader);
    cluster_.wait_until_ready(leader);
    repeat_at({leader});
    recorder_.stop();
    std::cout << recorder_.acknowledged() << " writes were acknowledged; longest time without one: "
              << milliseconds(longest_gap(recorder_.history())) << " ms, around the kill: "
              << milliseconds(longest_gap(recorder_.history(), kill.from_ns - 1'000'000'000,
                                          kill.to_ns + 10'000'000'000))
              << " ms" << std::endl;
    demand_unanswered(leader, kill);
    demand_variety();
  }

  // Else the kill has hit nobody, and proves little.
  void demand_unanswered(unsigned leader, Moment kill) {
    const auto unanswered = recorder_.unanswered_by(leader, kill);
    const auto repeated = std::ranges::count_if(unanswered, [&](const Unanswered& each) {
      return each.answered_by && *each.answered_by != leader;
    });
    if (unanswered.empty()) throw Invalid{"the leader had no unanswered write in its hands"};
    if (repeated == 0) throw Invalid{"nothing it left unanswered was repeated at another replica"};
    tell("it left " + std::to_string(unanswered.size()) + " writes unanswered; of these " +
         std::to_string(repeated) + " were repeated, and answered by another replica");
  }
  // Counters that nobody raises, or that nobody else raises meanwhile, prove little too.
  void demand_variety() {
    const Variety found = variety_of(recorder_.history());
    tell(std::to_string(found.raises) + " raises of a counter succeeded and " +
         std::to_string(found.refusals) + " came too late; " + std::to_string(found.deletions) +
         " keys were deleted");
    if (found.raises == 0) throw Invalid{"no counter was raised"};
    if (found.refusals == 0) throw Invalid{"no raise of a counter came too late"};
    if (found.deletions == 0) throw Invalid{"no key was deleted"};
  }

  void restart_all() {
    for (const unsigned node : kAll) cluster_.kill(node);
    for (const unsigned node : kAll) cluster_.start_durable(node);
    for (const unsigned node : kAll) cluster_.wait_until_ready(node);
    repeat_at(kAll);
    tell("killed all three and started them again");
  }

  void compare() {
    const auto [code, output] = cluster_.run_program(
        {"check", "consistency", "--endpoints", "http://" + cluster_.http_address(1)});
    std::cout << output;
    if (code != 0) throw Failed{"check consistency ended with " + std::to_string(code)};
  }

  // The exit code of `groupy check history` is as expected, and it says this.
  void judge(const cli::RecordedHistory& history, int wanted, const std::string& part) {
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
    judge(recorder_.recorded(), 0, "accepted");
    tell("and spoiled copies: an acknowledged write that a later read does not find, a request");
    tell("that was done twice, two writes in the other order, and too little around the kill:");
    auto lost = recorder_.recorded();
    last_with(lost.operations, is_found).value.reset();
    judge(lost, 1, "REJECTED");
    judge(with_a_request_done_twice(), 1, "REJECTED");
    auto swapped = recorder_.recorded();
    auto& late = last_with(swapped.operations, is_acknowledged);
    std::swap(late.sequence, std::ranges::find_if(swapped.operations, is_acknowledged)->sequence);
    judge(swapped, 1, "REJECTED");
    auto little = recorder_.recorded();
    little.faults.front().at_ns = now_ns();
    judge(little, 1, "INVALID");
  }

  // As if a repeat had been taken for something new: it happened again, behind all else.
  cli::RecordedHistory with_a_request_done_twice() {
    auto twice = recorder_.recorded();
    HistoryOperation again = last_with(twice.operations, is_named_and_acknowledged);
    std::uint64_t revision = 0, sequence = 0;
    for (const HistoryOperation& each : twice.operations) {
      revision = std::max(revision, each.revision.value_or(kvstore::Revision()).value());
      sequence = std::max(sequence, each.sequence.value());
    }
    again.sequence = gms::Sequence{sequence + 1};
    again.revision = again.mod_revision = kvstore::Revision{revision + 1};
    ++again.version;
    again.call_ns = now_ns();
    again.return_ns = now_ns();
    twice.operations.push_back(again);
    return twice;
  }

  static constexpr char kFirstName[] = "tour-put";

  const std::string folder_;
  const std::chrono::seconds patience_;
  Cluster cluster_;
  Recorder recorder_;
  std::string seen_;  // a sequence that was told before anything got a name
  cli::History first_answers_;
};

}  // namespace
}  // namespace groupy::system_tests

int main(int argc, char** argv) {
  using namespace groupy::system_tests;
  const auto patience = groupy::http::parse_decimal(argc == 3 ? argv[2] : "120");
  if (argc < 2 || argc > 3 || !patience) {
    std::cerr << "usage: groupy-durable-tour PATH_OF_GROUPY [SECONDS]\n";
    return 2;
  }
  try {
    const ScratchFolder folder;
    DurableTour(argv[1], folder.path(), std::chrono::seconds(*patience)).run();
  } catch (const Invalid& invalid) {
    std::cerr << invalid.what() << '\n';
    return 1;
  } catch (const Failed& failed) {
    std::cerr << "FAILED: " << failed.what() << '\n';
    return 1;
  }
  std::cout << "the tour held" << std::endl;
  return 0;
}
