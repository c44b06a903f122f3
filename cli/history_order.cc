#include "cli/history_order.h"

#include <algorithm>
#include <limits>
#include <tuple>

#include "cli/history_claim.h"

namespace groupy::cli {
namespace {

using Kind = HistoryOperation::Kind;
using Result = HistoryOperation::Result;
using kvstore::ConditionKind;
using kvstore::Revision;

bool holds(const kvstore::Condition& condition, Revision mod_revision) {
  switch (condition.kind) {
    case ConditionKind::none:
      return true;
    case ConditionKind::exists:
      return mod_revision != Revision();
    case ConditionKind::absent:
      return mod_revision == Revision();
    case ConditionKind::revision_equals:
      return condition.revision == mod_revision;
  }
  return false;
}

// It made a revision.
bool is_change(const HistoryOperation& operation) {
  return operation.result == Result::ok && operation.is_write() &&
         (operation.kind == Kind::put || operation.is_deleted);
}

// The mod_revision that its key had before it, as far as it tells.
std::optional<Revision> known_before(const HistoryOperation& operation) {
  if (!is_change(operation)) return operation.mod_revision;
  if (operation.condition.kind != ConditionKind::revision_equals) return std::nullopt;
  return operation.condition.revision;
}

// The revision of the store before it, as far as it tells.
std::optional<Revision> revision_before(const HistoryOperation& operation) {
  if (!operation.revision || !is_change(operation)) return operation.revision;
  return Revision{operation.revision->value() -
                  std::min<std::uint64_t>(operation.revision->value(), 1)};
}

}  // namespace

HistoryOrder::HistoryOrder(std::vector<const HistoryOperation*> answered,
                           std::vector<OpenWrite> open, const History& all)
    : answered_(std::move(answered)),
      open_(std::move(open)),
      all_(all),
      shown_at_(open_.size()),
      bounds_(answered_.size()),
      is_placed_(open_.size(), false) {
  index();
  note_seen();
  set_bounds();
}

void HistoryOrder::index() {
  for (std::size_t i = 0; i < answered_.size(); ++i) {
    keys_[answered_[i]->key].answered.push_back(i);
    if (is_change(*answered_[i])) changes_.emplace(*answered_[i]->revision, answered_[i]);
  }
  for (std::size_t i = 0; i < open_.size(); ++i) {
    Key& key = keys_[open_[i].operation->key];
    key.open.push_back(i);
    ++key.unused;
  }
}

void HistoryOrder::note_seen() {
  std::map<std::pair<std::string_view, std::string_view>, std::vector<std::size_t>> by_value;
  for (std::size_t i = 0; i < open_.size(); ++i) {
    const Operation& write = *open_[i].operation;
    if (write.kind == Kind::put) by_value[{write.key, *write.value}].push_back(i);
  }
  for (const Operation* operation : answered_) {
    const Revision shown = known_before(*operation).value_or(Revision());
    if (shown == Revision() || changes_.contains(shown)) continue;
    Seen& seen = seen_.try_emplace(shown, Seen{operation->key}).first->second;
    if (operation->kind != Kind::get) continue;
    seen.value = &*operation->value;
    const auto writers = by_value.find({operation->key, *operation->value});
    if (writers == by_value.end() || writers->second.size() != 1) continue;
    auto& shown_at = shown_at_[writers->second.front()];
    if (!shown_at) shown_at = shown;
  }
}

void HistoryOrder::set_bounds() {
  Revision limit{std::numeric_limits<std::uint64_t>::max()};
  std::uint64_t needed = 0;  // behind the i-th
  for (std::size_t i = answered_.size(); i-- > 0;) {
    const Operation& operation = *answered_[i];
    const auto before = revision_before(operation);
    limit = std::min(limit, before.value_or(limit));
    if (is_change(operation)) needed -= std::min<std::uint64_t>(needed, 1);
    needed = std::max(needed, before.value_or(Revision()).value());
    if (operation.kind == Kind::get) needed = std::max(needed, operation.mod_revision.value());
    bounds_[i] = {Revision{needed}, limit};
    const gms::Sequence previous = i == 0 ? gms::Sequence() : answered_[i - 1]->sequence;
    const std::uint64_t apart = operation.sequence.value() - previous.value();
    const std::uint64_t room =
        operation.is_write() ? apart - std::min<std::uint64_t>(apart, 1) : apart;
    needed -= std::min(needed, room);
  }
}

HistoryOrder::Ending HistoryOrder::search(Places places, std::size_t tries_max) {
  std::size_t tries = 0;
  while (next_ < answered_.size()) {
    const std::size_t end = end_of_step();
    asks_ = next_;
    while (asks_ < end && fit(*answered_[asks_]) == Fit::fits) ++asks_;
    if (asks_ == end) {
      if (places == Places::all) consider_placing();
      while (next_ < end) apply(*answered_[next_]);
      continue;
    }
    if (fit(*answered_[asks_]) == Fit::needs_write && place_one()) continue;
    note_contradiction();
    if (!go_back()) return Ending::contradiction;
    if (++tries > tries_max) return Ending::gave_up;
  }
  return Ending::legal;
}

// Gets of one sequence show one state: what one of them needs comes in front of all.
std::size_t HistoryOrder::end_of_step() const {
  const Operation& first = *answered_[next_];
  std::size_t end = next_ + 1;
  if (first.is_write()) return end;
  while (end < answered_.size() && answered_[end]->sequence == first.sequence) ++end;
  return end;
}

HistoryOrder::Fit HistoryOrder::fit(const Operation& operation) const {
  const auto [least, most] = bounds_[next_];
  if (revision_ > most) return Fit::never;
  if (revision_ < least) return Fit::needs_write;
  if (suits(operation, keys_.at(operation.key).state)) return Fit::fits;
  return revision_ < most ? Fit::needs_write : Fit::never;
}

// Whether a store in which the key stands like this would have given the answer.
bool HistoryOrder::suits(const Operation& operation, const KeyState& state) const {
  const bool holds_here = holds(operation.condition, state.mod_revision);
  if (operation.result == Result::condition_failed) {
    return !holds_here && operation.mod_revision == state.mod_revision;
  }
  switch (operation.kind) {
    case Kind::put:
      return holds_here && operation.version == state.version + 1;
    case Kind::erase:
      return holds_here && operation.is_deleted == (state.mod_revision != Revision());
    case Kind::get:
      if (!operation.value || state.mod_revision == Revision()) {
        return !operation.value && state.mod_revision == Revision();
      }
      return operation.mod_revision == state.mod_revision && operation.version == state.version &&
             state.writer->value == operation.value &&
             (operation.create_revision == Revision() ||
              operation.create_revision == state.create_revision);
  }
  return false;
}

// Those that may make the next revision right here, the best one last.
std::vector<std::size_t> HistoryOrder::candidates() const {
  const Operation& before = *answered_[asks_];
  std::vector<std::size_t> found;
  const auto seen = seen_.find(revision_.next());
  if (seen != seen_.end()) {
    const auto key = keys_.find(seen->second.key);
    for (const std::size_t open : key->second.open) {
      if (may_be_next(open, before)) found.push_back(open);
    }
  } else if (!changes_.contains(revision_.next())) {
    for (std::size_t open = 0; open < open_.size(); ++open) {
      if (may_be_next(open, before)) found.push_back(open);
    }
  }
  std::ranges::stable_partition(
      found, [&](std::size_t open) { return open_[open].operation->key != before.key; });
  return found;
}

bool HistoryOrder::may_be_next(std::size_t open, const Operation& before) const {
  if (is_placed_[open] || !is_what_was_seen(open)) return false;
  // A get shows all up to its sequence, a write has its own.
  const gms::Sequence place = std::max(reached_, open_[open].floor).next();
  if (before.is_write() ? place >= before.sequence : place > before.sequence) return false;
  const Operation& write = *open_[open].operation;
  const Key& key = keys_.at(write.key);
  if (!holds(write.condition, key.state.mod_revision)) return false;
  if (write.kind == Kind::erase && key.state.mod_revision == Revision()) return false;
  return leaves_sense(key, write);
}

bool HistoryOrder::is_what_was_seen(std::size_t open) const {
  const Operation& write = *open_[open].operation;
  if (shown_at_[open] && *shown_at_[open] != revision_.next()) return false;
  const auto at = seen_.find(revision_.next());
  if (at == seen_.end()) return true;
  const Seen& seen = at->second;
  return write.kind == Kind::put && write.key == seen.key &&
         (seen.value == nullptr || *seen.value == *write.value);
}

// Whether the next answer about the key can still be right behind this write.
bool HistoryOrder::leaves_sense(const Key& key, const Operation& write) const {
  const auto later = std::ranges::lower_bound(key.answered, next_);
  if (later == key.answered.end()) return true;
  const Operation& answer = *answered_[*later];
  if (key.unused == 1) return suits(answer, changed(key.state, write, revision_.next()));
  const Revision before = known_before(answer).value_or(Revision());
  return before == Revision() || before > revision_;
}

HistoryOrder::KeyState HistoryOrder::changed(const KeyState& state, const Operation& write,
                                             Revision revision) {
  if (write.kind == Kind::erase) return {Revision(), Revision(), 0, &write};
  const bool is_new = state.mod_revision == Revision();
  return {revision, is_new ? revision : state.create_revision, state.version + 1, &write};
}

void HistoryOrder::apply(const Operation& operation) {
  ++next_;
  reached_ = operation.sequence;
  if (!is_change(operation)) return;
  revision_ = revision_.next();
  last_change_ = &operation;
  Key& key = keys_.at(operation.key);
  undo_.push_back({&key, key.state, std::nullopt});
  key.state = changed(key.state, operation, revision_);
}

// Places a write in front of the next answer, or says that there is none for it.
bool HistoryOrder::place_one() {
  auto found = candidates();
  if (found.empty()) return false;
  const std::size_t best = found.back();
  found.pop_back();
  if (!found.empty()) {
    forks_.push_back({next_, revision_, reached_, last_change_, undo_.size(), std::move(found)});
  }
  place(best);
  return true;
}

// Notes that a write could stand here, to be tried if it does not work out without.
void HistoryOrder::consider_placing() {
  asks_ = next_;
  if (revision_ >= bounds_[next_].most) return;
  auto found = candidates();
  if (found.empty()) return;
  forks_.push_back({next_, revision_, reached_, last_change_, undo_.size(), std::move(found)});
}

void HistoryOrder::place(std::size_t open) {
  const Operation& write = *open_[open].operation;
  Key& key = keys_.at(write.key);
  undo_.push_back({&key, key.state, open});
  revision_ = revision_.next();
  reached_ = std::max(reached_, open_[open].floor).next();
  last_change_ = &write;
  key.state = changed(key.state, write, revision_);
  --key.unused;
  is_placed_[open] = true;
  ++happened_;
}

// To the last fork with something left to try, and tries that.
bool HistoryOrder::go_back() {
  if (forks_.empty()) return false;
  Fork& fork = forks_.back();
  while (undo_.size() > fork.undo_size) {
    const Undo& undo = undo_.back();
    undo.key->state = undo.state;
    if (undo.placed) {
      ++undo.key->unused;
      is_placed_[*undo.placed] = false;
      --happened_;
    }
    undo_.pop_back();
  }
  next_ = fork.next;
  revision_ = fork.revision;
  reached_ = fork.reached;
  last_change_ = fork.last_change;
  const std::size_t open = fork.candidates.back();
  fork.candidates.pop_back();
  if (fork.candidates.empty()) forks_.pop_back();
  place(open);
  return true;
}

void HistoryOrder::note_contradiction() {
  if (furthest_ && *furthest_ >= asks_) return;
  furthest_ = asks_;
  const Operation& operation = *answered_[asks_];
  const Operation* other = opponent(operation);
  why_ = other == nullptr ? claim_of(operation) + ", and nothing before it explains that"
                          : contradiction(operation, *other);
}

// Who says something else than this operation: if it shows a revision, who made that one, or wrote
// its value; else who changed the key last, or the store.
const HistoryOperation* HistoryOrder::opponent(const Operation& operation) const {
  const KeyState& state = keys_.at(operation.key).state;
  const auto before = revision_before(operation);
  if (before && revision_ != *before && last_change_ != nullptr) return last_change_;
  if (!is_change(operation) && operation.mod_revision != Revision()) {
    const auto change = changes_.find(operation.mod_revision);
    if (change != changes_.end()) return change->second;
    const auto refused = std::ranges::find_if(all_, [&](const Operation& other) {
      return other.result == Result::fail && other.kind == Kind::put &&
             other.key == operation.key && other.value == operation.value;
    });
    if (refused != all_.end()) return &*refused;
  }
  if (state.writer != nullptr) return state.writer;
  return last_change_;
}

}  // namespace groupy::cli
