// How much one replica's HTTP front takes in, and how long it waits.
//
// Everything a client can make us hold or wait for is bounded by one of these, or by the group's
// own limits of keys, values and commands (kvstore/settings.h). Thread: values.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace groupy::http {

struct Limits {
  std::uint32_t header_bytes_max = 16u << 10;
  std::size_t body_budget_bytes = 256u << 20;  // bodies of all connections, in and out
  std::size_t connections_max = 20'000;        // and never more than half of the descriptors

  std::chrono::milliseconds idle{60'000};    // until the first byte of a request
  std::chrono::milliseconds header{10'000};  // from its first byte to the end of its header
  std::chrono::milliseconds body{30'000};    // from there to the end of its body
  std::chrono::milliseconds write{30'000};   // for an answer, beside what its length allows
  std::size_t write_bytes_per_second_min = 64u << 10;
  std::chrono::milliseconds linger{2'000};  // for a refused client to read why
  // Beyond what the store promised; only a bug of the store makes us wait so long.
  std::chrono::milliseconds store_grace{5'000};
  std::chrono::milliseconds sweep{100};  // how exactly the above are kept

  // What ?timeout= may ask for.
  std::chrono::milliseconds request_min{50};
  std::chrono::milliseconds request_max{60'000};
  std::chrono::milliseconds request_default{5'000};
};

constexpr std::size_t kListItemsMax = 1'000;
constexpr std::size_t kListItemsDefault = 100;
constexpr std::size_t kJsonBodyBytesMax = 4u << 10;
constexpr std::size_t kRequestIdHeaderBytesMax = 128;  // longer ones are replaced by our own

}  // namespace groupy::http
