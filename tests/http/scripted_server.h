// A server that takes one connection and answers each request with the next of its given bytes.
//
// Thread: has one of its own; the rest belongs to the test's.
#pragma once

#include <cstdint>
#include <string>
#include <thread>
#include <vector>

namespace groupy::http {

class ScriptedServer {
 public:
  // After the last answer it closes the connection.
  explicit ScriptedServer(std::vector<std::string> answers);
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;
  ~ScriptedServer();

  std::string url() const { return "127.0.0.1:" + std::to_string(port_); }

 private:
  void run(const std::vector<std::string>& answers);

  int listening_ = -1;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace groupy::http
