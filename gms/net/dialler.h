// Dials one address again and again until the peer there shakes hands.
//
// Names are resolved anew at each attempt, by Asio's own thread and never on the group thread. The
// pause between attempts grows from kRedialPauseMin to kRedialPauseMax.
// Thread: the group thread. Owned by shared_ptr; stop() before the callbacks' owner goes.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "gms/net/handshake.h"

namespace groupy::gms::net {

constexpr std::chrono::milliseconds kRedialPauseMin{50};
constexpr std::chrono::milliseconds kRedialPauseMax{1000};
constexpr std::chrono::milliseconds kConnectLimit{2000};

struct DiallerOptions {
  std::string address;                 // "host:port"
  std::function<wire::Hello()> hello;  // ours, as of the attempt
  Judge judge;
  // The handshake is done: the dialler has nothing more to do.
  std::function<void(Greeted greeted)> on_greeted;
  // One attempt failed; the next follows.
  std::function<void(const std::string& why)> on_failed;
};

class Dialler : public std::enable_shared_from_this<Dialler> {
 public:
  Dialler(boost::asio::io_context& io, DiallerOptions options);

  void start();
  // No callback is called any more.
  void stop();

 private:
  void resolve();
  void connect(const boost::asio::ip::tcp::resolver::results_type& found);
  void greet_peer();
  void on_attempt_failed(const std::string& why);

  DiallerOptions options_;
  boost::asio::ip::tcp::resolver resolver_;
  boost::asio::ip::tcp::socket socket_;
  boost::asio::steady_timer pause_timer_;  // until the next attempt
  boost::asio::steady_timer connect_limit_;
  std::chrono::milliseconds pause_ = kRedialPauseMin;
  bool stopped_ = false;
};

// "host:port" or "[v6]:port" in two; the port is empty if there is none.
std::pair<std::string, std::string> split_address(const std::string& address);

}  // namespace groupy::gms::net
