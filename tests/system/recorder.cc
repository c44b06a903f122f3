#include "tests/system/recorder.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <limits>

#include "tests/system/recording_client.h"

namespace groupy::system_tests {

namespace {

using cli::HistoryOperation;
using Result = HistoryOperation::Result;

}  // namespace

Recorder::Recorder(const Cluster& cluster, RecorderOptions options)
    : cluster_(cluster), options_(std::move(options)) {}

Recorder::~Recorder() {
  is_stopping_ = true;
  for (std::thread& writer : writers_) writer.join();
}

void Recorder::start() {
  is_stopping_ = false;
  ++starts_;
  for (unsigned writer = 0; writer < options_.writers; ++writer) {
    writers_.emplace_back([this, writer] { write_until_stopped(writer); });
  }
}

void Recorder::write_until_stopped(unsigned number) {
  SteadyWriter writer(cluster_, options_, number,
                      "w" + std::to_string(number) + "-" + std::to_string(starts_));
  std::optional<Failed> failed;
  try {
    while (!is_stopping_) {
      if (writer.take_turn()) ++acknowledged_;
      std::this_thread::sleep_for(options_.pause);
    }
  } catch (const Failed& why) {
    failed = why;
  }
  const std::lock_guard lock(mutex_);
  const cli::History recorded = writer.take_history();
  recorded_.operations.insert(recorded_.operations.end(), recorded.begin(), recorded.end());
  unanswered_.insert(unanswered_.end(), writer.unanswered().begin(), writer.unanswered().end());
  if (failed && !failed_) failed_ = failed;
}

void Recorder::stop() {
  is_stopping_ = true;
  for (std::thread& writer : writers_) writer.join();
  writers_.clear();
  if (failed_) throw *failed_;
}

void Recorder::wait_for_acknowledged(std::size_t more, std::chrono::milliseconds limit) {
  const std::size_t wanted = acknowledged_ + more;
  wait_until(
      "not " + std::to_string(more) + " more writes are acknowledged",
      [&] {
        const std::lock_guard lock(mutex_);
        if (failed_) throw *failed_;
        return acknowledged_ >= wanted;
      },
      limit);
}

void Recorder::read_all_at(const std::vector<unsigned>& nodes) {
  std::set<std::string> keys;
  for (const HistoryOperation& operation : recorded_.operations) keys.insert(operation.key);
  for (const unsigned node : nodes) {
    RecordingClient reader(cluster_.http_address(node),
                           "reader-" + std::to_string(node) + "-" + std::to_string(now_ns()));
    for (const std::string& key : keys) {
      if (!reader.get(key)) {
        throw Failed{"replica " + std::to_string(node) + " does not answer a read of " + key +
                     ": " + reader.said()};
      }
    }
    add(reader.history());
  }
}

void Recorder::add(const cli::History& history) {
  const std::lock_guard lock(mutex_);
  recorded_.operations.insert(recorded_.operations.end(), history.begin(), history.end());
}

std::vector<Unanswered> Recorder::unanswered_by(unsigned node, Moment when) const {
  std::vector<Unanswered> found;
  std::ranges::copy_if(unanswered_, std::back_inserter(found), [&](const Unanswered& each) {
    return each.node == node && each.write.call_ns <= when.to_ns &&
           each.given_up_ns >= when.from_ns;
  });
  return found;
}

void Recorder::note_fault(const std::string& what) {
  const std::lock_guard lock(mutex_);
  recorded_.faults.push_back({what, now_ns()});
}

void save_history(const cli::RecordedHistory& recorded, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const HistoryOperation& operation : recorded.operations) {
    file << render_operation(operation) << '\n';
  }
  for (const cli::HistoryFault& fault : recorded.faults) file << render_fault(fault) << '\n';
  file.close();
  if (!file) throw Failed{"cannot write " + path};
}

Variety variety_of(const cli::History& history) {
  Variety found;
  for (const HistoryOperation& operation : history) {
    const bool is_raise = operation.condition.kind == kvstore::ConditionKind::revision_equals;
    if (is_raise && operation.result == Result::ok) ++found.raises;
    if (is_raise && operation.result == Result::condition_failed) ++found.refusals;
    if (operation.result == Result::ok && operation.is_deleted) ++found.deletions;
  }
  return found;
}

std::chrono::nanoseconds longest_gap(const cli::History& history, std::uint64_t from_ns,
                                     std::uint64_t to_ns) {
  std::vector<std::uint64_t> moments;
  for (const HistoryOperation& operation : history) {
    if (!operation.is_write() || operation.result != Result::ok) continue;
    if (*operation.return_ns >= from_ns && *operation.return_ns <= to_ns) {
      moments.push_back(*operation.return_ns);
    }
  }
  std::ranges::sort(moments);
  std::uint64_t longest = 0;
  for (std::size_t i = 1; i < moments.size(); ++i) {
    longest = std::max(longest, moments[i] - moments[i - 1]);
  }
  return std::chrono::nanoseconds(longest);
}

std::chrono::nanoseconds longest_gap(const cli::History& history) {
  return longest_gap(history, 0, std::numeric_limits<std::uint64_t>::max());
}

}  // namespace groupy::system_tests
