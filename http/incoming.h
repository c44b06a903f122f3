// A routed request as its handler gets it, and what the handler makes of it.
//
// Handlers are pure: they read the store, but what takes time is only described (a call) and
// carried out by the connection, which then has the outcome rendered. Thread: one HTTP thread.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>

#include "http/answer.h"
#include "http/framing.h"
#include "http/limits.h"
#include "http/request.h"
#include "http/target.h"
#include "kvstore/store.h"

namespace groupy::http {

struct Incoming {
  const Request& request;
  const Framing& framing;
  const Parameters& parameters;  // known to the call, none repeated
  const std::string& key;        // decoded; empty where the call has none
  const kvstore::Store& store;
  const kvstore::StoreStatus& status;
  const Limits& limits;
};

// Order this command; its value, if it is a put, is the request's body, which is not read yet.
struct WriteCall {
  kvstore::Operation operation = kvstore::Operation::put;
  std::string key;
  std::chrono::milliseconds limit{};
  kvstore::GroupSettings settings{};  // what the head was measured by, and the body will be
  kvstore::Condition condition{};
  std::optional<kvstore::RequestId> request{};  // points into the request
};

// Wait for the digest at this sequence.
struct DigestCall {
  gms::Sequence sequence;
  std::chrono::milliseconds limit{};
};

// Wait for this revision, then begin again.
struct ReachCall {
  kvstore::Revision revision;
  std::chrono::milliseconds limit{};
};

using Step = std::variant<Answer, WriteCall, DigestCall, ReachCall>;

// The time limit that the request asks for, or the default.
std::variant<std::chrono::milliseconds, Refusal> time_limit_of(const Incoming& incoming);

// Whether the switch is given and on.
std::variant<bool, Refusal> switch_of(const Incoming& incoming, std::string_view name);

// Nothing if reading what was applied here answers the request; generations 1 and 2 promise no more
// than that, and say so in the answer.
std::optional<Refusal> check_consistency(const Incoming& incoming);

// What a read with ?min_revision= has to wait for, if it has.
std::variant<std::optional<ReachCall>, Refusal> missing_revision(const Incoming& incoming,
                                                                 kvstore::Revision revision);

// The answer to a read whose revision was waited for in vain.
Answer render_unreached(const ReachCall& call, kvstore::NoDigest why);

inline Answer render(const Refusal& refusal) {
  return make_problem(refusal.code, refusal.detail);
}

}  // namespace groupy::http
