// A history of digests between two threads, for the thread sanitizer.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "kvstore/digest_history.h"

namespace groupy::kvstore {
namespace {

StateDigest digest(std::uint64_t sequence) {
  return {gms::Sequence{sequence}, Revision{sequence}, sequence * 3, {}};
}

TEST(DigestHistory, CanBeReadWhileItGrows) {
  DigestHistory digests(100);
  digests.restart(digest(1));
  std::jthread writer([&] {
    for (std::uint64_t sequence = 2; sequence <= 20'000; ++sequence) {
      digests.append(std::vector{digest(sequence)});
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    const auto found = digests.look_up(gms::Sequence{20'000});
    ASSERT_TRUE(std::holds_alternative<StateDigest>(found));
    const StateDigest& read = std::get<StateDigest>(found);
    ASSERT_EQ(read.hash, read.sequence.value() * 3);
  }
}

}  // namespace
}  // namespace groupy::kvstore
