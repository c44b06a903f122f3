// A history of marks between two threads, for the thread sanitizer.
#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "kvstore/mark_history.h"

namespace groupy::kvstore {
namespace {

StateMark mark(std::uint64_t sequence) {
  return {gms::Sequence{sequence}, Revision{sequence}, sequence * 3, {}};
}

TEST(MarkHistory, CanBeReadWhileItGrows) {
  MarkHistory marks(100);
  marks.restart(mark(1));
  std::jthread writer([&] {
    for (std::uint64_t sequence = 2; sequence <= 20'000; ++sequence) {
      marks.append(std::vector{mark(sequence)});
    }
  });
  for (int i = 0; i < 20'000; ++i) {
    const auto found = marks.look_up(gms::Sequence{20'000});
    ASSERT_TRUE(std::holds_alternative<StateMark>(found));
    const StateMark& read = std::get<StateMark>(found);
    ASSERT_EQ(read.hash, read.sequence.value() * 3);
  }
}

}  // namespace
}  // namespace groupy::kvstore
