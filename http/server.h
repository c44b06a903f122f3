// The HTTP front of one replica: listens, serves, stops.
//
// Thread: start, stop and destroy from one thread, not one of the server's own.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "http/limits.h"
#include "kvstore/store.h"

namespace groupy::http {

struct ServerOptions {
  std::string address = "127.0.0.1:0";     // "host:port"; IPv6 in brackets; port 0: any free one
  unsigned threads = 1;                    // at least 1
  std::vector<std::string> allowed_hosts;  // beside loopback names, if bound to loopback
  Limits limits;
};

class Server {
 public:
  // Serves when it returns; or one line that says why it cannot. `store` must outlive the server;
  // what the store still calls back afterwards is ignored.
  static std::variant<std::unique_ptr<Server>, std::string> start(ServerOptions options,
                                                                  kvstore::Store& store);
  ~Server();  // stops at once
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  std::uint16_t port() const;

  // Accepts nothing more, closes idle connections, lets what is under way be answered with
  // `Connection: close`, for `limit` at most, then ends. False if something had to be cut off.
  bool stop(std::chrono::milliseconds limit);

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  std::unique_ptr<Parts> parts_;
};

}  // namespace groupy::http
