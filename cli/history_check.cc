#include "cli/history_check.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "cli/history_claim.h"
#include "cli/history_order.h"
#include "cli/printable.h"

namespace groupy::cli {
namespace {

using Operation = HistoryOperation;
using Result = HistoryOperation::Result;
using Ending = HistoryOrder::Ending;
using Kind = HistoryVerdict::Kind;

// Its place in the order: a get comes behind the write of its sequence.
std::tuple<gms::Sequence, bool, std::size_t> place_of(const Operation& operation) {
  return {operation.sequence, !operation.is_write(), operation.line};
}

bool is_before(const Operation& a, const Operation& b) {
  return std::pair(a.sequence, !a.is_write()) < std::pair(b.sequence, !b.is_write());
}

bool is_same_request(const Operation& a, const Operation& b) {
  return a.kind == b.kind && a.key == b.key && a.value == b.value && a.condition == b.condition;
}

bool is_same_answer(const Operation& a, const Operation& b) {
  const auto said = [](const Operation& operation) {
    return std::tuple(operation.result, operation.sequence, operation.revision,
                      operation.mod_revision, operation.version, operation.is_deleted);
  };
  return said(a) == said(b);
}

// Makes one operation of all attempts that share a request id: called when the first was, returned
// when the first answer came. A refused attempt is none.
class Attempts {
 public:
  // Why the attempts contradict each other; empty if they do not.
  std::string add(const Operation& operation) {
    if (operation.result == Result::fail) return "";
    if (!operation.is_write() && operation.result == Result::unknown) return "";
    if (operation.request.empty() || !operation.is_write()) {
      merged_.push_back(operation);
      return "";
    }
    const auto [at, is_new] = by_request_.try_emplace(operation.request, merged_.size());
    if (is_new) {
      merged_.push_back(operation);
      return "";
    }
    return join(merged_[at->second], operation);
  }

  const History& merged() const { return merged_; }

 private:
  static std::string join(Operation& first, const Operation& other) {
    if (!is_same_request(first, other)) return contradiction(other, first, "one request id");
    const std::uint64_t call = std::min(first.call_ns, other.call_ns);
    if (other.has_place()) {
      if (!first.has_place()) {
        first = other;
      } else if (!is_same_answer(first, other)) {
        return contradiction(other, first, "a repeat gets the first answer again");
      }
      first.return_ns = std::min(*first.return_ns, *other.return_ns);
    }
    first.call_ns = call;
    return "";
  }

  History merged_;
  std::map<std::string, std::size_t> by_request_;
};

// Tells for any operation what was furthest in the order when it was called. Ask in the order of
// the calls.
class Returned {
 public:
  explicit Returned(std::vector<const Operation*> answered) : by_return_(std::move(answered)) {
    std::ranges::sort(by_return_, {}, [](const Operation* operation) {
      return std::pair(*operation->return_ns, operation->line);
    });
  }

  // Null: nothing had returned yet.
  const Operation* furthest_before(std::uint64_t call_ns) {
    for (; next_ < by_return_.size() && *by_return_[next_]->return_ns < call_ns; ++next_) {
      if (furthest_ == nullptr || is_before(*furthest_, *by_return_[next_])) {
        furthest_ = by_return_[next_];
      }
    }
    return furthest_;
  }

