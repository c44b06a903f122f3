// Generation 1 of the group service: no failure is handled.
//
// A leader and workers. Any member hands a message to the leader, the leader sends it to all in one
// order. A node joins by asking any member; it goes to the end of the list, and the view that the
// leader multicasts is its invitation. When the leader dies, everything stops: nobody notices,
// nobody leads. In memory only; a restarted process is a new member.
#pragma once

#include <map>
#include <optional>

#include "gms/gms1/leader.h"
#include "gms/gms1/state_transfer.h"
#include "gms/gms1/worker.h"
#include "gms/member.h"

namespace groupy::gms1 {

struct MemberOptions {
  gms::ViewMember self;
  bool founds = false;  // lead a new group, alone at first; otherwise join whom we get linked with
  gms::GroupId group;   // of the group to found; random, not none
};

class Member final : public gms::Member {
 public:
  explicit Member(MemberOptions options);

  gms::Submitted submit(gms::Payload payload) override;
  void receive(gms::NodeId from, gms::Frame frame) override;
  void link_up(const gms::ViewMember& peer) override;
  void link_lost(gms::NodeId peer) override;
  void snapshot_done(const gms::Origin& request, std::optional<gms::Payload> state) override;
  void tick(gms::Time now) override;
  gms::Effects take_effects() override;
  gms::MemberStatus status() const override;
  void check_invariants() const override;

  StateTransfer& state_transfer() { return state_transfer_; }

 private:
  void on(gms::NodeId from, const gms::SubmitFrame& frame);
  void on(gms::NodeId from, const gms::MulticastFrame& frame);
  void on(gms::NodeId from, gms::ViewFrame frame);
  void on(gms::NodeId from, gms::JoinFrame frame);
  void on(gms::NodeId from, gms::ContactsFrame frame);
  void on(gms::NodeId from, const gms::RoutedFrame& frame);

  bool is_in_group() const { return leader_ || worker_; }
  bool is_from_leader(gms::NodeId from) const;
  void ask_to_join(gms::NodeId peer);
  void ask_for_state();
  gms::Origin originate(gms::Message message);
  void order(const gms::Message& message);
  void deliver(const gms::Message& message);
  void install(const gms::View& view);

  const gms::ViewMember self_;
  std::optional<Leader> leader_;  // exactly one of these once we are in the group
  std::optional<Worker> worker_;
  StateTransfer state_transfer_;
  gms::SharedView installed_;
  std::uint64_t counter_ = 0;

  // Whom we can reach, and, before we are in the group, when we asked all of them last.
  std::map<gms::NodeId, gms::DirectoryId> linked_;
  gms::Time asked_at_{};
  gms::Time now_{};

  gms::Effects effects_;
};

}  // namespace groupy::gms1
