#include "gms/gms3/healing.h"

#include <algorithm>
#include <utility>

namespace groupy::gms3 {

namespace {

// From behind: what comes back names what is still missing in front of it.
gms::HealRequestFrame request_for(const gms::Damage& damage) {
  const std::uint64_t last = damage.last.sequence.value();
  const std::uint64_t first = damage.first.value();
  const std::uint64_t from = last - std::min(last - first, kHealedAtOnceMax - 1);
  return {gms::Sequence{from}, damage.last.sequence, damage.last.checksum};
}

}  // namespace

// Everybody is asked about each damage before nobody is for a while.
void Healing::next_one(gms::Time now, std::size_t questions) {
  question_.reset();
  ++turn_;
  if (++fruitless_ < questions) return;
  fruitless_ = 0;
  rests_until_ = now + timing_.standing_every;
}

void Healing::tick(gms::Time now, const Damages& damages, const std::vector<gms::NodeId>& others,
                   Outbox& outbox) {
  if (writing_ || others.empty()) return;
  std::vector<const gms::Damage*> named;  // the rest will be at the next start
  for (const gms::Damage& damage : damages.all()) {
    if (!damage.is_nameless()) named.push_back(&damage);
  }
  if (named.empty()) return;
  const std::size_t questions = others.size() * named.size();
  if (question_) {
    if (!question_->is_answered && now - question_->asked_at < timing_.suspect_after) return;
    next_one(now, questions);
  }
  if (const auto last = std::exchange(put_back_, std::nullopt)) {
    const bool is_damaged_still = std::ranges::any_of(
        named, [&](const gms::Damage* each) { return each->last.checksum == *last; });
    if (is_damaged_still) {  // the log could not put it back: it is not asked for at once again
      next_one(now, questions);
    } else {
      fruitless_ = 0;
      rests_until_ = {};
    }
  }
  if (now < rests_until_) return;
  const gms::NodeId to = others[turn_ % others.size()];
  question_ = Question{to, request_for(*named[turn_ / others.size() % named.size()]), now, false};
  outbox.send_on_all_ways(to, question_->frame);
}

bool Healing::take(gms::NodeId from, const gms::HealAnswerFrame& frame) {
  if (writing_) return false;
  const bool is_right = !frame.records.empty() && frame.records.back().sequence == frame.last &&
                        frame.records.back().checksum == frame.checksum;
  const bool is_to_question = question_ && question_->to == from &&
                              question_->frame.last == frame.last &&
                              question_->frame.checksum == frame.checksum;
  if (is_to_question && !is_right) question_->is_answered = true;
  return is_right;
}

void Healing::writes(gms::Ticket ticket, gms::Checksum last) {
  writing_ = ticket;
  put_back_ = last;
  question_.reset();
}

void Healing::persisted(gms::Ticket ticket) {
  if (writing_ && *writing_ <= ticket) writing_.reset();
}

void Donor::on(gms::NodeId from, const gms::HealRequestFrame& frame, gms::Sequence last,
               Outbox& outbox) {
  const bool is_possible = frame.from >= gms::Sequence{1} && frame.from <= frame.last &&
                           frame.last <= last &&
                           frame.last.value() - frame.from.value() < kHealedAtOnceMax;
  if (!is_possible) {
    outbox.send(from, gms::HealAnswerFrame{frame.last, frame.checksum, {}});
    return;
  }
  if (!reading_.emplace(from, frame).second) return;  // it is patient, and asks again
  outbox.push(
      gms::ReadLog{{gms::LogReader::What::healing, from}, frame.from, windows_.batch_bytes_max});
}

void Donor::on_log_read(gms::NodeId member, std::vector<gms::Record> records, Outbox& outbox) {
  const auto found = reading_.find(member);
  if (found == reading_.end()) return;
  const gms::HealRequestFrame asked = found->second;
  while (!records.empty() && records.back().sequence > asked.last) records.pop_back();
  // More than fits into one answer: who gets the end of it asks for the rest.
  if (!records.empty() && records.back().sequence < asked.last) {
    outbox.push(gms::ReadLog{{gms::LogReader::What::healing, member},
                             records.back().sequence.next(),
                             windows_.batch_bytes_max});
    return;
  }
  reading_.erase(found);
  if (!records.empty() && records.back().checksum != asked.checksum) records.clear();
  outbox.send(member, gms::HealAnswerFrame{asked.last, asked.checksum, std::move(records)});
}

}  // namespace groupy::gms3
