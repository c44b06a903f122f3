#include "gms/gms1/state_transfer.h"

#include "gms/check.h"

namespace groupy::gms1 {

namespace {
// What a kept delivery costs beside its bytes, so that many empty ones are bounded too.
constexpr std::size_t kKeptOverheadBytes = 128;
}  // namespace

bool StateTransfer::may_order_request(gms::Time now) {
  if (!requests_.empty() && now - ordered_at_ < kAnswerLimit) return false;
  requests_.clear();
  ordered_at_ = now;
  return true;
}

bool StateTransfer::should_ask(gms::Time now) const {
  if (has_state_) return false;
  return now - asked_at_ >= (request_delivered_ ? kAnswerLimit : kAskAgainAfter);
}

void StateTransfer::asked(const gms::Origin& request, gms::Time now) {
  asked_ = request;
  asked_at_ = now;
  request_delivered_ = false;
  kept_.clear();
  kept_bytes_ = 0;
}

bool StateTransfer::on_message(const gms::Message& message, gms::Effects& effects) {
  if (const auto* application = std::get_if<gms::ApplicationMessage>(&message.content)) {
    return on_application(message, application->payload, effects);
  }
  if (const auto* state = std::get_if<gms::StateMessage>(&message.content)) {
    on_state(*state, effects);
  } else {
    on_request(message.origin, effects);
  }
  return false;
}

bool StateTransfer::on_application(const gms::Message& message, const gms::Payload& payload,
                                   gms::Effects& effects) {
  if (has_state_) {
    deliver(message.origin, payload, effects);
    return false;
  }
  // Before our request the message is part of the state that we shall get.
  if (!request_delivered_) return false;
  kept_bytes_ += payload.size() + kKeptOverheadBytes;
  if (kept_bytes_ > kept_bytes_max_) return true;
  kept_.push_back(gms::Delivery{gms::Sequence{}, message.origin, payload});
  return false;
}

void StateTransfer::on_request(const gms::Origin& request, gms::Effects& effects) {
  if (asked_ == request) {
    request_delivered_ = true;
    return;
  }
  if (!has_state_) return;
  std::erase_if(requests_, [&](const auto& entry) {
    return entry.first.directory == request.directory;  // it asked again: the old one is void
  });
  if (requests_.size() == gms::kMembersMax) requests_.clear();  // all of them were given up
  requests_[request] = delivered_;
  effects.push_back(gms::TakeSnapshot{request});
}

void StateTransfer::on_state(const gms::StateMessage& state, gms::Effects& effects) {
  requests_.erase(state.request);
  if (has_state_ || !request_delivered_ || asked_ != state.request) return;
  has_state_ = true;
  delivered_ = state.sequence;
  effects.push_back(gms::InstallSnapshot{state.sequence, state.state});
  for (gms::Delivery& kept : kept_) deliver(kept.origin, std::move(kept.payload), effects);
  kept_.clear();
  kept_bytes_ = 0;
  asked_.reset();
}

void StateTransfer::deliver(const gms::Origin& origin, gms::Payload payload,
                            gms::Effects& effects) {
  delivered_ = delivered_.next();
  if (effects.empty() || !std::holds_alternative<gms::HandOver>(effects.back())) {
    effects.push_back(gms::HandOver{});
  }
  auto& batch = std::get<gms::HandOver>(effects.back()).deliveries;
  batch.push_back(gms::Delivery{delivered_, origin, std::move(payload)});
}

std::optional<gms::StateMessage> StateTransfer::answer(const gms::Origin& request,
                                                       gms::Payload state) const {
  const auto at = requests_.find(request);
  if (at == requests_.end()) return std::nullopt;
  return gms::StateMessage{request, at->second, std::move(state)};
}

void StateTransfer::check_invariants() const {
  GROUPY_CHECK(!has_state_ || kept_.empty(), "deliveries are kept though the state is here");
  GROUPY_CHECK(kept_bytes_ <= kept_bytes_max_ || asked_, "more is kept than the bound allows");
  GROUPY_CHECK(requests_.size() <= gms::kMembersMax, "too many state requests are remembered");
  for (const auto& [request, place] : requests_) {
    GROUPY_CHECK(place <= delivered_, "a state was asked for at a place that was not reached");
  }
}

}  // namespace groupy::gms1
