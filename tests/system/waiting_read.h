// A GET that waits in the socket of a process that stands still.
//
// http::Client waits for its answer as soon as it has sent; this one sends, and is asked for the
// answer when the process goes on. Thread: one at a time.
#pragma once

#include <string>
#include <utility>

namespace groupy::system_tests {

class WaitingRead {
 public:
  // `address`: "a.b.c.d:port". The kernel takes the connection even if the process does not.
  // Failed if it does not.
  explicit WaitingRead(const std::string& address);
  WaitingRead(WaitingRead&& other) noexcept;
  WaitingRead& operator=(WaitingRead&&) = delete;
  ~WaitingRead();

  // All of the request is in the kernel when this returns.
  void send(const std::string& target);
  // Status and body, within 10 s; Failed if none comes.
  std::pair<unsigned, std::string> answer();

 private:
  const std::string address_;
  int socket_ = -1;
};

}  // namespace groupy::system_tests
