// Accepts connections and hands them to the HTTP threads by turns.
//
// Goes on whatever happens to a single connection; when the process is out of descriptors it pauses
// instead of spinning. Thread: start() before the threads run, stop() on the first HTTP thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "http/http_thread.h"

namespace groupy::http {

using HttpThreads = std::vector<std::unique_ptr<HttpThread>>;

class Listener {
 public:
  // Accepts on the loop of the first thread. What it refers to must outlive that thread's run.
  Listener(HttpThreads& threads, ConnectionCount& count);

  void start(boost::asio::ip::tcp::acceptor acceptor);
  void stop();

 private:
  boost::asio::awaitable<void> accept_all();
  void admit(boost::asio::ip::tcp::socket socket, HttpThread& thread);

  HttpThreads& threads_;
  ConnectionCount& count_;
  std::optional<boost::asio::ip::tcp::acceptor> acceptor_;
  boost::asio::steady_timer pause_;
  std::size_t next_ = 0;
};

// An acceptor that listens on "host:port" (IPv6 in brackets; port 0: any free one), or one line
// that says why not. On one address: of a name, the first IPv4 address if it has one. Looks up the
// name, so it may block.
std::variant<boost::asio::ip::tcp::acceptor, std::string> listen_on(boost::asio::io_context& io,
                                                                    const std::string& address);

}  // namespace groupy::http
