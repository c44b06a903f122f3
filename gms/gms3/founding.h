// How a group comes into being: once, by all of its founding members, or not at all.
//
// The first of the list draws the group's id and the first view when every listed member has an
// empty directory and is there; all have both on disk and say so before anybody serves. From then
// on an empty directory is no founding member's any more: two wiped disks with their old start
// lines would otherwise found a new, empty group with a majority. *Pending* is who has the view and
// was not told that all have it: empty for that group alone. Thread: one at a time.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "gms/gms3/options.h"
#include "gms/gms3/outbox.h"
#include "gms/gms3/own_log.h"

namespace groupy::gms3 {

class Founding {
 public:
  Founding(const MemberOptions& options, OwnLog& log, Outbox& outbox);

  gms::Stage stage() const { return stage_; }
  bool is_founded() const { return stage_ == gms::Stage::founded; }
  // None while empty.
  const gms::GroupId& group() const { return group_; }

  void start();
  void link_up(const gms::ViewMember& peer);
  void link_lost(gms::NodeId peer) { here_.erase(peer); }
  void on(gms::NodeId from, const gms::GreetingFrame& frame);
  // Something came to be on disk.
  void persisted();
  // Tells a member where this one stands.
  void greet(gms::NodeId peer);

 private:
  struct Peer {
    gms::ViewMember member;
    std::optional<gms::Stage> stage;  // once it has greeted
  };
  bool is_first() const;
  // It has the first view, and cannot read it.
  bool is_blind() const {
    return !group_.is_none() && log_.view() == nullptr && log_.last().sequence > gms::Sequence{};
  }
  void see_again(const gms::GreetingFrame& frame);
  bool is_list_of(const gms::View& view) const;
  void on_founded(const gms::GreetingFrame& frame);
  void on_pending(gms::NodeId from, const gms::GreetingFrame& frame);
  void found_if_all_are_here();
  void take(const gms::View& view);
  void finish_if_all_have_it();
  void greet_all();
  gms::View first_view() const;

  const gms::ViewMember self_;
  const std::vector<gms::ViewMember> founders_;
  const gms::GroupId fresh_group_;
  OwnLog& log_;
  Outbox& outbox_;
  gms::Stage stage_ = gms::Stage::empty;
  gms::GroupId group_;
  bool is_taking_ = false;            // the view is being written
  std::map<gms::NodeId, Peer> here_;  // with a link
  std::set<gms::NodeId> confirmed_;   // of the others, that they have the view
};

}  // namespace groupy::gms3
