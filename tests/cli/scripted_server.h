// The smallest HTTP server that a real client can talk to: one thread, one request per connection.
//
// Thread: its own serves; everything else from the one that made it.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <thread>

namespace groupy::cli::test {

struct ScriptedAnswer {
  unsigned status = 200;
  std::string body;
};

class ScriptedServer {
 public:
  // Nothing: the connection is closed without an answer.
  using Script = std::function<std::optional<ScriptedAnswer>(
      const std::string& method, const std::string& target, const std::string& body)>;

  // Listens on 127.0.0.1; port 0 takes a free one. A port that is taken ends the process.
  explicit ScriptedServer(Script script, std::uint16_t port = 0);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::uint16_t port() const { return port_; }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void serve();
  void answer(int connection);

  Script script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace groupy::cli::test
