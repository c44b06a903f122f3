#include "tests/cli/history_model.h"

#include <algorithm>
#include <numeric>

namespace groupy::cli::test {
namespace {

using Kind = HistoryOperation::Kind;
using Result = HistoryOperation::Result;
using kvstore::Condition;
using kvstore::ConditionKind;
using kvstore::Revision;

std::uint64_t below(std::mt19937_64& random, std::uint64_t end) {
  return random() % end;
}

HistoryOperation random_request(std::mt19937_64& random, const HistoryShape& shape,
                                std::uint64_t number, Revision newest) {
  HistoryOperation operation;
  constexpr Kind kKinds[] = {Kind::put, Kind::put, Kind::put, Kind::erase, Kind::get, Kind::get};
  operation.kind = kKinds[below(random, std::size(kKinds))];
  operation.key = "k" + std::to_string(below(random, shape.keys));
  operation.client = "c" + std::to_string(number);
  if (operation.kind == Kind::put) operation.value = "v" + std::to_string(number);
  if (!operation.is_write()) return operation;
  switch (below(random, 5)) {
    case 0:
      operation.condition = {ConditionKind::exists, {}};
      break;
    case 1:
      operation.condition = {ConditionKind::revision_equals,
                             Revision{below(random, newest.value() + 1)}};
      break;
    case 2:
      operation.condition = {ConditionKind::absent, {}};
      break;
    default:
      break;
  }
  return operation;
}

bool are_attempts_at_one(const HistoryOperation& a, const HistoryOperation& b) {
  return a.is_write() && b.is_write() && !a.request.empty() && a.request == b.request;
}

// Attempts at one operation ask the same, and are told the same.
bool can_be_attempts(HistoryOperation a, const HistoryOperation& b) {
  const bool are_answered = a.has_place() && b.has_place();
  const bool ask_the_same =
      a.kind == b.kind && a.key == b.key && a.value == b.value && a.condition == b.condition;
  a.line = b.line;
  a.client = b.client;
  a.call_ns = b.call_ns;
  a.return_ns = b.return_ns;
  return ask_the_same && (!are_answered || a == b);
}

bool attempts_agree(const History& history) {
  for (const HistoryOperation& a : history) {
    for (const HistoryOperation& b : history) {
      if (a.result == Result::fail || b.result == Result::fail) continue;
      if (are_attempts_at_one(a, b) && !can_be_attempts(a, b)) return false;
    }
  }
  return true;
}

// One order being tried, operation by operation.
class Trial {
 public:
  explicit Trial(const History& history) : history_(history), is_done_(history.size(), false) {}

  bool goes_on(const ModelStore& store, gms::Sequence reached) {
    bool is_complete = true;
    for (std::size_t i = 0; i < history_.size(); ++i) {
      if (is_done_[i] || history_[i].result == Result::fail) continue;
      is_complete = is_complete && !history_[i].has_place();
      if (goes_on_with(i, store, reached)) return true;
    }
    return is_complete;
  }

 private:
  bool goes_on_with(std::size_t i, ModelStore store, gms::Sequence reached) {
    if (must_wait(i)) return false;
    if (has_happened(history_[i])) {  // the first answer again, or none: nothing happens
      is_done_[i] = history_[i].has_place();
      const bool found = is_done_[i] && goes_on(store, reached);
      is_done_[i] = false;
      return found;
    }
    const HistoryOperation& wanted = answered_attempt(i);
    HistoryOperation done = wanted;
    store.carry_out(done);
    if (wanted.has_place()) {
      const bool is_in_order =
          wanted.is_write() ? wanted.sequence > reached : wanted.sequence >= reached;
      if (!is_in_order || !agree(wanted, done)) return false;
      reached = wanted.sequence;
    } else {
      if (!wanted.is_write()) return false;
      reached = reached.next();
    }
    is_done_[i] = true;
    const bool found = goes_on(store, reached);
    is_done_[i] = false;
    return found;
  }

  // By another attempt.
  bool has_happened(const HistoryOperation& attempt) const {
    for (std::size_t j = 0; j < history_.size(); ++j) {
      if (is_done_[j] && are_attempts_at_one(attempt, history_[j])) return true;
    }
    return false;
  }
  // An attempt that was not answered may be the one that was done: others tell how it went.
  const HistoryOperation& answered_attempt(std::size_t i) const {
    for (const HistoryOperation& other : history_) {
      if (other.has_place() && are_attempts_at_one(history_[i], other)) return other;
    }
    return history_[i];
  }

  bool must_wait(std::size_t i) const {
    for (std::size_t j = 0; j < history_.size(); ++j) {
      const HistoryOperation& other = history_[j];
      if (j == i || is_done_[j] || !other.has_place()) continue;
      if (*other.return_ns < history_[i].call_ns) return true;
    }
    return false;
  }

  static bool agree(const HistoryOperation& wanted, HistoryOperation done) {
    if (!wanted.revision) done.revision.reset();
    if (wanted.create_revision == Revision()) done.create_revision = {};
    return wanted == done;
  }

