#include "tests/system/durable.h"

#include <iostream>

namespace groupy::system_tests {

Durable::Durable(const char* program) : cluster_(program, folder_.path()) {}

unsigned Durable::leader() {
  std::optional<unsigned> leader;
  wait_until("the replicas name no common leader", [&] {
    leader = cluster_.leader_seen_by(1);
    return leader && cluster_.leader_seen_by(2) == leader && cluster_.leader_seen_by(3) == leader;
  });
  return *leader;
}

cli::HistoryVerdict Durable::verdict_on(const Recorder& recorder) {
  const std::string path = folder_.path() + "/history.txt";
  save_history(recorder.recorded(), path);
  const auto parsed = cli::parse_history(read_file(path));
  if (const auto* wrong = std::get_if<cli::NotAnOperation>(&parsed)) throw Failed{wrong->why};
  return cli::check_history(std::get<cli::RecordedHistory>(parsed));
}

testing::AssertionResult Durable::is_new_or_refused(
    const std::optional<cli::HistoryOperation>& read, const std::string& value,
    const RecordingClient& reader) {
  if (read ? read->value == value : reader.status() == 503) return testing::AssertionSuccess();
  return testing::AssertionFailure() << (read ? "old: " + render_operation(*read) : reader.said());
}

void Durable::TearDown() {
  if (!HasFailure()) return;
  for (const unsigned node : kAll) {
    std::cout << "--- replica " << node << "\n" << read_file(cluster_.log_file(node));
  }
}

}  // namespace groupy::system_tests
