#include "gms/net/dialler.h"

#include <algorithm>
#include <boost/asio/connect.hpp>

namespace groupy::gms::net {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

std::pair<std::string, std::string> split_address(const std::string& address) {
  const std::size_t colon = address.rfind(':');
  if (colon == std::string::npos) return {address, ""};
  std::string host = address.substr(0, colon);
  if (host.size() >= 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  return {host, address.substr(colon + 1)};
}

Dialler::Dialler(asio::io_context& io, DiallerOptions options)
    : options_(std::move(options)),
      resolver_(io),
      socket_(io),
      pause_timer_(io),
      connect_limit_(io) {}

void Dialler::start() {
  resolve();
}

void Dialler::stop() {
  stopped_ = true;
  resolver_.cancel();
  pause_timer_.cancel();
  connect_limit_.cancel();
  error_code ignored;  // what is pending sees stopped_
  socket_.close(ignored);
}

void Dialler::resolve() {
  const auto [host, port] = split_address(options_.address);
  resolver_.async_resolve(
      host, port,
      [self = shared_from_this()](error_code error, const tcp::resolver::results_type& found) {
        if (self->stopped_) return;
        if (error) {
          self->on_attempt_failed("cannot resolve: " + error.message());
        } else {
          self->connect(found);
        }
      });
}

void Dialler::connect(const tcp::resolver::results_type& found) {
  connect_limit_.expires_after(kConnectLimit);
  connect_limit_.async_wait([self = shared_from_this()](error_code error) {
    if (error) return;   // cancelled: connected, or failed before
    error_code ignored;  // the pending connect tells
    self->socket_.close(ignored);
  });
  asio::async_connect(
      socket_, found, [self = shared_from_this()](error_code error, const tcp::endpoint&) {
        if (self->stopped_) return;
        const bool in_time = self->connect_limit_.cancel() > 0;
        if (error || !in_time) {
          self->on_attempt_failed(in_time ? error.message() : "connecting timed out");
        } else {
          self->greet_peer();
        }
      });
}

void Dialler::greet_peer() {
  prepare_socket(socket_);
  greet(
      std::move(socket_), options_.hello(),
      [self = shared_from_this()](const wire::Hello& theirs) -> std::optional<std::string> {
        if (self->stopped_) return "this member stops";
        return self->options_.judge(theirs);
      },
      [self = shared_from_this()](std::variant<Greeted, std::string> result) {
        if (self->stopped_) return;
        if (const auto* why = std::get_if<std::string>(&result)) {
          self->on_attempt_failed(*why);
        } else {
          self->stopped_ = true;
          self->options_.on_greeted(std::get<Greeted>(std::move(result)));
        }
      });
}

void Dialler::on_attempt_failed(const std::string& why) {
  error_code ignored;  // a fresh one is opened at the next attempt
  socket_.close(ignored);
  const auto self = shared_from_this();
  options_.on_failed(why);
  if (stopped_) return;
  pause_timer_.expires_after(pause_);
  pause_ = std::min(2 * pause_, kRedialPauseMax);
  pause_timer_.async_wait([self](error_code) {
    if (!self->stopped_) self->resolve();
  });
}

}  // namespace groupy::gms::net
