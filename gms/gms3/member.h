// Generation 3 of the group service: never out of sync, whatever dies.
//
// Messages and views are numbered records of one log. A leader, chosen by the promises of a
// majority, orders; what a majority has on disk is stable and delivered, by all, whoever leads
// next. The pieces have their own state and know nothing of each other; here is only who hears of
// what. docs/protocol.md has the rules, and what each of them prevents.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>

#include "gms/gms3/contacts.h"
#include "gms/gms3/deliveries.h"
#include "gms/gms3/ends.h"
#include "gms/gms3/founding.h"
#include "gms/gms3/healing.h"
#include "gms/gms3/leader.h"
#include "gms/gms3/options.h"
#include "gms/gms3/peers.h"
#include "gms/gms3/succession.h"
#include "gms/gms3/worker.h"
#include "gms/member.h"
#include "gms/record_format.h"

namespace groupy::gms3 {

class Member final : public gms::Member {
 public:
  // `format` must outlive this.
  Member(MemberOptions options, const gms::RecordFormat& format);

  gms::Submitted submit(gms::Payload payload) override;
  void receive(gms::NodeId from, gms::Frame frame) override;
  void link_up(const gms::ViewMember& peer) override;
  void link_lost(gms::NodeId peer) override;
  void snapshot_done(const gms::Origin&, std::optional<gms::Payload>) override {}
  void tick(gms::Time now) override;
  void persisted(gms::Ticket ticket) override;
  void log_read(const gms::LogReader& reader, std::vector<gms::Record>&& records) override;
  void damaged(gms::Ticket ticket, std::vector<gms::Damage>&& damages) override;
  void heard(gms::NodeId peer) override;
  void applied(gms::Sequence sequence) override { deliveries_.applied(sequence); }
  void confirm_read(gms::ReadId id) override;
  void forget_read(gms::ReadId id) override { reads_.forget(id); }
  void space(bool has_space) override { has_space_ = has_space; }
  bool hand_over_lead(std::optional<gms::NodeId> to) override;
  gms::Effects take_effects() override;
  gms::MemberStatus status() const override;
  std::optional<gms::Time> wake_at() const override;
  void check_invariants() const override;

 private:
  void on(gms::NodeId from, const gms::GreetingFrame& frame);
  void on(gms::NodeId, const gms::StandingFrame&) {}  // note_standing() has it
  void on(gms::NodeId from, const gms::AppendFrame& frame);
  void on(gms::NodeId from, const gms::AckFrame& frame);
  void on(gms::NodeId from, const gms::SupersededFrame& frame);
  void on(gms::NodeId from, const gms::PreVoteFrame& frame);
  void on(gms::NodeId from, const gms::PreVoteAnswerFrame& frame);
  void on(gms::NodeId from, gms::VoteRequestFrame frame);
  void on(gms::NodeId from, const gms::VoteFrame& frame);
  void on(gms::NodeId from, const gms::SubmissionsFrame& frame);
  void on(gms::NodeId from, const gms::ReadRequestFrame& frame);
  void on(gms::NodeId from, const gms::ReadAnswerFrame& frame);
  void on(gms::NodeId from, const gms::PermitFrame& frame);
  void on(gms::NodeId from, const gms::DismissFrame& frame);
  void on(gms::NodeId from, const gms::HealRequestFrame& frame);
  void on(gms::NodeId from, const gms::HealAnswerFrame& frame);

  void begin_if_founded();
  std::size_t rank_without(gms::NodeId lost) const;
  bool is_member(gms::NodeId link) const;
  bool is_of_present_life(const gms::RoutedFrame& frame, gms::NodeId link);
  bool may_follow(gms::NodeId from, const gms::AppendFrame& frame);
  bool found_way(gms::NodeId peer, gms::NodeId relay);
  void reached(gms::NodeId peer);
  void note_contact(gms::NodeId peer, gms::NodeId link);
  void repeat_if_lost();
  void leader_lost(const std::string& why);
  void stop_leading(const std::string& why);
  void obey_promise();
  void lead_if_won();
  void relieve_leader();
  void declare_whole_if_so();
  void refuse_old_copy(gms::NodeId peer, const std::string& why);
  gms::StandingFrame standing() const;
  void tell_standing();
  void note_standing(gms::NodeId peer, const gms::GroupFrame& any);
  bool is_disowned_by(const std::vector<gms::Record>& records);
  void ask_for_healing();
  gms::Sequence sound() const { return log_.sound(deliveries_.handed_over()); }

  Situation situation() const;
  std::optional<gms::NodeId> living_leader() const;
  bool has_majority() const;
  bool has_delivered_own_view() const;
  gms::Time heartbeat_every() const { return options_.timing.suspect_after / 4; }

  void flush();
  void flush_leader();
  void flush_worker();
  void flush_reads();
  void answer_reads();
  void deliver();
  void install(gms::SharedView view);

  static constexpr gms::Time kLongestFrame = std::chrono::seconds(5);

  const MemberOptions options_;
  const gms::NodeId self_;
  Outbox outbox_;
  OwnLog log_;
  Founding founding_;
  Succession succession_;
  Submissions submissions_;
  Reads reads_;
  Deliveries deliveries_;
  Contacts contacts_;
  Contacts direct_;   // over their own links
  Contacts through_;  // on the way over two links that is used
  std::map<gms::NodeId, gms::ViewMember> links_;
  Peers peers_;
  Ends ends_;
  Healing healing_;
  Donor donor_;
  std::set<gms::NodeId> old_copies_;  // whose word is worth nothing, while their links last
  gms::Time told_standing_at_{};

  // At most one of these.
  std::optional<Leader> leader_;
  std::optional<Worker> worker_;
  gms::Time leads_since_{};
  gms::Time leader_heard_{};   // the leader that this member follows
  gms::Time leader_framed_{};  // its last frame, as a whole
  gms::Time answered_at_{};
  bool is_leader_gone_ = false;
  gms::Time led_at_{};  // when there was a living leader last
  // What was under way to the leader when that was looked at last.
  struct UnderWay {
    gms::Time looked_at{};
    std::uint64_t submission = 0;
    std::uint64_t read = 0;
  };
  UnderWay under_way_;
  std::string reason_;  // why there will be another leader, for people

  gms::Time now_{};
  gms::Time slept_at_ = -kLongestFrame;  // when others were last given time because of that
  gms::Sequence stable_;
  gms::SharedView installed_;
  bool is_damaged_ = false;  // another one could not be fed from this log
  bool may_miss_records_;    // what it promised may be missing from its log: it does not vote
  gms::StartCount lost_in_;  // the last life that knew of such a loss
  // This directory is an old copy: why, and once this is on disk, this life is over.
  struct Disowned {
    gms::Ticket ticket;
    std::string why;
  };
  std::optional<Disowned> disowned_;
  std::optional<gms::Ticket> whole_;  // nothing is missing any more, once this is on disk
  bool has_begun_ = false;            // to look for a leader, being founded
  // What was stable when this life first knew; its state is current once that is applied.
  std::optional<gms::Sequence> catch_up_to_;
  bool has_caught_up_ = false;
  bool has_space_ = true;
  std::optional<gms::Time> relieved_at_;  // when it gave the lead away because of its disk
  std::optional<gms::Time> alarmed_at_;   // when it said that it would, and nobody could take it
};

}  // namespace groupy::gms3
