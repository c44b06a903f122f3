// A member that leads a group of its own, without a log: what the service sees of generation 3.
//
// Everything that is submitted is stable at once; reads are confirmed, refused or left waiting as
// the test wants. Thread: the group thread; what is atomic may be set and read by the test's.
#pragma once

#include <atomic>
#include <utility>

#include "gms/member.h"

namespace groupy::kvstore {

class LoneLeader final : public gms::Member {
 public:
  enum class Reads { confirmed, refused, unanswered };

  LoneLeader(gms::ViewMember self, gms::Sequence applied)
      : self_(std::move(self)), sequence_(applied) {}

  gms::Submitted submit(gms::Payload payload) override {
    sequence_ = sequence_.next();
    const gms::Origin origin{self_.directory, gms::StartCount{1}, sequence_.value()};
    effects_.push_back(gms::HandOver{{{sequence_, origin, std::move(payload)}}});
    return origin;
  }
  void confirm_read(gms::ReadId id) override {
    if (reads == Reads::confirmed) effects_.push_back(gms::ReadConfirmed{id, sequence_});
    if (reads == Reads::refused) effects_.push_back(gms::ReadRefused{id});
  }
  void forget_read(gms::ReadId) override { ++forgotten; }
  void applied(gms::Sequence sequence) override { applied_up_to = sequence.value(); }
  bool hand_over_lead(std::optional<gms::NodeId> to) override { return to == gms::NodeId{2}; }

  // A view takes its own place in the order.
  void install_view() {
    sequence_ = sequence_.next();
    gms::View view;
    view.number = gms::ViewNumber{sequence_.value()};
    view.leader = self_.id;
    view.members = {self_};
    view_ = std::make_shared<const gms::View>(view);
    effects_.push_back(gms::HandOver{{{sequence_, {}, {}}}});
    effects_.push_back(gms::InstallView{view_});
  }

  gms::Effects take_effects() override { return std::exchange(effects_, {}); }
  gms::MemberStatus status() const override {
    gms::MemberStatus status;
    status.view = view_;
    if (is_leading) status.leader = self_.id;
    status.is_leading = is_leading;
    status.has_state = true;
    status.stable = status.sequence = sequence_;
    status.synced = sequence_;
    status.ballot = gms::Ballot{ballot};
    status.progress = {{gms::NodeId{2}, gms::Sequence{1}, gms::Time{}}};
    return status;
  }
  void receive(gms::NodeId, gms::Frame) override {}
  void link_up(const gms::ViewMember&) override {}
  void link_lost(gms::NodeId) override {}
  void snapshot_done(const gms::Origin&, std::optional<gms::Payload>) override {}
  void tick(gms::Time) override {}
  void check_invariants() const override {}

  std::atomic<Reads> reads = Reads::confirmed;
  std::atomic<bool> is_leading = true;
  std::atomic<std::uint64_t> ballot = 1;
  std::atomic<std::uint64_t> applied_up_to = 0;
  std::atomic<int> forgotten = 0;

 private:
  const gms::ViewMember self_;
  gms::Sequence sequence_;
  gms::SharedView view_;
  gms::Effects effects_;
};

}  // namespace groupy::kvstore
