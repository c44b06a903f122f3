// From a request's head to its answer, or to what must be waited for first.
//
// The one way in for connections: checks framing and host, routes, and leaves the rest to the api_*
// files. Pure but for a counter of requests: no socket, no clock. Thread: any number at once.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/incoming.h"
#include "http/router.h"

namespace groupy::http {

struct HandlerOptions {
  HostRules hosts;
  Limits limits;
  std::uint64_t request_id_seed = 0;  // unlike that of any other start
};

// What the head of a request led to.
struct Begun {
  Framing framing;  // empty if it was wrong
  Step step;
};

class Handler {
 public:
  // `store` must outlive the handler.
  Handler(HandlerOptions options, const kvstore::Store& store);

  // What can be answered now is; what takes time comes back as a call, before the body is read.
  // `is_confirmed`: everything done before the request can be read here.
  Begun begin(const Request& request, bool is_confirmed = false) const;

  // Adds what every answer carries; `request` is null if none could be read.
  void stamp(Answer& answer, const Request* request) const;

  // From now on this replica calls itself not ready.
  void set_stopping() { is_stopping_ = true; }

  const Limits& limits() const { return options_.limits; }

 private:
  Step route(const Request& request, const Target& target, const Framing& framing,
             bool is_confirmed) const;
  Step run(Endpoint endpoint, const Incoming& incoming) const;
  std::string next_request_id() const;

  const HandlerOptions options_;
  const kvstore::Store& store_;
  std::atomic<bool> is_stopping_ = false;
  mutable std::atomic<std::uint64_t> requests_ = 0;
};

}  // namespace groupy::http
