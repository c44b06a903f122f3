// What `groupy serve` was told, checked: every value in range, and all of them fit together.
//
// Whatever can be found wrong without touching the network or the disk is found here, so that a
// replica either starts as it was meant or says in one line what is wrong. Thread: pure.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "cli/address.h"
#include "cli/serve_settings.h"
#include "gms/ids.h"

namespace groupy::cli {

struct Founder {
  gms::NodeId id;
  Address peer;
  bool operator==(const Founder&) const = default;
};
// The founding members, oneself among them, in the order in which they join; the first one leads.
using Founders = std::vector<Founder>;

// How a replica comes into its group.
struct Entry {
  std::variant<Founders, Address> by;       // found it, or join through the member at this address
  std::chrono::milliseconds limit{60'000};  // for joining; founders wait as long as it takes
};

struct ReplicaAddresses {
  Address http{"127.0.0.1", 8081};             // listened on
  Address peer{"127.0.0.1", 9081};             // listened on
  Address advertised_http{"127.0.0.1", 8081};  // shown in views
  Address advertised_peer{"127.0.0.1", 9081};  // dialled by others
};

enum class LogFormat { text, json };

struct ServeOptions {
  gms::NodeId id;
  int generation = 3;
  std::string data;                              // the directory of generation 3
  std::chrono::milliseconds suspect_after{200};  // generation 3
  bool accepts_tail_loss = false;                // generation 3
  ReplicaAddresses addresses;
  Entry entry;
  std::vector<std::string> allowed_hosts;  // accepted in Host headers, beside loopback names
  LogFormat log_format = LogFormat::text;
};

constexpr std::size_t kFoundersMax = 7;

std::variant<ServeOptions, HelpAsked, UsageError> parse_serve_options(
    const Args& args, const Environment& environment, const ReadFile& read_file);

}  // namespace groupy::cli
