// What a command may touch of the world around it.
//
// Handed to every command, so that tests run commands with streams, environment and replicas of
// their own. Thread: the main thread; `call` alone may be used by several at once.
#pragma once

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <string>
#include <variant>
#include <vector>

#include "http/client.h"

namespace groupy::cli {

struct ServeOptions;

using Args = std::vector<std::string>;
using Environment = std::map<std::string, std::string>;

using CallResult = std::variant<http::ClientAnswer, http::ClientError>;
// One request to the replica at `endpoint` ("http://host:port") and its answer, within `limit`.
using HttpCall = std::function<CallResult(const std::string& endpoint, const http::ClientRequest&,
                                          std::chrono::milliseconds limit)>;

struct Surroundings {
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool out_is_terminal = false;
  Environment environment{};
  std::string program{};  // path of the running executable
  HttpCall call{};
  std::function<int(const ServeOptions&)> serve{};  // runs one replica; gives the exit code
};

}  // namespace groupy::cli
