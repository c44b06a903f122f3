#include "http/connections.h"

#include "gms/check.h"

namespace groupy::http {

bool ConnectionCount::enter() {
  const std::lock_guard lock(mutex_);
  if (open_ >= max_) return false;
  ++open_;
  return true;
}

void ConnectionCount::leave() {
  const std::lock_guard lock(mutex_);
  GROUPY_CHECK(open_ > 0, "who leaves has entered");
  if (--open_ == 0) changed_.notify_all();
}

bool ConnectionCount::wait_until_none(Clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_until(lock, deadline, [this] { return open_ == 0; });
}

// Neither call below ends a connection at once: cancelled operations complete later, so the set
// does not change under the loop.
void Connections::sweep(Clock::time_point now) {
  for (OpenConnection* connection : open_) {
    if (connection->deadline() <= now) connection->on_late();
  }
}

void Connections::stop() {
  is_stopping_ = true;
  for (OpenConnection* connection : open_) connection->on_stop();
}

}  // namespace groupy::http
