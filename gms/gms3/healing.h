// How a member gets damaged records back: from any other that has them, whoever leads.
//
// A record is asked for by what identifies it, its sequence and checksum, and with it as many in
// front of it as are damaged too: they are what it names. So an answer needs no trust, and no
// leader: two members that are damaged in different places heal each other. One question is under
// way at a time; when nobody could help, all are asked again later. Thread: one at a time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "gms/gms3/damages.h"
#include "gms/gms3/options.h"
#include "gms/gms3/outbox.h"

namespace groupy::gms3 {

// So many records are asked for at once.
constexpr std::uint64_t kHealedAtOnceMax = 256;

class Healing {
 public:
  explicit Healing(const Timing& timing) : timing_(timing) {}

  // There is nothing to ask for any more.
  void forget_question() { question_.reset(); }
  // Asks the next of `others` for the next damage, if it is time to. There is one.
  void tick(gms::Time now, const Damages& damages, const std::vector<gms::NodeId>& others,
            Outbox& outbox);
  // Somebody is there who was not asked yet, or a way to who was asked in vain.
  void link_up() {
    question_.reset();
    fruitless_ = 0;
    rests_until_ = {};
  }
  // Whether there are records to put back, should they be damaged still: an answer may be late, and
  // is good all the same.
  bool take(gms::NodeId from, const gms::HealAnswerFrame& frame);
  // They are written under this ticket, and the last one has this checksum: the log will say what
  // is still damaged.
  void writes(gms::Ticket ticket, gms::Checksum last);
  void persisted(gms::Ticket ticket);

 private:
  struct Question {
    gms::NodeId to;
    gms::HealRequestFrame frame;
    gms::Time asked_at{};
    bool is_answered = false;  // without records
  };
  void next_one(gms::Time now, std::size_t questions);

  const Timing timing_;
  std::optional<Question> question_;
  std::optional<gms::Ticket> writing_;
  std::optional<gms::Checksum> put_back_;
  std::size_t turn_ = 0;       // whose it is to be asked, and about which damage
  std::size_t fruitless_ = 0;  // questions in a row
  gms::Time rests_until_{};
};

// Reads records of this member's log for others whose log is damaged: one question of each at a
// time.
class Donor {
 public:
  explicit Donor(const Windows& windows) : windows_(windows) {}

  void on(gms::NodeId from, const gms::HealRequestFrame& frame, gms::Sequence last, Outbox& outbox);
  void on_log_read(gms::NodeId member, std::vector<gms::Record> records, Outbox& outbox);

 private:
  const Windows& windows_;
  std::map<gms::NodeId, gms::HealRequestFrame> reading_;
};

}  // namespace groupy::gms3
