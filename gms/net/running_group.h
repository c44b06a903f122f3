// Asks addresses whether a member of a group that runs is there.
//
// Who is told to found a group asks the others it was named with first: a process that was started
// again must not found a second group beside the first. Nobody there, or nobody in a group yet:
// found it. It says hello as any member that wants a link, and hangs up. Thread: one.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "gms/wire/hello.h"

namespace groupy::gms::net {

// Enough for a handshake within a site. Nobody listens where the others are still to be started, so
// that they refuse the connection at once: only a host that is down takes all of it.
constexpr std::chrono::milliseconds kAskLimit{1000};

struct RunningGroup {
  std::string address;  // who answered there
  std::string why;      // why no other group may be founded, for people
};

// Runs `io` until all have answered or failed, or the time is up. Nothing: no group was found.
[[nodiscard]] std::optional<RunningGroup> find_running_group(
    boost::asio::io_context& io, const std::vector<std::string>& addresses, const wire::Hello& ours,
    std::chrono::milliseconds limit = kAskLimit);

}  // namespace groupy::gms::net
