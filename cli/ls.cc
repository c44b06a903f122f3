#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/ask.h"
#include "cli/command_line.h"
#include "cli/commands.h"
#include "cli/key_request.h"
#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

using nlohmann::json;

// Values may be big: fewer at once.
constexpr std::uint64_t kKeysPerPage = 1000;
constexpr std::uint64_t kValuesPerPage = 100;
constexpr std::size_t kValueColumns = 60;

struct LsFlags {
  std::string prefix;
  std::uint64_t limit = 0;  // 0: all
  bool keys_only = false;
};

// Prints a listing page by page, so that it need not fit into memory. In JSON, what a failure cuts
// off stays open: half a listing must not pass for a whole one.
class Printer {
 public:
  Printer(const LsFlags& flags, const TableStyle& style, std::ostream& out)
      : keys_only_(flags.keys_only),
        style_(style),
        out_(out),
        table_(keys_only_ ? std::vector<std::string>{"KEY"}
                          : std::vector<std::string>{"KEY", "REVISION", "VERSION", "VALUE"},
               style) {}

  // False if an item is none.
  bool print(const json& items) {
    for (const json& item : items) {
      if (!item.is_object()) return false;
      if (style_.format == Format::json) {
        out_ << (is_first_ ? "{\"items\":[" : ",") << item.dump();
        is_first_ = false;
      } else if (!add_row(item)) {
        return false;
      }
    }
    if (style_.format != Format::json) table_.print(out_);
    return true;
  }

  void end(const json& revision) {
    if (style_.format != Format::json) return;
    out_ << (is_first_ ? "{\"items\":[" : "") << "],\"revision\":" << revision.dump() << "}\n";
  }

 private:
  bool add_row(const json& item) {
    const auto key = bytes_field(item, "key");
    if (!key) return false;
    if (keys_only_) {
      table_.add({{printable(*key)}});
      return true;
    }
    const auto value = bytes_field(item, "value");
    if (!value) return false;
    const bool is_table = style_.format == Format::table;
    const std::string shown = printable(*value);
    table_.add({{printable(*key)},
                {shown_field(item, "mod_revision")},
                {shown_field(item, "version")},
                {is_table ? shortened(shown, kValueColumns) : shown}});
    return true;
  }

  bool keys_only_;
  TableStyle style_;
  std::ostream& out_;
  Table table_;
  bool is_first_ = true;
};

Question page_question(const LsFlags& flags, const ClientFlags& client, std::uint64_t limit,
                       const std::string& cursor) {
  Question question;
  question.limit = with_slack(client.timeout);
  question.request.target = "/kv?prefix=" + http::percent_encode(flags.prefix) +
                            "&limit=" + std::to_string(limit) +
                            "&timeout=" + http::render_duration(client.timeout);
  if (flags.keys_only) question.request.target += "&keys_only=1";
  if (!cursor.empty()) question.request.target += "&cursor=" + http::percent_encode(cursor);
  return question;
}

ExitCode list(const LsFlags& flags, const ClientFlags& client, Surroundings& surroundings) {
  const std::uint64_t page_limit = flags.keys_only ? kKeysPerPage : kValuesPerPage;
  std::vector<std::string> endpoints = client.endpoints;
  Printer printer(flags, client.style, surroundings.out);
  std::string cursor;
  std::uint64_t left = flags.limit;
  while (true) {
    const std::uint64_t limit = flags.limit == 0 ? page_limit : std::min(left, page_limit);
    const auto result =
        ask_first(surroundings.call, endpoints, page_question(flags, client, limit, cursor));
    if (const auto* failure = std::get_if<NotAnswered>(&result)) {
      return say_not_answered(surroundings, *failure);
    }
    const auto& [endpoint, answer] = std::get<Answered>(result);
    const auto page = parse_object(answer.body);
    if (!page || !page->contains("items") || !(*page)["items"].is_array()) {
      return say_no_replica(surroundings, endpoint);
    }
    const json& items = (*page)["items"];
    const std::string next = text_field(*page, "next").value_or("");
    const bool goes_in_circles = !next.empty() && next == cursor;
    if (goes_in_circles || !printer.print(items)) return say_no_replica(surroundings, endpoint);
    left -= std::min<std::uint64_t>(left, items.size());
    if (next.empty() || (flags.limit != 0 && left == 0)) {
      printer.end(page->value("revision", json()));
      return ExitCode::ok;
    }
    cursor = next;
    // The next page comes from who has the first: it is certainly as far as the cursor.
    std::ranges::rotate(endpoints, std::ranges::find(endpoints, endpoint));
  }
}

}  // namespace

ExitCode run_ls(const Args& args, Surroundings& surroundings) {
  LsFlags flags;
  CommandLine line(
      "ls",
      "Lists the keys that begin with PREFIX (all without one), in order: key, revision\n"
      "of its last change, version, value. What is no text is shown as \\xNN.",
      "groupy ls users/ --keys-only");
  line.add_optional("prefix", flags.prefix, "any bytes");
  line.add_number("--limit", flags.limit, "N", "at most so many keys; default: all");
  line.add_switch("--keys-only", flags.keys_only, "the keys alone");
  line.add_client_flags();
  if (const auto ended = line.parse(args, surroundings)) return *ended;
  return list(flags, line.client(), surroundings);
}

}  // namespace groupy::cli
