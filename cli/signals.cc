#include "cli/signals.h"

#include <cerrno>
#include <ctime>

#include "gms/check.h"

namespace groupy::cli {

HeldSignals::HeldSignals(std::initializer_list<int> numbers) {
  ::sigemptyset(&held_);
  for (const int number : numbers) ::sigaddset(&held_, number);
  GROUPY_CHECK(::pthread_sigmask(SIG_BLOCK, &held_, &before_) == 0, "signals can be held");
}

HeldSignals::~HeldSignals() {
  while (wait(std::chrono::milliseconds(0))) {
  }
  GROUPY_CHECK(::pthread_sigmask(SIG_SETMASK, &before_, nullptr) == 0, "signals can be let go");
}

std::optional<int> HeldSignals::wait(std::chrono::milliseconds limit) {
  using std::chrono::duration_cast;
  using std::chrono::nanoseconds;
  using std::chrono::seconds;
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (true) {
    const auto left =
        std::max(nanoseconds(0), nanoseconds(deadline - std::chrono::steady_clock::now()));
    const auto whole = duration_cast<seconds>(left);
    const timespec time{whole.count(), (left - whole).count()};
    const int number = ::sigtimedwait(&held_, nullptr, &time);
    if (number > 0) return number;
    if (errno != EINTR) return std::nullopt;
  }
}

}  // namespace groupy::cli
