#include "tests/sim/history.h"

namespace groupy::sim {

void must(bool holds, const std::string& what) {
  if (!holds) throw BrokenPromise(what);
}

void History::delivered(gms::NodeId node, const gms::Delivery& delivery) {
  const std::string who = "node " + std::to_string(node.value());
  const std::uint64_t at = delivery.sequence.value();
  must(at >= 1 && at <= order_.size() + 1,
       who + " delivers behind a gap, at " + std::to_string(at));
  if (at == order_.size() + 1) {
    check_new(delivery);
    order_.push_back(delivery);
    return;
  }
  must(order_[at - 1] == delivery,
       who + " delivers something else than others at " + std::to_string(at));
}

void History::check_new(const gms::Delivery& delivery) {
  if (delivery.is_empty_place()) return;
  const std::string message(delivery.payload.bytes());
  must(messages_.insert(message).second, message + " is delivered twice");
  gms::Origin& last = last_of_[delivery.origin.directory];
  const bool is_next = delivery.origin.start == last.start
                           ? delivery.origin.counter == last.counter + 1
                           : delivery.origin.start > last.start && delivery.origin.counter == 1;
  must(is_next, message + " is delivered out of its submitter's order");
  last = delivery.origin;
}

void History::installed(gms::NodeId node, const gms::View& view) {
  const auto [known, is_new] = views_.emplace(view.number, view);
  must(is_new || known->second == view, "two views have the same number");
  newest_view_[node] = view.number;
}

void History::leads(const Life& leader, gms::Ballot ballot) {
  const auto [known, is_new] = leaders_.emplace(ballot, leader);
  must(is_new || known->second == leader,
       "two members, or two lives of one, lead ballot " + std::to_string(ballot.value()));
}

void History::check_nothing_is_lost() const {
  for (const std::string& message : acknowledged_) {
    must(messages_.contains(message), message + " was acknowledged, and is lost");
  }
}

}  // namespace groupy::sim
