#include "gms/gms3/reads.h"

#include <algorithm>
#include <iterator>

namespace groupy::gms3 {

std::optional<std::uint64_t> Confirmations::begin_round() {
  if (!asking_.empty() || waiting_.empty()) return std::nullopt;
  asking_ = std::exchange(waiting_, {});
  return ++round_;
}

void Confirmations::confirmed_by(gms::NodeId voter, std::uint64_t round) {
  std::uint64_t& highest = confirmed_[voter];
  highest = std::max(highest, std::min(round, round_));
}

std::vector<Confirmations::Asked> Confirmations::take_confirmed(const Voters& voters) {
  const bool is_confirmed = voters.is_majority_of([&](gms::NodeId id) {
    const auto found = confirmed_.find(id);
    return found != confirmed_.end() && found->second >= round_;
  });
  if (!is_confirmed) return {};
  return std::exchange(asking_, {});
}

bool Reads::add(gms::ReadId id) {
  if (count_ >= reads_max_) return false;
  ++count_;
  unasked_.push_back(id);
  return true;
}

std::optional<std::uint64_t> Reads::take_batch() {
  if (unasked_.empty()) return std::nullopt;
  asked_.emplace(++last_number_, std::exchange(unasked_, {}));
  return last_number_;
}

void Reads::ask_again() {
  for (auto& [number, ids] : std::exchange(asked_, {})) {
    unasked_.insert(unasked_.end(), ids.begin(), ids.end());
  }
}

std::vector<gms::ReadId> Reads::confirmed(std::uint64_t number) {
  std::vector<gms::ReadId> confirmed;
  const auto end = asked_.upper_bound(number);
  for (auto batch = asked_.begin(); batch != end; batch = asked_.erase(batch)) {
    confirmed.insert(confirmed.end(), batch->second.begin(), batch->second.end());
  }
  count_ -= confirmed.size();
  return confirmed;
}

void Reads::forget(gms::ReadId id) {
  count_ -= std::erase(unasked_, id);
  for (auto batch = asked_.begin(); batch != asked_.end();) {
    count_ -= std::erase(batch->second, id);
    batch = batch->second.empty() ? asked_.erase(batch) : std::next(batch);
  }
}

std::vector<gms::ReadId> Reads::take_all() {
  ask_again();
  count_ = 0;
  return std::exchange(unasked_, {});
}

}  // namespace groupy::gms3
