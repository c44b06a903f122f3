#include "tests/cli/scripted_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <sstream>

#include "gms/check.h"

namespace groupy::cli::test {
namespace {

// Appends what comes in next; false at the end of the stream.
bool receive_more(int connection, std::string& bytes) {
  std::array<char, 65536> piece;
  const ssize_t count = ::recv(connection, piece.data(), piece.size(), 0);
  if (count <= 0) return false;
  bytes.append(piece.data(), static_cast<std::size_t>(count));
  return true;
}

std::size_t body_length(const std::string& header) {
  constexpr char kName[] = "Content-Length: ";
  const std::size_t at = header.find(kName);
  return at == std::string::npos ? 0 : std::stoul(header.substr(at + sizeof kName - 1));
}

void send_all(int connection, const std::string& bytes) {
  for (std::size_t sent = 0; sent < bytes.size();) {
    const ssize_t count =
        ::send(connection, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (count <= 0) return;
    sent += static_cast<std::size_t>(count);
  }
}

}  // namespace

ScriptedServer::ScriptedServer(Script script, std::uint16_t port) : script_(std::move(script)) {
  listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  GROUPY_CHECK(listener_ >= 0, "a socket can be made");
  const int yes = 1;
  GROUPY_CHECK(::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0, "reuse");
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  GROUPY_CHECK(::bind(listener_, generic, sizeof address) == 0, "the port is free");
  GROUPY_CHECK(::listen(listener_, 16) == 0, "the port can be listened on");
  socklen_t size = sizeof address;
  GROUPY_CHECK(::getsockname(listener_, generic, &size) == 0, "the port is known");
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);  // wakes accept()
  thread_.join();
  ::close(listener_);
}

void ScriptedServer::serve() {
  while (true) {
    const int connection = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (connection < 0) return;
    answer(connection);
    ::close(connection);
  }
}

void ScriptedServer::answer(int connection) {
  std::string bytes;
  std::size_t end = std::string::npos;
  while ((end = bytes.find("\r\n\r\n")) == std::string::npos) {
    if (!receive_more(connection, bytes)) return;
  }
  const std::string header = bytes.substr(0, end);
  std::string body = bytes.substr(end + 4);
  while (body.size() < body_length(header)) {
    if (!receive_more(connection, body)) return;
  }
  std::istringstream line(header);
  std::string method;
  std::string target;
  line >> method >> target;
  const std::optional<ScriptedAnswer> answer = script_(method, target, body);
  if (!answer) return;
  send_all(connection, "HTTP/1.1 " + std::to_string(answer->status) +
                           " scripted\r\nConnection: close\r\nContent-Length: " +
                           std::to_string(answer->body.size()) + "\r\n\r\n" + answer->body);
}

}  // namespace groupy::cli::test
