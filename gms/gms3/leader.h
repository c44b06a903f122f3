// A member that leads one ballot: orders submissions, feeds the others, tells what is stable.
//
// It begins with a message of its own view and counts nothing as stable before that is. A leader is
// over when a higher ballot is promised or a majority is out of contact; it is then destroyed, and
// what it had not ordered comes again from its origins. Thread: one at a time.
#pragma once

#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "gms/gms3/catch_up.h"
#include "gms/gms3/contacts.h"
#include "gms/gms3/handover.h"
#include "gms/gms3/options.h"
#include "gms/gms3/own_log.h"
#include "gms/gms3/reads.h"
#include "gms/gms3/stability.h"
#include "gms/routed_frame.h"

namespace groupy::gms3 {

class Leader {
 public:
  // Appends the own-view message. `stable` was stable already.
  Leader(gms::NodeId self, gms::Ballot ballot, gms::Sequence stable, const Windows& windows,
         OwnLog& log, Outbox& outbox, const std::string& reason);

  gms::Ballot ballot() const { return ballot_; }
  gms::Sequence stable() const { return stable_; }
  gms::Sequence own_view() const { return own_view_; }
  bool is_serving() const { return stable_ >= own_view_; }
  gms::Sequence acknowledged_by(gms::NodeId member) const {
    return stability_.acknowledged_by(member);
  }

  // A submission, with its origin, of this member or of another.
  void order(gms::Payload payload);
  // Whether enough of those who are there have room for more on their disks, as far as they say.
  bool has_space(const Contacts& contacts, gms::Time now) const;
  // Whether this member's word counts, as far as it says.
  bool counts(gms::NodeId member) const;
  // Whether new submissions are welcome.
  void set_admission(gms::Admission admission) { admission_ = admission; }
  gms::Admission admission() const { return admission_; }
  // A batch of reads came to this member, or to another that asks for it.
  void ask_read(gms::NodeId reader, std::uint64_t number);
  // Those that may be answered now.
  std::vector<Confirmations::Asked> take_confirmed() {
    return confirmations_.take_confirmed(log_.voters());
  }

  void on_ack(gms::NodeId from, const gms::AckFrame& frame, gms::Time now);
  // This member can be reached again; what was under way to it may be lost.
  void on_reached(gms::NodeId member);
  // It is an old copy of who acknowledged.
  void on_old_copy(gms::NodeId member) { stability_.forget(member); }
  // What could not be read of the log may be readable now.
  void on_log_changed();
  void on_log_read(gms::NodeId member, std::vector<gms::Record> records, gms::Time now);
  // What is on disk here, and what the others said, is looked at; what follows from it is sent.
  // Up to `sound` it can be read, too.
  void flush(gms::Sequence sound, const Contacts& contacts, gms::Time now,
             gms::Time heartbeat_every);

  Handover& handover() { return handover_; }
  // Whom to hand over to if nobody is named: who has space, and most of the log. Nothing if nobody
  // is there.
  std::optional<gms::NodeId> best_successor(const Contacts& contacts, gms::Time now) const;
  // Whether a majority without this member has more on disk than it.
  bool is_outrun() const;

 private:
  void order_waiting();
  void feed(gms::NodeId member, Feed& feed, gms::Time now, gms::Time heartbeat_every);
  void send(gms::NodeId member, Feed& feed, std::vector<gms::Record> records, gms::Time now);

  const gms::NodeId self_;
  const gms::Ballot ballot_;
  const Windows& windows_;
  OwnLog& log_;
  Outbox& outbox_;
  gms::Sequence own_view_;
  gms::Sequence stable_;
  Stability stability_;
  Confirmations confirmations_;
  Handover handover_;
  gms::Admission admission_ = gms::Admission::welcome;
  // Each submission waits once, however often it comes, so this is bounded by what each member may
  // have under way.
  std::deque<gms::Payload> waiting_;
  Origins taken_;  // what is in the log, and what waits
  // What each was told last, beside records.
  struct Told {
    gms::Sequence stable;
    std::uint64_t round = 0;
    gms::Admission admission = gms::Admission::welcome;
  };
  struct Member {
    Feed feed;
    Told told;
    bool counts = true;
    std::uint64_t feed_number = 1;
  };
  std::map<gms::NodeId, Member> members_;
};

}  // namespace groupy::gms3
