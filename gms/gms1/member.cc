#include "gms/gms1/member.h"

#include "gms/check.h"

namespace groupy::gms1 {

Member::Member(MemberOptions options)
    : self_(std::move(options.self)), state_transfer_(options.founds) {
  if (!options.founds) return;
  GROUPY_CHECK(!options.group.is_none(), "a group is founded without an id");
  gms::View first;
  first.group = options.group;
  first.number = gms::ViewNumber{1};
  first.leader = self_.id;
  first.members = {self_};
  first.reason = "node " + std::to_string(self_.id.value()) + " founded the group";
  leader_.emplace(std::move(first));
  install(leader_->view());
}

gms::Submitted Member::submit(gms::Payload payload) {
  if (!state_transfer_.has_state()) return gms::Refusal::not_ready;
  return originate({{}, gms::ApplicationMessage{std::move(payload)}});
}

gms::Origin Member::originate(gms::Message message) {
  message.origin = gms::Origin{self_.directory, gms::StartCount{1}, ++counter_};
  const gms::Origin origin = message.origin;
  if (leader_) {
    order(message);
  } else {
    worker_->hand_over(gms::SubmitFrame{std::move(message)}, effects_);
  }
  return origin;
}

void Member::order(const gms::Message& message) {
  leader_->multicast(message, effects_);
  deliver(message);
}

void Member::deliver(const gms::Message& message) {
  if (state_transfer_.on_message(message, effects_)) ask_for_state();
}

void Member::receive(gms::NodeId from, gms::Frame frame) {
  std::visit([&](auto& content) { on(from, std::move(content)); }, frame);
}

void Member::on(gms::NodeId from, const gms::SubmitFrame& frame) {
  if (!leader_ || !leader_->accepts(from, frame.message)) return;
  // The first answer to a state request is the one that counts: sending the others to everybody
  // would only fill the links.
  const auto* state = std::get_if<gms::StateMessage>(&frame.message.content);
  if (state != nullptr && !state_transfer_.is_open(state->request)) return;
  if (std::holds_alternative<gms::StateRequest>(frame.message.content) &&
      !state_transfer_.may_order_request(now_)) {
    return;  // it asks again
  }
  order(frame.message);
}

void Member::on(gms::NodeId from, const gms::MulticastFrame& frame) {
  if (is_from_leader(from)) deliver(frame.message);
}

bool Member::is_from_leader(gms::NodeId from) const {
  const auto link = linked_.find(from);
  return worker_ && link != linked_.end() && worker_->is_leader(link->second);
}

void Member::on(gms::NodeId from, gms::ViewFrame frame) {
  if (worker_) {
    if (is_from_leader(from) && worker_->on_view(std::move(frame.view))) {
      install(worker_->view());
    }
    return;
  }
  // The invitation: only a leader that lists this very process may give it.
  if (leader_ || frame.view.leader != from || !frame.view.find(self_.directory)) return;
  worker_.emplace(std::move(frame.view));
  install(worker_->view());
  ask_for_state();
}

void Member::on(gms::NodeId from, gms::JoinFrame frame) {
  if (leader_) {
    if (leader_->on_join(frame.joiner, effects_)) install(leader_->view());
    return;
  }
  if (!worker_ || is_from_leader(from)) return;  // a join is handed on once, by a worker
  if (from == frame.joiner.id) {
    effects_.push_back(gms::Send{from, gms::ContactsFrame{worker_->view()}});
  }
  worker_->hand_over(std::move(frame), effects_);
}

void Member::on(gms::NodeId, gms::ContactsFrame frame) {
  if (!is_in_group()) effects_.push_back(gms::Meet{std::move(frame.view.members)});
}

void Member::on(gms::NodeId, const gms::RoutedFrame&) {}  // of another generation

void Member::link_up(const gms::ViewMember& peer) {
  if (leader_ && leader_->on_link_up(peer, effects_)) install(leader_->view());
  linked_[peer.id] = peer.directory;
  // Whoever it is may be a joiner like us, who cannot take us in: so ask each one, not the first.
  if (!is_in_group()) ask_to_join(peer.id);
}

void Member::link_lost(gms::NodeId peer) {
  // Generation 1 does not care who is gone; only whom a frame can reach.
  if (leader_) leader_->on_link_lost(peer);
  linked_.erase(peer);
}

void Member::snapshot_done(const gms::Origin& request, std::optional<gms::Payload> state) {
  if (!state) return;  // another member may be able to answer
  auto answer = state_transfer_.answer(request, std::move(*state));
  if (answer) originate({{}, std::move(*answer)});
}

void Member::tick(gms::Time now) {
  now_ = now;
  if (is_in_group()) {
    if (state_transfer_.should_ask(now)) ask_for_state();
    return;
  }
  if (now - asked_at_ < kAskAgainAfter) return;
  asked_at_ = now;
  for (const auto& [peer, directory] : linked_) ask_to_join(peer);
}

void Member::ask_to_join(gms::NodeId peer) {
  effects_.push_back(gms::Send{peer, gms::JoinFrame{self_}});
}

void Member::ask_for_state() {
  // The request must be known before it is ordered: a leader delivers it to itself at once.
  state_transfer_.asked(gms::Origin{self_.directory, gms::StartCount{1}, counter_ + 1}, now_);
  originate({{}, gms::StateRequest{}});
}

void Member::install(const gms::View& view) {
  installed_ = std::make_shared<const gms::View>(view);
  effects_.push_back(gms::InstallView{installed_});
}

gms::Effects Member::take_effects() {
  return std::exchange(effects_, {});
}

gms::MemberStatus Member::status() const {
  gms::MemberStatus status;
  status.view = installed_;
  if (installed_) status.leader = installed_->leader;
  status.is_leading = leader_.has_value();
  status.has_state = state_transfer_.has_state();
  status.stable = state_transfer_.delivered();
  status.handed_over = state_transfer_.delivered();
  return status;
}

void Member::check_invariants() const {
  GROUPY_CHECK(!(leader_ && worker_), "a member leads and works at once");
  GROUPY_CHECK(is_in_group() == (installed_ != nullptr), "a member without a view, or the reverse");
  if (installed_) {
    GROUPY_CHECK(installed_->find(self_.directory) != nullptr, "a member is not in its own view");
    GROUPY_CHECK(installed_->find(installed_->leader) != nullptr, "the leader is not in the view");
  }
  if (leader_) leader_->check_invariants();
  state_transfer_.check_invariants();
}

}  // namespace groupy::gms1