  const History& history_;
  std::vector<bool> is_done_;
};

}  // namespace

bool ModelStore::holds(const HistoryOperation& operation) const {
  const auto at = values_.find(operation.key);
  switch (operation.condition.kind) {
    case ConditionKind::none:
      return true;
    case ConditionKind::exists:
      return at != values_.end();
    case ConditionKind::absent:
      return at == values_.end();
    case ConditionKind::revision_equals:
      return operation.condition.revision ==
             (at == values_.end() ? Revision() : at->second.changed);
  }
  return false;
}

void ModelStore::carry_out(HistoryOperation& operation) {
  const auto at = values_.find(operation.key);
  const bool is_there = at != values_.end();
  operation.mod_revision = operation.create_revision = Revision();
  operation.version = 0;
  operation.is_deleted = false;
  operation.result = Result::ok;
  if (operation.kind == Kind::get) {
    operation.value.reset();
    operation.revision.reset();
    if (!is_there) return;
    const Value& found = at->second;
    operation.value = found.bytes;
    operation.mod_revision = found.changed;
    operation.create_revision = found.created;
    operation.version = found.version;
    return;
  }
  if (!holds(operation)) {
    operation.result = Result::condition_failed;
    if (is_there) operation.mod_revision = at->second.changed;
  } else if (operation.kind == Kind::put) {
    revision_ = revision_.next();
    Value& value = values_[operation.key];
    if (!is_there) value.created = revision_;
    value.bytes = *operation.value;
    value.changed = revision_;
    ++value.version;
    operation.mod_revision = revision_;
    operation.version = value.version;
  } else if (is_there) {
    revision_ = revision_.next();
    values_.erase(at);
    operation.is_deleted = true;
  }
  operation.revision = revision_;
}

// Another attempt at `first`, which was done at `now` if `done` has a place.
HistoryOperation another_attempt(std::mt19937_64& random, const HistoryOperation& first,
                                 const HistoryOperation& done, std::uint64_t now,
                                 std::uint64_t reach) {
  HistoryOperation attempt = first;
  attempt.result = Result::unknown;
  attempt.return_ns.reset();
  attempt.call_ns = first.call_ns + below(random, 2 * reach);
  const auto fate = below(random, 4);
  if (fate == 0) attempt.result = Result::fail;
  if (fate < 2 || !done.has_place()) return attempt;
  const std::uint64_t call_ns = attempt.call_ns;
  attempt = done;
  attempt.call_ns = call_ns;
  attempt.return_ns = std::max(now, call_ns) + below(random, reach);
  return attempt;
}

History recorded_history(std::mt19937_64& random, const HistoryShape& shape) {
  // The i-th operation takes effect at time i * width; it was called before and returns after.
  constexpr std::uint64_t kWidth = 1000;
  const std::uint64_t reach = kWidth * shape.overlap;
  ModelStore store;
  gms::Sequence sequence;
  Revision newest;
  History history;
  for (std::uint64_t i = 0; history.size() < shape.operations; ++i) {
    HistoryOperation operation = random_request(random, shape, i, newest);
    const std::uint64_t now = reach + i * kWidth;
    const bool is_named = operation.is_write() && below(random, 100) < shape.named_percent;
    if (is_named) operation.request = "r" + std::to_string(i);
    operation.call_ns = now - below(random, reach);
    const bool is_unknown = operation.is_write() && below(random, 100) < shape.unknown_percent;
    const bool happens = !is_unknown || below(random, 2) == 0;
    HistoryOperation done = operation;
    if (happens) {
      store.carry_out(done);
      newest = done.revision.value_or(newest);
      if (operation.is_write())
        sequence = gms::Sequence{sequence.value() + 1 + below(random, 4) / 3};
      done.sequence = sequence;
      done.return_ns = now + below(random, reach);
    }
    history.push_back(is_unknown ? operation : done);
    for (auto more = is_named ? 1 + below(random, 2) : 0;
         more > 0 && history.size() < shape.operations; --more) {
      history.push_back(another_attempt(random, operation, done, now, reach));
    }
  }
  for (std::size_t i = 0; i < history.size(); ++i) history[i].line = i + 1;
  std::ranges::shuffle(history, random);
  return history;
}

void spoil(std::mt19937_64& random, History& history) {
  HistoryOperation& operation = history[below(random, history.size())];
  const HistoryOperation& other = history[below(random, history.size())];
  const std::uint64_t step = 1 + below(random, 2);
  switch (below(random, 11)) {
    case 0:
      operation.sequence = gms::Sequence{operation.sequence.value() + step};
      break;
    case 1:
      operation.sequence = other.sequence;
      break;
    case 2:
      if (operation.kind != Kind::erase) operation.value = other.value.value_or("");
      break;
    case 3:
      if (operation.revision) operation.revision = Revision{operation.revision->value() + step};
      break;
    case 4:
      ++operation.version;
      break;
    case 5:
      operation.mod_revision = Revision{operation.mod_revision.value() + step};
      break;
    case 6:
      operation.call_ns = operation.return_ns.value_or(operation.call_ns);
      break;
    case 7:
      operation.result = Result::fail;
      break;
    case 8:
      operation.request = other.request;
      break;
    case 9:
      operation.request.clear();
      break;
    default:
      if (!operation.is_write()) break;
      operation.result = Result::unknown;
      operation.return_ns.reset();
      break;
  }
}

bool has_an_order(const History& history) {
  return attempts_agree(history) && Trial(history).goes_on(ModelStore(), gms::Sequence());
}

}  // namespace groupy::cli::test
