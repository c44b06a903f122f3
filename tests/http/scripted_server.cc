#include "tests/http/scripted_server.h"

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace groupy::http {

ScriptedServer::ScriptedServer(std::vector<std::string> answers) {
  listening_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(::bind(listening_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(::listen(listening_, 1), 0);
  socklen_t length = sizeof address;
  EXPECT_EQ(::getsockname(listening_, reinterpret_cast<sockaddr*>(&address), &length), 0);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, answers = std::move(answers)] { run(answers); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listening_, SHUT_RDWR);  // wakes an accept that nobody came for
  thread_.join();
  ::close(listening_);
}

void ScriptedServer::run(const std::vector<std::string>& answers) {
  const int client = ::accept(listening_, nullptr, nullptr);
  if (client < 0) return;
  ::shutdown(listening_, SHUT_RDWR);  // a second connection is refused
  std::string unread;
  for (const std::string& answer : answers) {
    std::array<char, 4096> piece;
    while (unread.find("\r\n\r\n") == std::string::npos) {
      const ssize_t got = ::recv(client, piece.data(), piece.size(), 0);
      if (got <= 0) break;
      unread.append(piece.data(), static_cast<std::size_t>(got));
    }
    unread.erase(0, unread.find("\r\n\r\n") + 4);
    ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  ::close(client);
}

}  // namespace groupy::http
