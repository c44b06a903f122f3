// How a joiner gets the state, as in the exercise: at a place in the total order.
//
// The joiner multicasts a request. Every other member that delivers it multicasts the state as of
// that place; the joiner takes the first and then delivers what came after its request, which it
// kept meanwhile. So it continues exactly where the state ends: nothing twice, nothing missed.
#pragma once

#include <map>
#include <optional>
#include <vector>

#include "gms/effects.h"

namespace groupy::gms1 {

// After these times a joiner asks again: if its request was not delivered, and if it was.
constexpr gms::Time kAskAgainAfter = std::chrono::seconds(1);
constexpr gms::Time kAnswerLimit = std::chrono::seconds(10);

class StateTransfer {
 public:
  // A founder has the (empty) state; a joiner must ask for it.
  explicit StateTransfer(bool has_state) : has_state_(has_state) {}

  bool has_state() const { return has_state_; }
  // Whether the request was delivered here and nobody's answer to it was yet.
  bool is_open(const gms::Origin& request) const { return requests_.contains(request); }
  // Whether another request may be ordered now. States go to everybody: several large ones at once
  // would fill the links. A request that found no answer in time does not hold up the next.
  bool may_order_request(gms::Time now);
  // Whether a joiner should ask (again): its request was lost or not ordered, or nobody answered.
  bool should_ask(gms::Time now) const;
  gms::Sequence delivered() const { return delivered_; }

  // We multicast this request at `now`; its delivery is the place that counts.
  void asked(const gms::Origin& request, gms::Time now);

  // The next message in the total order: appends what the application must do. True if the joiner
  // had to drop what it kept (more than `kept_bytes_max`) and must ask again.
  [[nodiscard]] bool on_message(const gms::Message& message, gms::Effects& effects);

  // The state that a TakeSnapshot asked for, as the message that answers the request; nothing if
  // somebody else has answered it meanwhile.
  std::optional<gms::StateMessage> answer(const gms::Origin& request, gms::Payload state) const;

  void set_kept_bytes_max(std::size_t bytes) { kept_bytes_max_ = bytes; }
  void check_invariants() const;

 private:
  [[nodiscard]] bool on_application(const gms::Message& message, const gms::Payload& payload,
                                    gms::Effects& effects);
  void on_request(const gms::Origin& request, gms::Effects& effects);
  void on_state(const gms::StateMessage& state, gms::Effects& effects);
  void deliver(const gms::Origin& origin, gms::Payload payload, gms::Effects& effects);

  bool has_state_;
  gms::Sequence delivered_;  // application messages handed over here, or contained in the state

  // The joiner's side.
  std::optional<gms::Origin> asked_;  // our newest request
  gms::Time asked_at_{};
  bool request_delivered_ = false;
  std::vector<gms::Delivery> kept_;  // behind our request; sequences are given later
  std::size_t kept_bytes_ = 0;
  std::size_t kept_bytes_max_ = 64u << 20;

  // The answering side: delivered requests that nobody has answered yet, with the place of each.
  // One per directory at most, kMembersMax in all.
  std::map<gms::Origin, gms::Sequence> requests_;
  gms::Time ordered_at_{};  // at the leader: when the newest of them was
};

}  // namespace groupy::gms1
