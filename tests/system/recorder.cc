#include "tests/system/recorder.h"

#include <algorithm>
#include <fstream>
#include <limits>

#include "tests/system/recording_client.h"

namespace groupy::system_tests {

namespace {

using cli::HistoryOperation;
using kvstore::Condition;
using kvstore::ConditionKind;
using Result = HistoryOperation::Result;

constexpr unsigned kRaiseEvery = 5;   // every fifth turn is a counter's
constexpr auto kPauseAfterNo = 5ms;   // a replica that refuses is not asked in a tight loop
constexpr unsigned kRefusalsMax = 3;  // in a row, before the next replica is tried

// One writer's turns at the replica that it sticks to.
class Writer {
 public:
  Writer(const Cluster& cluster, const RecorderOptions& options, unsigned number, std::string name)
      : cluster_(cluster), options_(options), at_(number), name_(std::move(name)) {
    connect();
  }

  // Whether a write was acknowledged.
  bool take_turn() {
    ++turn_;
    const std::size_t before = client_->history().size();
    const bool is_raise = options_.counters > 0 && turn_ % kRaiseEvery == 0;
    const bool is_acknowledged = is_raise ? raise() : write();
    const bool is_answered = client_->status() != 0 && client_->status() < 500;
    refusals_ = is_answered ? 0 : refusals_ + 1;
    forget_refused(before);
    if (is_answered) return is_acknowledged;
    std::this_thread::sleep_for(kPauseAfterNo);
    if (client_->status() == 0 || refusals_ >= kRefusalsMax) move_on();
    return false;
  }

  cli::History take_history() {
    keep();
    return std::move(history_);
  }

 private:
  bool write() {
    return client_->put("unique/" + name_ + "/" + std::to_string(turn_), value()).result ==
           Result::ok;
  }
  bool raise() {
    const std::string key = "counter/" + std::to_string(turn_ / kRaiseEvery % options_.counters);
    const auto found = client_->get(key);
    if (!found) return false;
    Condition condition{ConditionKind::revision_equals, found->mod_revision};
    return client_->put(key, value(), condition).result == Result::ok;
  }
  // Written by nobody else.
  std::string value() const { return name_ + ":" + std::to_string(turn_); }

  void connect() {
    const unsigned node = options_.nodes[at_ % options_.nodes.size()];
    client_.emplace(cluster_.http_address(node), name_ + "@" + std::to_string(turn_));
    client_->set_limit(options_.limit);
    kept_ = 0;
  }
  void move_on() {
    keep();
    ++at_;
    refusals_ = 0;
    connect();
  }
  // What could not even be sent says nothing, and there is much of it while a replica is down.
  void forget_refused(std::size_t before) {
    if (client_->could_connect() || client_->history().size() == before) return;
    keep();
    history_.pop_back();
  }
  void keep() {
    const cli::History& recorded = client_->history();
    history_.insert(history_.end(), recorded.begin() + static_cast<std::ptrdiff_t>(kept_),
                    recorded.end());
    kept_ = recorded.size();
  }

  const Cluster& cluster_;
  const RecorderOptions& options_;
  unsigned at_;
  const std::string name_;
  std::optional<RecordingClient> client_;
  std::size_t kept_ = 0;  // of the client's history, in history_
  cli::History history_;
  unsigned turn_ = 0;
  unsigned refusals_ = 0;
};

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
  Writer writer(cluster_, options_, number,
                "w" + std::to_string(number) + "-" + std::to_string(starts_));
  std::optional<Failed> failed;
  try {
    while (!is_stopping_) {
      if (writer.take_turn()) ++acknowledged_;
    }
  } catch (const Failed& why) {
    failed = why;
  }
  const std::lock_guard lock(mutex_);
  const cli::History recorded = writer.take_history();
  history_.insert(history_.end(), recorded.begin(), recorded.end());
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
  for (const HistoryOperation& operation : history_) keys.insert(operation.key);
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
  history_.insert(history_.end(), history.begin(), history.end());
}

void Recorder::save(const std::string& path) const {
  save_history(history_, path);
}

void save_history(const cli::History& history, const std::string& path) {
  std::ofstream file(path, std::ios::binary);
  for (const HistoryOperation& operation : history) file << render_operation(operation) << '\n';
  file.close();
  if (!file) throw Failed{"cannot write " + path};
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
