#include "tests/system/waiting_read.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "http/numbers.h"
#include "tests/system/cluster.h"

namespace groupy::system_tests {

namespace {

constexpr timeval kAnswerWithin{10, 0};

[[noreturn]] void fail(const std::string& what) {
  throw Failed{what + ": " + std::strerror(errno)};
}

sockaddr_in parse(const std::string& address) {
  const auto colon = address.find(':');
  sockaddr_in parsed{};
  parsed.sin_family = AF_INET;
  parsed.sin_port =
      htons(static_cast<std::uint16_t>(http::parse_decimal(address.substr(colon + 1)).value_or(0)));
  ::inet_pton(AF_INET, address.substr(0, colon).c_str(), &parsed.sin_addr);
  return parsed;
}

}  // namespace

WaitingRead::WaitingRead(const std::string& address) : address_(address) {
  const sockaddr_in to = parse(address);
  socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &kAnswerWithin, sizeof kAnswerWithin);
  if (::connect(socket_, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    ::close(socket_);
    fail("cannot connect to " + address);
  }
}

WaitingRead::WaitingRead(WaitingRead&& other) noexcept
    : address_(other.address_), socket_(std::exchange(other.socket_, -1)) {}

WaitingRead::~WaitingRead() {
  if (socket_ >= 0) ::close(socket_);
}

void WaitingRead::send(const std::string& target) {
  const std::string request =
      "GET " + target + " HTTP/1.1\r\nHost: " + address_ + "\r\nConnection: close\r\n\r\n";
  if (::send(socket_, request.data(), request.size(), MSG_NOSIGNAL) !=
      static_cast<ssize_t>(request.size())) {
    fail("cannot send to " + address_);
  }
}

std::pair<unsigned, std::string> WaitingRead::answer() {
  std::string bytes;
  std::array<char, 4096> part{};
  ssize_t got = 0;
  while ((got = ::recv(socket_, part.data(), part.size(), 0)) > 0) {
    bytes.append(part.data(), static_cast<std::size_t>(got));
  }
  const auto end = bytes.find("\r\n\r\n");
  if (got < 0 || end == std::string::npos) fail("no answer from " + address_ + ": " + bytes);
  const auto status = http::parse_decimal(bytes.substr(bytes.find(' ') + 1, 3));
  return {static_cast<unsigned>(status.value_or(0)), bytes.substr(end + 4)};
}

}  // namespace groupy::system_tests
