#include "tests/system/steady_writer.h"

#include <thread>

namespace groupy::system_tests {

namespace {

using cli::HistoryOperation;
using kvstore::Condition;
using kvstore::ConditionKind;
using Kind = HistoryOperation::Kind;
using Result = HistoryOperation::Result;

constexpr unsigned kRaiseEvery = 5;   // every fifth turn is a counter's
constexpr unsigned kDeleteEvery = 8;  // and every eighth deletes what was put in the one before
constexpr auto kPauseAfterNo = 5ms;   // a replica that refuses is not asked in a tight loop
constexpr unsigned kRefusalsMax = 3;  // in a row, before the next replica is tried

}  // namespace

SteadyWriter::SteadyWriter(const Cluster& cluster, const RecorderOptions& options, unsigned number,
                           std::string name)
    : cluster_(cluster),
      options_(options),
      names_writes_(!options.only_puts && number % 8 != 0),
      at_(number),
      name_(std::move(name)) {
  connect();
}

bool SteadyWriter::take_turn() {
  if (!to_repeat_) ++turn_;
  const std::size_t before = client_->history().size();
  const bool is_acknowledged = act();
  const bool is_answered = client_->status() != 0 && client_->status() < 500;
  refusals_ = is_answered ? 0 : refusals_ + 1;
  forget_refused(before);
  if (is_answered) return is_acknowledged;
  std::this_thread::sleep_for(kPauseAfterNo);
  // What is to be repeated is to be so elsewhere.
  if (client_->status() == 0 || to_repeat_ || refusals_ >= kRefusalsMax) move_on();
  return false;
}

cli::History SteadyWriter::take_history() {
  keep();
  return std::move(history_);
}

bool SteadyWriter::act() {
  if (to_repeat_) return send(*to_repeat_);
  const bool is_raise = options_.counters > 0 && turn_ % kRaiseEvery == 0;
  return is_raise ? raise() : write();
}

bool SteadyWriter::write() {
  HistoryOperation wish;
  const bool is_deletion = !options_.only_puts && turn_ % kDeleteEvery == 0;
  wish.kind = is_deletion ? Kind::erase : Kind::put;
  wish.key = key_of(is_deletion ? turn_ - 1 : turn_);
  if (!is_deletion) wish.value = value();
  return send(wish);
}

bool SteadyWriter::raise() {
  HistoryOperation wish;
  wish.kind = Kind::put;
  wish.key = "counter/" + std::to_string(turn_ / kRaiseEvery % options_.counters);
  wish.value = value();
  const auto found = client_->get(wish.key);
  if (!found) return false;
  wish.condition = {ConditionKind::revision_equals, found->mod_revision};
  return send(wish);
}

// The first attempt at it, or another one.
bool SteadyWriter::send(const HistoryOperation& wish) {
  HistoryOperation attempt = wish;
  if (names_writes_) attempt.request = name_ + "/" + std::to_string(turn_);
  const HistoryOperation& answer = client_->write(attempt);
  if (answer.result == Result::unknown) {
    unanswered_.push_back({node(), answer, now_ns(), std::nullopt});
    if (!names_writes_) return false;
    ++attempts_;
    to_repeat_ = answer;
  } else if (answer.has_place()) {
    for (; attempts_ > 0; --attempts_) {
      unanswered_[unanswered_.size() - attempts_].answered_by = node();
    }
    to_repeat_.reset();
  }
  return answer.result == Result::ok;
}

std::string SteadyWriter::key_of(unsigned turn) const {
  return "unique/" + name_ + "/" + std::to_string(turn);
}

// Written by nobody else.
std::string SteadyWriter::value() const {
  return name_ + ":" + std::to_string(turn_);
}

unsigned SteadyWriter::node() const {
  return options_.nodes[at_ % options_.nodes.size()];
}

void SteadyWriter::connect() {
  client_.emplace(cluster_.http_address(node()), name_ + "@" + std::to_string(at_));
  client_->set_limit(options_.limit);
  kept_ = 0;
}

void SteadyWriter::move_on() {
  keep();
  ++at_;
  refusals_ = 0;
  connect();
}

// What could not even be sent says nothing, and there is much of it while a replica is down.
void SteadyWriter::forget_refused(std::size_t before) {
  if (client_->could_connect() || client_->history().size() == before) return;
  keep();
  history_.pop_back();
}

void SteadyWriter::keep() {
  const cli::History& recorded = client_->history();
  history_.insert(history_.end(), recorded.begin() + static_cast<std::ptrdiff_t>(kept_),
                  recorded.end());
  kept_ = recorded.size();
}

}  // namespace groupy::system_tests
