// How long a group of three stands still when its leader dies or stops, and what writes cost.
//
// Usage: groupy-failover PATH_OF_GROUPY [kills [stops [random keys]]]; 50, 10 and 1,000,000 by
// default, 0 leaves one out. Figures are printed beside what they are to be and what etcd reaches;
// docs/performance.md tells more. Exit code 1 if a write over the random keys was not acknowledged
// (INVALID: its rate says nothing then); no other figure is judged. Thread: the main thread, and
// the writers.
#include <algorithm>
#include <cstring>
#include <fstream>
#include <iomanip>
#include <iostream>

#include "bench/put_load.h"
#include "http/numbers.h"
#include "tests/system/recorder.h"
#include "tests/system/recording_client.h"

namespace groupy::bench {
namespace {

using namespace std::chrono_literals;
using system_tests::Cluster;
using system_tests::Failed;
using system_tests::Invalid;
using system_tests::Recorder;
using system_tests::ScratchFolder;

// What serve takes by default.
constexpr char kSuspectAfter[] = "200ms";
constexpr unsigned kReplicas = 3;

// Of etcd 3.4, three members on one machine with 2 cores: figures to compare the order of magnitude
// with, not the last percent.
constexpr char kEtcdGap[] = "median 1,270 ms";
constexpr char kEtcdOneConnection[] = "690/s";
constexpr char kEtcdManyConnections[] = "3,723/s";
constexpr unsigned kManyConnections = 64;

// What stands below a figure.
void print_beside(const std::string& target, const std::string& etcd = "") {
  std::cout << "  target: " << target;
  if (!etcd.empty()) std::cout << "; etcd 3.4 on one 2-core machine: " << etcd;
  std::cout << std::endl;
}

double milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

unsigned leader_of(const Cluster& cluster) {
  std::optional<unsigned> leader;
  system_tests::wait_until("no leader that all name", [&] {
    leader = cluster.leader_seen_by(1);
    return leader && cluster.leader_seen_by(2) == leader && cluster.leader_seen_by(3) == leader;
  });
  return *leader;
}

void print_gaps(const std::string& what, std::vector<double> gaps) {
  std::ranges::sort(gaps);
  std::cout << what << ", " << gaps.size() << " times: longest time without an acknowledged write "
            << "median " << gaps[gaps.size() / 2] << " ms, least " << gaps.front() << " ms, most "
            << gaps.back() << " ms" << std::endl;
}

// Eight writers on the survivors; `hit` does something to the leader, `mend` undoes it.
template <typename Hit, typename Mend>
double gap_around(Cluster& cluster, Hit hit, Mend mend) {
  const unsigned leader = leader_of(cluster);
  system_tests::RecorderOptions options;
  options.writers = 8;
  options.counters = 0;
  options.only_puts = true;
  options.nodes = {leader % kReplicas + 1, (leader + 1) % kReplicas + 1};
  Recorder recorder(cluster, options);
  recorder.start();
  recorder.wait_for_acknowledged(300);
  const std::uint64_t begin_ns = system_tests::now_ns();
  hit(leader);
  // What is acknowledged next may still be the old leader's: so many that it must be the new one's.
  recorder.wait_for_acknowledged(300);
  const std::uint64_t end_ns = system_tests::now_ns();
  recorder.stop();
  mend(leader);
  cluster.wait_until_ready(leader);
  return milliseconds(
      system_tests::longest_gap(recorder.history(), begin_ns - 100'000'000, end_ns));
}

void measure_kills(Cluster& cluster, std::uint64_t rounds) {
  std::vector<double> gaps;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    gaps.push_back(gap_around(
        cluster, [&](unsigned leader) { cluster.kill(leader); },
        [&](unsigned leader) { cluster.start_durable(leader); }));
  }
  if (gaps.empty()) return;
  print_gaps("kill -9 of the leader", gaps);
  print_beside("median at most 50 ms", kEtcdGap);
}

void measure_stops(Cluster& cluster, std::uint64_t rounds) {
  std::vector<double> gaps;
  for (std::uint64_t i = 0; i < rounds; ++i) {
    gaps.push_back(gap_around(
        cluster, [&](unsigned leader) { cluster.pause(leader); },
        [&](unsigned leader) { cluster.resume(leader); }));
  }
  if (gaps.empty()) return;
  print_gaps(std::string("SIGSTOP of the leader, suspected after ") + kSuspectAfter, gaps);
  print_beside("at most 3 times that");
}

std::uint64_t syncs_of_all(const std::string& folder, Cluster& cluster) {
  std::uint64_t all = 0;
  for (unsigned node = 1; node <= kReplicas; ++node) {
    const std::string bytes =
        system_tests::read_file(folder + "/" + std::to_string(cluster.process(node).pid()));
    std::uint64_t syncs = 0;
    if (bytes.size() == sizeof syncs) std::memcpy(&syncs, bytes.data(), sizeof syncs);
    all += syncs;
  }
  return all;
}

void print_load(const PutLoad& load, const PutFigures& figures) {
  std::cout << load.connections << " connections, " << load.writes << " writes of "
            << load.value_bytes << " bytes over " << load.keys << " keys: " << figures.per_second()
            << "/s, p50 " << milliseconds(figures.median) << " ms, p99 "
            << milliseconds(figures.slowest_percent) << " ms; answers:";
  for (const auto& [status, count] : figures.statuses) std::cout << ' ' << count << "x" << status;
}

void measure_syncs(Cluster& cluster, const std::string& folder) {
  PutLoad load;
  load.addresses = {cluster.http_address(leader_of(cluster))};
  load.keys = 1000;
  for (const unsigned connections : {1U, kManyConnections}) {
    const bool is_one = connections == 1;
    load.connections = connections;
    load.writes = is_one ? 2'000 : 20'000;
    const std::uint64_t before = syncs_of_all(folder, cluster);
    const PutFigures figures = run(load);
    const auto syncs = static_cast<double>(syncs_of_all(folder, cluster) - before);
    print_load(load, figures);
    std::cout << "; syncs per write per replica "
              << syncs / static_cast<double>(load.writes) / kReplicas << std::endl;
    print_beside(is_one ? "at most 1.05 syncs" : "at most 0.2 syncs",
                 is_one ? kEtcdOneConnection : kEtcdManyConnections);
  }
}

void measure_many_keys(const Cluster& cluster, std::uint64_t keys) {
  PutLoad load;
  load.addresses = {cluster.http_address(leader_of(cluster))};
  load.connections = kManyConnections;
  load.keys = keys;
  load.writes = keys;
  const PutFigures figures = run(load);
  print_load(load, figures);
  std::cout << std::endl;
  print_beside("no answer but 2xx", kEtcdManyConnections);
  const std::size_t others = load.writes - figures.acknowledged();
  if (others > 0) throw Invalid{std::to_string(others) + " writes were not acknowledged"};
}

void measure(const std::string& program, std::uint64_t kills, std::uint64_t stops,
             std::uint64_t keys) {
  const ScratchFolder folder;
  Cluster cluster(program, folder.path());
  cluster.set_suspect_after(kSuspectAfter);
  cluster.preload(COUNT_SYNCS, {{"COUNT_SYNCS_DIR", folder.path()}});
  cluster.found_durable(kReplicas);
  measure_syncs(cluster, folder.path());
  measure_kills(cluster, kills);
  measure_stops(cluster, stops);
  if (keys > 0) measure_many_keys(cluster, keys);
}

}  // namespace
}  // namespace groupy::bench

int main(int argc, char** argv) {
  std::uint64_t numbers[] = {50, 10, 1'000'000};
  bool is_right = argc >= 2 && argc <= 5;
  for (int i = 2; is_right && i < argc; ++i) {
    const auto number = groupy::http::parse_decimal(argv[i]);
    is_right = number.has_value();
    numbers[i - 2] = number.value_or(0);
  }
  std::cout << std::setprecision(4);
  if (!is_right) {
    std::cerr << "usage: groupy-failover PATH_OF_GROUPY [kills [stops [random keys]]]\n";
    return 2;
  }
  try {
    groupy::bench::measure(argv[1], numbers[0], numbers[1], numbers[2]);
  } catch (const groupy::system_tests::Invalid& invalid) {
    std::cerr << invalid.what() << '\n';
    return 1;
  } catch (const groupy::system_tests::Failed& failed) {
    std::cerr << "FAILED: " << failed.what() << '\n';
    return 1;
  }
  return 0;
}
