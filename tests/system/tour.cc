// The tour: does the main job on real processes, tells what it sees, and exits 0 only if all held.
//
// Usage: groupy-tour PATH_OF_GROUPY. Thread: the main thread, and one writer per replica.
#include <atomic>
#include <iomanip>
#include <iostream>
#include <nlohmann/json.hpp>
#include <thread>

#include "tests/system/cluster.h"

namespace groupy::system_tests {
namespace {

constexpr unsigned kFounders = 3;
constexpr unsigned kJoiner = 4;
constexpr unsigned kWrites = 1000;

std::string key_of(unsigned number) {
  return "tour/" + std::to_string(number);
}
std::string value_of(unsigned number) {
  return "value " + std::to_string(number * 7919);
}

class Tour {
 public:
  Tour(const std::string& program, const std::string& folder) : cluster_(program, folder) {}

  void run() {
    start();
    write_through_all();
    read_all_at(1, kFounders);
    join_a_fourth();
    compare();
    kill_the_leader();
  }

 private:
  static void tell(const std::string& line) { std::cout << line << std::endl; }

  nlohmann::json json_at(unsigned node, const std::string& target) const {
    return nlohmann::json::parse(cluster_.demand(node, get(target), 200).body);
  }

  void start() {
    cluster_.start_founders(kFounders);
    for (unsigned node = 1; node <= kFounders; ++node) {
      wait_until("replica " + std::to_string(node) + " does not see all members",
                 [&] { return json_at(node, "/view")["members"].size() == kFounders; });
    }
    tell("three replicas of gms1 are running; replica 1 leads");
  }

  // Writer i sends every third write through replica i, on one connection of its own.
  void write_through_all() {
    std::vector<std::string> failures(kFounders);
    std::vector<std::thread> writers;
    const auto begin = std::chrono::steady_clock::now();
    for (unsigned node = 1; node <= kFounders; ++node) {
      writers.emplace_back([this, node, &failure = failures[node - 1]] {
        http::Client client("http://" + cluster_.http_address(node));
        for (unsigned number = node - 1; number < kWrites && failure.empty(); number += kFounders) {
          const auto answer = client.call(put(key_of(number), value_of(number)), 10s);
          const auto* got = std::get_if<http::ClientAnswer>(&answer);
          if (got == nullptr || got->status != 201) {
            failure = "write " + std::to_string(number) + " at replica " + std::to_string(node) +
                      " was not acknowledged: " +
                      (got ? got->body : std::get<http::ClientError>(answer).what);
          }
        }
      });
    }
    for (std::thread& writer : writers) writer.join();
    for (const std::string& failure : failures) {
      if (!failure.empty()) throw Failed{failure};
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    std::cout << kWrites << " writes through all three were acknowledged in " << std::fixed
              << std::setprecision(2) << took.count() << " s" << std::endl;
  }

  // Every key, with its value, at each of these replicas.
  void read_all_at(unsigned first, unsigned last) {
    // A local read shows what was applied here: wait for the newest write of all.
    std::uint64_t highest = 0;
    for (unsigned node = 1; node <= kFounders; ++node) {
      highest = std::max(highest, json_at(node, "/status")["applied"].get<std::uint64_t>());
    }
    for (unsigned node = first; node <= last; ++node) {
      json_at(node, "/hash?sequence=" + std::to_string(highest));
      http::Client client("http://" + cluster_.http_address(node));
      for (unsigned number = 0; number < kWrites; ++number) {
        const auto answer = client.call(get("/kv/" + key_of(number) + "?raw"), 10s);
        const auto* got = std::get_if<http::ClientAnswer>(&answer);
        if (got == nullptr || got->status != 200 || got->body != value_of(number)) {
          throw Failed{"replica " + std::to_string(node) + " does not have " + key_of(number)};
        }
      }
      tell("replica " + std::to_string(node) + " has all " + std::to_string(kWrites) + " keys");
    }
  }

  void join_a_fourth() {
    cluster_.start_joiner(kJoiner, 2);
    cluster_.wait_until_ready(kJoiner);
    tell("a fourth replica has joined through replica 2, a worker");
    read_all_at(kJoiner, kJoiner);
    cluster_.demand(kJoiner, put("tour/from-the-fourth", "here I am"), 201);
  }

  void compare() {
    const auto applied = json_at(kJoiner, "/status")["applied"].get<std::uint64_t>();
    const nlohmann::json expected = json_at(1, "/hash?sequence=" + std::to_string(applied));
    for (unsigned node = 1; node <= kJoiner; ++node) {
      const auto mark = json_at(node, "/hash?sequence=" + std::to_string(applied));
      if (mark != expected) {
        throw Failed{"replica " + std::to_string(node) + " differs: " + mark.dump() +
                     " instead of " + expected.dump()};
      }
    }
    const auto [code, output] = cluster_.run_program(
        {"check", "consistency", "--endpoints", "http://" + cluster_.http_address(1)});
    std::cout << output;
    if (code != 0) throw Failed{"check consistency ended with " + std::to_string(code)};
    tell("hash " + expected["hash"].get<std::string>() + " and colour " +
         expected["color"].get<std::string>() + " at sequence " + std::to_string(applied) +
         " on all four");
  }

  void kill_the_leader() {
    const unsigned leader = json_at(2, "/view")["leader"].get<unsigned>();
    if (leader != 1) throw Failed{"replica 1 should lead, not " + std::to_string(leader)};
    const auto before = json_at(2, "/status")["applied"].get<std::uint64_t>();
    const auto view = json_at(2, "/view")["number"].get<std::uint64_t>();
    cluster_.kill(leader);
    tell("killed replica 1, the leader");
    for (const unsigned node : {2U, 3U, kJoiner}) {
      const auto answer =
          cluster_.demand(node, put("tour/nobody-orders-this", "?", "?timeout=1s"), 504);
      const auto problem = nlohmann::json::parse(answer.body);
      if (problem["code"] != "outcome_unknown" || problem["applied"] != "unknown") {
        throw Failed{"a write without a leader is answered " + answer.body};
      }
      if (json_at(node, "/view")["number"] != view || json_at(node, "/view")["leader"] != leader) {
        throw Failed{"replica " + std::to_string(node) + " noticed that the leader is gone"};
      }
      if (json_at(node, "/status")["applied"] != before) {
        throw Failed{"replica " + std::to_string(node) + " applied something without a leader"};
      }
      cluster_.demand(node, get("/kv/" + key_of(0)), 200);
    }
    tell("gms1 stands still, as it must: nobody notices, nobody leads, no write gets through;");
    tell("what was written can still be read at every survivor");
  }

  Cluster cluster_;
};

}  // namespace
}  // namespace groupy::system_tests

int main(int argc, char** argv) {
  using namespace groupy::system_tests;
  if (argc != 2) {
    std::cerr << "usage: groupy-tour PATH_OF_GROUPY\n";
    return 2;
  }
  try {
    const ScratchFolder folder;
    Tour(argv[1], folder.path()).run();
  } catch (const Failed& failed) {
    std::cerr << "FAILED: " << failed.what() << '\n';
    return 1;
  } catch (const nlohmann::json::exception& error) {
    std::cerr << "FAILED: an answer is not what it should be: " << error.what() << '\n';
    return 1;
  }
  std::cout << "the tour held" << std::endl;
  return 0;
}