 private:
  std::vector<const Operation*> by_return_;
  std::size_t next_ = 0;
  const Operation* furthest_ = nullptr;
};

struct Sorted {
  std::vector<const Operation*> answered;  // in the order of their places
  std::vector<OpenWrite> open;
};

Sorted sort_out(const History& merged) {
  Sorted sorted;
  for (const Operation& operation : merged) {
    if (operation.has_place()) {
      sorted.answered.push_back(&operation);
    } else {
      sorted.open.push_back({&operation, {}});
    }
  }
  std::ranges::sort(sorted.answered, {}, [](const Operation* o) { return place_of(*o); });
  std::ranges::sort(sorted.open, {}, [](const OpenWrite& w) { return w.operation->call_ns; });
  Returned returned(sorted.answered);
  for (OpenWrite& write : sorted.open) {
    const Operation* last = returned.furthest_before(write.operation->call_ns);
    if (last != nullptr) write.floor = last->sequence;
  }
  return sorted;
}

// The first that comes before what had returned when it was called; empty if there is none.
std::string against_real_time(const std::vector<const Operation*>& answered) {
  std::vector<const Operation*> by_call = answered;
  std::ranges::sort(by_call, {}, [](const Operation* operation) { return operation->call_ns; });
  Returned returned(answered);
  const Operation* first = nullptr;
  const Operation* earlier = nullptr;
  for (const Operation* operation : by_call) {
    const Operation* last = returned.furthest_before(operation->call_ns);
    if (last == nullptr || !is_before(*operation, *last)) continue;
    if (first != nullptr && place_of(*first) < place_of(*operation)) continue;
    first = operation;
    earlier = last;
  }
  if (first == nullptr) return "";
  return contradiction(*first, *earlier,
                       "line " + std::to_string(earlier->line) + " had returned before line " +
                           std::to_string(first->line) + " was called");
}

std::string two_in_one_place(const std::vector<const Operation*>& answered) {
  const auto at = std::ranges::adjacent_find(answered, [](const Operation* a, const Operation* b) {
    return a->is_write() && b->is_write() && a->sequence == b->sequence;
  });
  if (at == answered.end()) return "";
  return contradiction(**std::next(at), **at, "no two messages share a sequence");
}

bool has_deletion(const std::vector<OpenWrite>& open) {
  return std::ranges::any_of(
      open, [](const OpenWrite& write) { return write.operation->kind == Operation::Kind::erase; });
}

HistoryVerdict& rejected(HistoryVerdict& verdict, std::string what) {
  verdict.kind = Kind::rejected;
  verdict.what = std::move(what);
  return verdict;
}

// Why one of the faults was not shown to do no harm; empty if all were.
std::string too_little_around_a_fault(const RecordedHistory& recorded, std::size_t least) {
  for (const HistoryFault& fault : recorded.faults) {
    std::size_t before = 0;
    std::size_t after = 0;
    for (const Operation& operation : recorded.operations) {
      if (operation.result != Result::ok) continue;
      if (*operation.return_ns < fault.at_ns) ++before;
      if (operation.call_ns > fault.at_ns) ++after;
    }
    if (before >= least && after >= least) continue;
    const bool is_before = before < least;
    return "only " + std::to_string(is_before ? before : after) + " operations succeeded " +
           (is_before ? "before" : "after") + " the fault '" + printable(fault.what) + "', " +
           std::to_string(least) + " are needed";
  }
  return "";
}

}  // namespace

HistoryVerdict check_history(const History& history, const HistoryLimits& limits) {
  HistoryVerdict verdict;
  Attempts attempts;
  for (const Operation& operation : history) {
    const std::string why = attempts.add(operation);
    if (!why.empty()) return rejected(verdict, why);
  }
  Sorted sorted = sort_out(attempts.merged());
  verdict.answers = sorted.answered.size();
  verdict.unknown = sorted.open.size();
  std::string why = two_in_one_place(sorted.answered);
  if (why.empty()) why = against_real_time(sorted.answered);
  if (!why.empty()) return rejected(verdict, why);

  HistoryOrder order(sorted.answered, sorted.open, history);
  auto ending = order.search(HistoryOrder::Places::needed, limits.tries_max);
  verdict.happened = order.happened();
  if (ending == Ending::contradiction && has_deletion(sorted.open)) {
    HistoryOrder other(sorted.answered, sorted.open, history);
    ending = other.search(HistoryOrder::Places::all, limits.tries_max);
    verdict.happened = other.happened();
  }
  if (ending == Ending::contradiction) return rejected(verdict, order.why());
  if (ending == Ending::gave_up) {
    verdict.what = "too many writes of unknown outcome for their places to be found";
  } else if (verdict.answers < limits.answers_min) {
    verdict.what = "only " + std::to_string(verdict.answers) + " operations have an answer, " +
                   std::to_string(limits.answers_min) + " are needed";
  } else {
    verdict.kind = Kind::accepted;
  }
  return verdict;
}

HistoryVerdict check_history(const RecordedHistory& recorded, const HistoryLimits& limits) {
  HistoryVerdict verdict = check_history(recorded.operations, limits);
  if (verdict.kind != Kind::accepted) return verdict;
  verdict.what = too_little_around_a_fault(recorded, limits.succeeded_min);
  if (!verdict.what.empty()) verdict.kind = Kind::invalid;
  return verdict;
}

}  // namespace groupy::cli
