#include "cli/serve_options.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>
#include <sstream>

#include "cli/duration.h"
#include "cli/printable.h"
#include "http/numbers.h"

namespace groupy::cli {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kJoinTimeoutMin{100};
constexpr milliseconds kJoinTimeoutMax{24 * 3'600'000};
constexpr milliseconds kSuspectAfterMin{20};
constexpr milliseconds kSuspectAfterMax{60'000};

std::optional<gms::NodeId> parse_node_id(std::string_view text) {
  const auto number = http::parse_decimal(text);
  constexpr std::uint64_t kMax = std::numeric_limits<std::uint32_t>::max();
  if (!number || *number == 0 || *number > kMax) return std::nullopt;
  return gms::NodeId(static_cast<std::uint32_t>(*number));
}

// Reads settings one after another and keeps the first thing that is wrong.
class Reader {
 public:
  explicit Reader(const Settings& settings) : settings_(settings) {}

  const std::optional<UsageError>& error() const { return error_; }
  void refuse(const std::string& what) {
    if (!error_) error_ = UsageError{what};
  }
  bool has(const std::string& name) const { return settings_.contains(name); }
  // Where the setting stands, or its flag if it stands nowhere.
  std::string from(const std::string& name) const {
    const auto at = settings_.find(name);
    return at == settings_.end() ? "--" + name : at->second.from;
  }
  std::optional<std::string> text(const std::string& name) const {
    const auto at = settings_.find(name);
    if (at == settings_.end()) return std::nullopt;
    return at->second.values.front();
  }
  std::vector<std::string> texts(const std::string& name) const {
    const auto at = settings_.find(name);
    return at == settings_.end() ? std::vector<std::string>() : at->second.values;
  }
  void refuse_value(const std::string& name, const std::string& value, const std::string& why) {
    refuse(from(name) + ": '" + printable(value) + "': " + why);
  }

  Address address(const std::string& name, const Address& otherwise) {
    const auto value = text(name);
    if (!value) return otherwise;
    const auto parsed = parse_address(*value);
    if (const auto* wrong = std::get_if<NotAnAddress>(&parsed)) {
      refuse_value(name, *value, wrong->why);
      return otherwise;
    }
    return std::get<Address>(parsed);
  }

  milliseconds duration(const std::string& name, milliseconds otherwise, milliseconds min,
                        milliseconds max) {
    const auto value = text(name);
    if (!value) return otherwise;
    const auto parsed = parse_duration(*value);
    if (parsed && *parsed >= min && *parsed <= max) return *parsed;
    refuse_value(name, *value,
                 "a time from " + to_string(min) + " to " + to_string(max) + " expected");
    return otherwise;
  }

 private:
  const Settings& settings_;
  std::optional<UsageError> error_;
};

int read_generation(Reader& reader) {
  const std::string generation = reader.text("gms").value_or("3");
  if (generation == "2") {
    reader.refuse(reader.from("gms") + " 2 is not built yet: 1 and 3 are");
  } else if (generation != "1" && generation != "3") {
    reader.refuse_value("gms", generation, "1 or 3 expected");
  }
  for (const char* name : {"set", "crash-one-in", "seed"}) {
    if (reader.has(name)) reader.refuse(reader.from(name) + " is not built yet");
  }
  return generation == "1" ? 1 : 3;
}

// What only one of the generations has.
void read_durability(Reader& reader, ServeOptions& options) {
  if (options.generation == 1) {
    if (reader.has("data")) {
      reader.refuse(reader.from("data") +
                    ": generation 1 keeps everything in memory and has no data directory");
    }
    if (reader.has("suspect-after")) {
      reader.refuse(reader.from("suspect-after") +
                    ": generation 1 watches nobody and suspects nobody");
    }
    if (reader.has("accept-tail-loss")) {
      reader.refuse(reader.from("accept-tail-loss") + ": generation 1 has no log");
    }
    return;
  }
  options.data = reader.text("data").value_or("");
  if (options.data.empty()) {
    reader.refuse(
        "--data is missing: the directory in which this replica keeps what it must not lose "
        "(--gms 1 keeps everything in memory)");
  }
  if (reader.has("join")) {
    reader.refuse(reader.from("join") +
                  " is not built yet for generation 3: name all founding members with --group");
  }
  options.accepts_tail_loss = reader.has("accept-tail-loss");
  options.suspect_after =
      reader.duration("suspect-after", options.suspect_after, kSuspectAfterMin, kSuspectAfterMax);
}

std::optional<Founder> parse_founder(Reader& reader, const std::string& item) {
  const std::size_t equals = item.find('=');
  const auto id = parse_node_id(std::string_view(item).substr(0, equals));
  if (equals == std::string::npos || !id) {
    reader.refuse_value("group", item, "ID=HOST:PORT expected, the id from 1 to 4294967295");
    return std::nullopt;
  }
  const auto peer = parse_address(std::string_view(item).substr(equals + 1));
  if (const auto* wrong = std::get_if<NotAnAddress>(&peer)) {
    reader.refuse_value("group", item, wrong->why);
    return std::nullopt;
  }
  if (std::get<Address>(peer).is_any()) {
    reader.refuse_value("group", item, "an address that can be dialled expected");
    return std::nullopt;
  }
  return Founder{*id, std::get<Address>(peer)};
}

Founders read_founders(Reader& reader, gms::NodeId own_id) {
  Founders founders;
  const std::string from = reader.from("group");
  const std::string text = reader.text("group").value_or("");
  std::istringstream list(text + ",");  // so that an empty last item is seen too
  for (std::string item; std::getline(list, item, ',');) {
    const auto founder = parse_founder(reader, item);
    if (!founder) return {};
    const std::string id = std::to_string(founder->id.value());
    if (std::ranges::count(founders, founder->id, &Founder::id)) {
      reader.refuse(from + ": node id " + id + " stands twice in the list");
    }
    if (std::ranges::count(founders, founder->peer, &Founder::peer)) {
      reader.refuse(from + ": " + founder->peer.to_string() + " stands twice in the list");
    }
    founders.push_back(*founder);
    if (founders.size() > kFoundersMax) {
      reader.refuse(from + ": more than " + std::to_string(kFoundersMax) + " founding members");
      return {};
    }
  }
  if (!std::ranges::count(founders, own_id, &Founder::id)) {
    reader.refuse(from + ": the list has no entry for this replica, node id " +
                  std::to_string(own_id.value()));
  }
  return founders;
}

Entry read_entry(Reader& reader, gms::NodeId own_id) {
  Entry entry;
  entry.limit = reader.duration("join-timeout", entry.limit, kJoinTimeoutMin, kJoinTimeoutMax);
  if (reader.has("group") && reader.has("join")) {
    reader.refuse(reader.from("group") + " and " + reader.from("join") +
                  ": found a group or join one, not both");
  } else if (reader.has("group")) {
    if (reader.has("join-timeout")) {
      reader.refuse(reader.from("join-timeout") +
                    ": only with --join; founders wait for the first of the list as long as it "
                    "takes");
    }
    entry.by = read_founders(reader, own_id);
  } else if (reader.has("join")) {
    const Address member = reader.address("join", {});
    if (member.is_any()) {
      reader.refuse_value("join", member.to_string(), "an address that can be dialled expected");
    }
    entry.by = member;
  } else {
    reader.refuse(
        "--group or --join is missing: who are the founding members, or who takes us in?");
  }
  return entry;
}

// What others dial: told, or the own entry of the list, or what is listened on.
Address read_advertised_peer(Reader& reader, gms::NodeId own_id, const Address& listened,
                             const Entry& entry) {
  const Address told = reader.address("advertise-peer", listened);
  const auto* founders = std::get_if<Founders>(&entry.by);
  if (!founders) return told;
  const auto own = std::ranges::find(*founders, own_id, &Founder::id);
  if (own == founders->end()) return told;
  const std::string entry_text = " is not the own entry of --group, " + own->peer.to_string();
  if (reader.has("advertise-peer")) {
    if (told != own->peer) {
      reader.refuse(reader.from("advertise-peer") + ": " + told.to_string() + entry_text);
    }
    return told;
  }
  // Names, and listening on all addresses, cannot be compared with the entry here; ports can.
  const bool same_port = listened.port == own->peer.port;
  const bool comparable = listened.is_literal() && !listened.is_any() && own->peer.is_literal();
  if (!same_port || (comparable && listened.host != own->peer.host)) {
    reader.refuse(reader.from("peer") + ": " + listened.to_string() + entry_text +
                  "; give --advertise-peer if others dial something else");
  }
  return own->peer;
}

ReplicaAddresses read_addresses(Reader& reader, gms::NodeId own_id, const Entry& entry) {
  ReplicaAddresses addresses;
  addresses.http = reader.address("http", addresses.http);
  addresses.peer = reader.address("peer", addresses.peer);
  if (addresses.http == addresses.peer) {
    reader.refuse(reader.from("http") + " and " + reader.from("peer") + ": both are " +
                  addresses.http.to_string());
  }
  addresses.advertised_http = reader.address("advertise-http", addresses.http);
  addresses.advertised_peer = read_advertised_peer(reader, own_id, addresses.peer, entry);
  for (const auto& [flag, address] : {std::pair("advertise-http", addresses.advertised_http),
                                      std::pair("advertise-peer", addresses.advertised_peer)}) {
    if (address.is_any()) {
      reader.refuse(reader.from(flag) + ": " + address.to_string() +
                    " cannot be dialled: name the address that others use");
    }
  }
  return addresses;
}

LogFormat read_log_format(Reader& reader) {
  const std::string text = reader.text("log-format").value_or("text");
  if (text != "text" && text != "json") {
    reader.refuse_value("log-format", text, "text or json expected");
  }
  return text == "json" ? LogFormat::json : LogFormat::text;
}

gms::NodeId read_id(Reader& reader) {
  const auto text = reader.text("id");
  if (!text) {
    reader.refuse("--id is missing: this replica's number in the group");
    return gms::NodeId();
  }
  const auto id = parse_node_id(*text);
  if (!id) reader.refuse_value("id", *text, "a number from 1 to 4294967295 expected");
  return id.value_or(gms::NodeId());
}

}  // namespace

std::variant<ServeOptions, HelpAsked, UsageError> parse_serve_options(
    const Args& args, const Environment& environment, const ReadFile& read_file) {
  auto collected = collect_serve_settings(args, environment, read_file);
  if (auto* help = std::get_if<HelpAsked>(&collected)) return std::move(*help);
  if (auto* error = std::get_if<UsageError>(&collected)) return std::move(*error);

  Reader reader(std::get<Settings>(collected));
  ServeOptions options;
  options.generation = read_generation(reader);
  read_durability(reader, options);
  options.id = read_id(reader);
  options.entry = read_entry(reader, options.id);
  options.addresses = read_addresses(reader, options.id, options.entry);
  options.allowed_hosts = reader.texts("allow-host");
  for (const std::string& host : options.allowed_hosts) {
    if (!is_host_name(host)) reader.refuse_value("allow-host", host, "no host name");
  }
  options.log_format = read_log_format(reader);
  if (reader.error()) return *reader.error();
  return options;
}

}  // namespace groupy::cli
