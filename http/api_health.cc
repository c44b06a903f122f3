#include "http/api_health.h"

#include <nlohmann/json.hpp>

#include "http/json_bytes.h"

namespace groupy::http {
namespace {

struct Check {
  std::string_view name;
  bool is_passed = false;
};

// "ok", or which checks failed; all of them, one a line, if the client wants to know more.
Answer render_checks(const std::vector<Check>& checks, bool is_verbose) {
  std::string failed;
  std::string all;
  for (const Check& check : checks) {
    all += check.is_passed ? "[+] " : "[-] ";
    all += check.name;
    all += '\n';
    if (check.is_passed) continue;
    if (!failed.empty()) failed += ", ";
    failed += check.name;
  }
  Answer answer;
  answer.content_type = kTextType;
  if (is_verbose) answer.body = all;
  answer.body += failed.empty() ? "ok\n" : "failed: " + failed + "\n";
  if (!failed.empty()) {
    answer.status = 503;
    answer.set("Retry-After", "1");
  }
  return answer;
}

bool is_nearly_applied(const kvstore::StoreStatus& status) {
  const std::uint64_t applied = status.applied.sequence.value();
  const std::uint64_t stable = status.stable.value();
  return stable <= applied || stable - applied <= kReadyLagMax;
}

}  // namespace

Step show_alive(const Incoming& incoming) {
  const auto verbose = switch_of(incoming, "verbose");
  if (const auto* refusal = std::get_if<Refusal>(&verbose)) return render(*refusal);
  return render_checks({{"http", true}}, std::get<bool>(verbose));
}

Step show_ready(const Incoming& incoming, bool is_stopping) {
  const auto verbose = switch_of(incoming, "verbose");
  if (const auto* refusal = std::get_if<Refusal>(&verbose)) return render(*refusal);
  const kvstore::StoreStatus& status = incoming.status;
  return render_checks({{"view", status.view != nullptr},
                        {"leader", status.leader_of_view().has_value()},
                        {"state", status.has_state},
                        {"applied", is_nearly_applied(status)},
                        {"staying", !is_stopping}},
                       std::get<bool>(verbose));
}

Step show_version(const Incoming&) {
  nlohmann::ordered_json json;
  json["name"] = "groupy";
  json["version"] = GROUPY_VERSION;
  Answer answer;
  answer.body = to_line(json);
  return answer;
}

}  // namespace groupy::http
