#include "tests/http/raw_client.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace groupy::http {
namespace {

constexpr timeval kPatience{20, 0};

}  // namespace

RawClient::RawClient() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &kPatience, sizeof kPatience);
}

RawClient::RawClient(std::uint16_t port) : RawClient() {
  connect(port);
}

void RawClient::connect(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int connected =
      ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  EXPECT_EQ(connected, 0) << "no server on port " << port;
}

std::uint16_t RawClient::local_port() const {
  sockaddr_in address{};
  socklen_t size = sizeof address;
  EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
  return ntohs(address.sin_port);
}

RawClient::~RawClient() {
  ::close(socket_);
}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::shut_down_sending() {
  ::shutdown(socket_, SHUT_WR);
}

std::string RawClient::read_some() {
  std::array<char, 65536> piece;
  const ssize_t got = ::recv(socket_, piece.data(), piece.size(), 0);
  EXPECT_FALSE(got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) << "the server keeps silent";
  return got <= 0 ? std::string() : std::string(piece.data(), static_cast<std::size_t>(got));
}

bool RawClient::hears_nothing_for(std::chrono::milliseconds time) {
  pollfd readable{socket_, POLLIN, 0};
  return unread_.empty() && ::poll(&readable, 1, static_cast<int>(time.count())) == 0;
}

std::string RawClient::read_all() {
  std::string all = std::exchange(unread_, {});
  for (std::string piece = read_some(); !piece.empty(); piece = read_some()) all += piece;
  return all;
}

std::string RawClient::read_until(std::string_view end) {
  std::size_t at = unread_.find(end);
  while (at == std::string::npos) {
    const std::string piece = read_some();
    if (piece.empty()) return std::exchange(unread_, {});
    unread_ += piece;
    at = unread_.find(end);
  }
  const std::string read = unread_.substr(0, at + end.size());
  unread_.erase(0, read.size());
  return read;
}

bool RawClient::is_closed() {
  return read_all().empty();
}

std::size_t count_answers(std::string_view bytes) {
  constexpr std::string_view kInEach = "\r\nX-Groupy-Node: ";
  std::size_t answers = 0;
  for (auto at = bytes.find(kInEach); at != std::string_view::npos;
       at = bytes.find(kInEach, at + 1)) {
    ++answers;
  }
  return answers;
}

}  // namespace groupy::http
