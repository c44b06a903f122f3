// So many connections that write as fast as they are answered, and what came of it.
//
// Thread: one; each connection has a thread of its own while it runs.
#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace groupy::bench {

struct PutLoad {
  std::vector<std::string> addresses;  // "host:port"; connections are spread over them
  unsigned connections = 1;
  std::size_t writes = 1000;  // in all
  std::size_t keys = 1;       // drawn at random
  std::size_t value_bytes = 256;
};

struct PutFigures {
  std::chrono::duration<double> took{0};
  std::chrono::nanoseconds median{0};
  std::chrono::nanoseconds slowest_percent{0};  // p99
  std::map<unsigned, std::size_t> statuses;     // how often each came; 0: no answer
  std::size_t acknowledged() const;             // with 2xx
  double per_second() const;                    // of these
};

PutFigures run(const PutLoad& load);

}  // namespace groupy::bench
