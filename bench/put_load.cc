#include "bench/put_load.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <thread>

#include "http/client.h"

namespace groupy::bench {

namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

}  // namespace

std::size_t PutFigures::acknowledged() const {
  std::size_t done = 0;
  for (const auto& [status, count] : statuses) {
    if (status / 100 == 2) done += count;
  }
  return done;
}

double PutFigures::per_second() const {
  return took.count() > 0 ? static_cast<double>(acknowledged()) / took.count() : 0;
}

PutFigures run(const PutLoad& load) {
  PutFigures figures;
  std::vector<std::chrono::nanoseconds> latencies;
  std::mutex mutex;  // guards both
  std::atomic<std::size_t> left = load.writes;
  const auto write = [&](unsigned connection) {
    http::Client client("http://" + load.addresses[connection % load.addresses.size()]);
    std::mt19937_64 random(connection);
    std::map<unsigned, std::size_t> statuses;
    std::vector<std::chrono::nanoseconds> own;
    http::ClientRequest request;
    request.method = "PUT";
    request.body.assign(load.value_bytes, 'v');
    for (std::size_t turn = left--; turn > 0 && turn <= load.writes; turn = left--) {
      request.target = "/kv/key" + std::to_string(random() % load.keys);
      const auto begin = Clock::now();
      const auto answer = client.call(request, 10s);
      own.push_back(Clock::now() - begin);
      const auto* got = std::get_if<http::ClientAnswer>(&answer);
      ++statuses[got == nullptr ? 0 : got->status];
    }
    const std::lock_guard lock(mutex);
    latencies.insert(latencies.end(), own.begin(), own.end());
    for (const auto& [status, count] : statuses) figures.statuses[status] += count;
  };
  const auto begin = Clock::now();
  std::vector<std::thread> connections;
  for (unsigned i = 0; i < load.connections; ++i) connections.emplace_back(write, i);
  for (std::thread& connection : connections) connection.join();
  figures.took = Clock::now() - begin;
  std::ranges::sort(latencies);
  if (latencies.empty()) return figures;
  figures.median = latencies[latencies.size() / 2];
  figures.slowest_percent = latencies[latencies.size() * 99 / 100];
  return figures;
}

}  // namespace groupy::bench
