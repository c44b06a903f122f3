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
  bool is_confirmed = false;  // everything done before the request can be read here
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

// Wait until everything done before the request can be read here, then begin again, confirmed.
struct ConfirmCall {
  std::chrono::milliseconds limit{};
};

// Wait for this revision, then begin again.
struct ReachCall {
  kvstore::Revision revision;
  std::chrono::milliseconds limit{};
};

// Hand the lead to whom the request's body names, which is not read yet.
struct LeadCall {
  std::chrono::milliseconds limit{};
};

using Step = std::variant<Answer, WriteCall, DigestCall, ConfirmCall, ReachCall, LeadCall>;

enum class Consistency : bool { local, linearizable };

// The time limit that the request asks for, or the default.
std::variant<std::chrono::milliseconds, Refusal> time_limit_of(const Incoming& incoming);

// Whether the switch is given and on.
std::variant<bool, Refusal> switch_of(const Incoming& incoming, std::string_view name);

// What the read is to promise; generations 1 and 2 promise no more than what was applied here.
std::variant<Consistency, Refusal> consistency_of(const Incoming& incoming);

// What a read has to wait for, or why it cannot be answered, when the newest state here has this
// revision; nothing if it can be answered now.
std::optional<Step> wait_before_reading(const Incoming& incoming, Consistency consistency,
                                        kvstore::Revision revision);

// What the answer to a read says of its consistency.
std::string name_of(Consistency consistency);

// The answer to a read that could not be confirmed.
Answer render_unconfirmed(kvstore::ReadFailure why);

// The answer to a read whose revision was waited for in vain.
Answer render_unreached(const ReachCall& call, kvstore::NoDigest why);

inline Answer render(const Refusal& refusal) {
  return make_problem(refusal.code, refusal.detail);
}

}  // namespace groupy::http
