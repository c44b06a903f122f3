// A socket to a server on this machine, for bytes that no decent client would send.
//
// Every read has a limit of time, so that a server that never answers fails the test instead of
// hanging it. Thread: the test's.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace groupy::http {

class RawClient {
 public:
  RawClient();  // a socket, not connected yet
  explicit RawClient(std::uint16_t port);
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;
  ~RawClient();

  void connect(std::uint16_t port);
  std::uint16_t local_port() const;
  // As much as the server takes; false if it stopped taking.
  bool send(std::string_view bytes);
  void shut_down_sending();
  // Everything until the server closes.
  std::string read_all();
  // Until `end` has come; what has come until then.
  std::string read_until(std::string_view end);
  // Whether nothing comes in this time, not even the end.
  bool hears_nothing_for(std::chrono::milliseconds time);
  // Whether the server closed without a further byte.
  bool is_closed();

 private:
  // One piece; empty: closed, or nothing came in time.
  std::string read_some();

  int socket_ = -1;
  std::string unread_;
};

// How many answers are in it.
std::size_t count_answers(std::string_view bytes);

}  // namespace groupy::http
