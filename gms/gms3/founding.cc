#include "gms/gms3/founding.h"

#include <algorithm>

#include "gms/node_text.h"

namespace groupy::gms3 {

Founding::Founding(const MemberOptions& options, OwnLog& log, Outbox& outbox)
    : self_(options.self),
      founders_(options.founders),
      fresh_group_(options.fresh_group),
      log_(log),
      outbox_(outbox),
      group_(options.recovered.group) {
  if (log_.view() == nullptr) return;
  // A second record exists only if somebody led, and nobody leads before all have the first.
  const bool has_more = log_.last().sequence > gms::Sequence{1};
  stage_ = has_more ? gms::Stage::founded : gms::Stage::pending;
  group_ = log_.view()->group;
}

bool Founding::is_first() const {
  return !founders_.empty() && founders_.front().id == self_.id;
}

void Founding::start() {
  found_if_all_are_here();
  finish_if_all_have_it();
}

void Founding::link_up(const gms::ViewMember& peer) {
  here_[peer.id] = {peer, std::nullopt};
  greet(peer.id);
}

void Founding::greet(gms::NodeId peer) {
  gms::GreetingFrame frame{stage_, group_, std::nullopt};
  if (stage_ != gms::Stage::empty) frame.view = *log_.view();
  outbox_.send(peer, std::move(frame));
}

void Founding::greet_all() {
  for (const gms::NodeId peer : outbox_.reached()) greet(peer);
}

void Founding::on(gms::NodeId from, const gms::GreetingFrame& frame) {
  const auto peer = here_.find(from);
  if (peer != here_.end()) peer->second.stage = frame.stage;
  if (is_founded()) return;
  see_again(frame);
  switch (frame.stage) {
    case gms::Stage::founded:
      on_founded(frame);
      break;
    case gms::Stage::pending:
      on_pending(from, frame);
      break;
    case gms::Stage::empty:
      found_if_all_are_here();
      break;
  }
}

// Another's view, of the same group, stands in for the one that cannot be read, until that is back.
void Founding::see_again(const gms::GreetingFrame& frame) {
  if (!is_blind() || frame.group != group_ || !frame.view) return;
  if (frame.view->find(self_.directory) == nullptr) return;
  log_.borrow_view(*frame.view);
  stage_ = gms::Stage::pending;
  greet_all();
}

void Founding::on_founded(const gms::GreetingFrame& frame) {
  const bool lists_us = frame.view && frame.view->find(self_.directory) != nullptr;
  if (stage_ == gms::Stage::pending && frame.group == group_ && lists_us) {
    stage_ = gms::Stage::founded;
    greet_all();
    return;
  }
  outbox_.push(gms::Stop{"the group " + frame.group.to_hex() + " is founded, and " +
                         gms::node_text(self_.id) +
                         " in it is not this empty directory: if its old directory is lost for "
                         "good, replace the member"});
}

void Founding::on_pending(gms::NodeId from, const gms::GreetingFrame& frame) {
  if (!frame.view || frame.view->find(self_.directory) == nullptr) {
    outbox_.push(gms::Say{true, gms::node_text(from) + " waits for the group " +
                                    frame.group.to_hex() +
                                    " to be founded, which does not list this directory"});
    return;
  }
  if (stage_ == gms::Stage::pending) {
    if (frame.group == group_ && frame.view == *log_.view()) confirmed_.insert(from);
    finish_if_all_have_it();
    return;
  }
  const bool is_from_first = !founders_.empty() && founders_.front().id == from;
  if (!is_from_first || is_first() || is_taking_) return;
  if (!is_list_of(*frame.view) || frame.view->group != frame.group) {
    outbox_.push(gms::Say{
        true, gms::node_text(from) + " founds a group with other members than --group names here"});
    return;
  }
  // Once a group id is on disk here, this directory is for that group alone.
  if (group_.is_none() || group_ == frame.group) take(*frame.view);
}

bool Founding::is_list_of(const gms::View& view) const {
  return std::ranges::equal(view.members, founders_, {}, &gms::ViewMember::id,
                            &gms::ViewMember::id);
}

void Founding::found_if_all_are_here() {
  if (!is_first() || stage_ != gms::Stage::empty || is_taking_ || is_blind()) return;
  for (const gms::ViewMember& founder : founders_) {
    if (founder.id == self_.id) continue;
    const auto peer = here_.find(founder.id);
    if (peer == here_.end() || peer->second.stage != gms::Stage::empty) return;
  }
  take(first_view());
}

gms::View Founding::first_view() const {
  gms::View view;
  view.group = group_.is_none() ? fresh_group_ : group_;
  view.number = gms::ViewNumber{1};
  view.reason = "founded by " + gms::node_text(self_.id);
  for (const gms::ViewMember& founder : founders_) {
    view.members.push_back(founder.id == self_.id ? self_ : here_.at(founder.id).member);
    view.members.back().role = gms::Role::voter;
    view.members.back().incarnation = gms::Incarnation{1};
  }
  return view;
}

void Founding::take(const gms::View& view) {
  group_ = view.group;
  outbox_.push(gms::SaveGroup{log_.writes().next_ticket(), group_});
  log_.append_new(gms::RecordKind::view, gms::Ballot{}, log_.format().encode(view));
  log_.flush();
  is_taking_ = true;
}

void Founding::persisted() {
  // The group's id was written before the record.
  if (!is_taking_ || log_.synced() < gms::Sequence{1}) return;
  is_taking_ = false;
  stage_ = gms::Stage::pending;
  greet_all();
  finish_if_all_have_it();
}

void Founding::finish_if_all_have_it() {
  if (stage_ != gms::Stage::pending || log_.view()->members.front().id != self_.id) return;
  for (const gms::ViewMember& member : log_.view()->members) {
    if (member.id != self_.id && !confirmed_.contains(member.id)) return;
  }
  stage_ = gms::Stage::founded;
  greet_all();
}

}  // namespace groupy::gms3
