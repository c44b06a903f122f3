#include "cli/signals.h"

#include <gtest/gtest.h>

#include <csignal>

namespace groupy::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{20'000};

// Left to itself, each of these signals would end the test.
TEST(HeldSignals, WaitUntilTheyAreAskedFor) {
  HeldSignals signals{SIGUSR1, SIGUSR2};
  EXPECT_EQ(signals.wait(milliseconds(0)), std::nullopt);
  ::raise(SIGUSR2);
  EXPECT_EQ(signals.wait(kPatience), SIGUSR2);
  EXPECT_EQ(signals.wait(milliseconds(0)), std::nullopt);
}

TEST(HeldSignals, WhatNobodyAskedForIsDroppedAtTheEnd) {
  {
    const HeldSignals signals{SIGUSR1};
    ::raise(SIGUSR1);
  }
  HeldSignals later{SIGUSR1};
  EXPECT_EQ(later.wait(milliseconds(0)), std::nullopt);
}

volatile std::sig_atomic_t handled = 0;

TEST(HeldSignals, ActAgainOnceTheyAreLetGo) {
  handled = 0;
  const auto before = std::signal(SIGUSR1, [](int number) { handled = number; });
  {
    const HeldSignals signals{SIGUSR1};
    ::raise(SIGUSR1);
    EXPECT_EQ(handled, 0);
  }
  EXPECT_EQ(handled, 0) << "dropped";
  ::raise(SIGUSR1);
  EXPECT_EQ(handled, SIGUSR1);
  std::signal(SIGUSR1, before);
}

}  // namespace
}  // namespace groupy::cli
