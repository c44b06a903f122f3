// Whether this replica lives, may be sent requests, and what it is.
//
// Thread: one HTTP thread.
#pragma once

#include "http/incoming.h"

namespace groupy::http {

// GET /livez: this thread answers.
Step show_alive(const Incoming& incoming);

// GET /readyz: a view with a leader is installed, the state is there and nearly up to date, and the
// server is not about to stop.
Step show_ready(const Incoming& incoming, bool is_stopping);

// GET /version.
Step show_version(const Incoming& incoming);

// How far the applied state may be behind the stable sequence for a replica to be ready.
constexpr std::uint64_t kReadyLagMax = 1'000;

}  // namespace groupy::http
