// One number for the whole state, kept up with each message instead of computed anew.
//
// The sum modulo 2^64 of one term per live key, remembered request and settings row: a change takes
// the old term off and adds the new one, and a scan over all rows gives the same sum. Hashes carry
// a definition version: those of different definitions are not comparable.
// Thread: values.
#pragma once

#include <cstdint>
#include <string_view>

#include "kvstore/read_view.h"
#include "kvstore/record.h"

namespace groupy::kvstore {

constexpr std::uint32_t kHashDefinition = 1;

// The term of a live key; `metadata.hash_term` itself is not looked at.
std::uint64_t key_term(std::string_view key, std::string_view value, const KeyMetadata& metadata);
// The term of a remembered request: its id and its row as encoded.
std::uint64_t request_term(std::string_view id, std::string_view row);
// The term of the settings row as encoded.
std::uint64_t settings_term(std::string_view row);

class HashSum {
 public:
  HashSum() = default;
  explicit HashSum(std::uint64_t sum) : sum_(sum) {}

  void add(std::uint64_t term) { sum_ += term; }
  void remove(std::uint64_t term) { sum_ -= term; }
  std::uint64_t value() const { return sum_; }

  // The state hash: the sum mixed with the numbers that decide over commands to come and stand in
  // no summed row, the revision and the highest sequence whose request was forgotten.
  std::uint64_t hash(Revision revision, gms::Sequence request_floor) const;

  bool operator==(const HashSum&) const = default;

 private:
  std::uint64_t sum_ = 0;
};

// The colour after one more delivery: (R,G,B) becomes (G,B,(R+N) mod 256), N being the first byte
// of the payload's fingerprint written big-endian.
Colour turned(const Colour& colour, std::string_view payload);

}  // namespace groupy::kvstore
