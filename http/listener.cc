#include "http/listener.h"

#include <fcntl.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/numbers.h"
#include "http/problem.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr int kBacklog = 4096;
constexpr std::chrono::milliseconds kPause{50};

struct HostAndPort {
  std::string host;
  std::string port;
};

std::optional<HostAndPort> split_address(const std::string& address) {
  const auto colon = address.rfind(':');
  if (colon == std::string::npos || colon == 0) return std::nullopt;
  HostAndPort parts{address.substr(0, colon), address.substr(colon + 1)};
  if (parts.host.starts_with('[') && parts.host.ends_with(']')) {
    parts.host = parts.host.substr(1, parts.host.size() - 2);
  } else if (parts.host.find(':') != std::string::npos) {
    return std::nullopt;
  }
  constexpr std::uint64_t kPortMax = 65'535;
  const auto port = parse_decimal(parts.port);
  if (!port || *port > kPortMax || parts.host.empty()) return std::nullopt;
  return parts;
}

// Of a name with addresses of both kinds, an IPv4 address: "localhost" may be ::1 first.
tcp::endpoint preferred(const tcp::resolver::results_type& found) {
  const auto is_v4 = [](const auto& entry) { return entry.endpoint().address().is_v4(); };
  const auto v4 = std::find_if(found.begin(), found.end(), is_v4);
  return v4 != found.end() ? v4->endpoint() : found.begin()->endpoint();
}

// Children of this process must not hold our sockets open.
void set_close_on_exec(int descriptor) {
  ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// As far as it fits into an empty socket buffer, which it does: nobody waits for this client.
void turn_away(tcp::socket socket, const Handler& handler) {
  Answer answer = make_problem(Code::overloaded, "too many connections are open");
  handler.stamp(answer, nullptr);
  const std::string bytes =
      render_head(answer, {false, false, http_date(std::time(nullptr))}) + answer.body;
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(bytes), ignored);
}

}  // namespace

std::variant<tcp::acceptor, std::string> listen_on(asio::io_context& io,
                                                   const std::string& address) {
  const auto parts = split_address(address);
  if (!parts) return "'" + address + "' is not host:port";
  const auto refuse = [&](const error_code& failed) {
    return "cannot listen on " + address + ": " + failed.message();
  };
  error_code failed;
  tcp::resolver resolver(io);
  const auto found = resolver.resolve(parts->host, parts->port, tcp::resolver::passive, failed);
  if (failed) return refuse(failed);
  if (found.empty()) return refuse(asio::error::host_not_found);
  const tcp::endpoint endpoint = preferred(found);
  tcp::acceptor acceptor(io);
  acceptor.open(endpoint.protocol(), failed);
  if (failed) return refuse(failed);
  set_close_on_exec(acceptor.native_handle());
  acceptor.set_option(tcp::acceptor::reuse_address(true), failed);
  if (failed) return refuse(failed);
  acceptor.bind(endpoint, failed);
  if (failed) return refuse(failed);
  acceptor.listen(kBacklog, failed);
  if (failed) return refuse(failed);
  return acceptor;
}

Listener::Listener(HttpThreads& threads, ConnectionCount& count)
    : threads_(threads), count_(count), pause_(threads.front()->io()) {}

void Listener::start(tcp::acceptor acceptor) {
  acceptor_.emplace(std::move(acceptor));
  asio::co_spawn(threads_.front()->io(), accept_all(), asio::detached);
}

void Listener::stop() {
  error_code ignored;  // it is closed in any case
  acceptor_->close(ignored);
  pause_.cancel();
}

asio::awaitable<void> Listener::accept_all() {
  while (acceptor_->is_open()) {
    HttpThread& thread = *threads_[next_];
    next_ = (next_ + 1) % threads_.size();
    const asio::any_io_executor executor = thread.io().get_executor();
    auto [failed, socket] = co_await acceptor_->async_accept(executor, kAwait);
    if (!failed) {
      admit(std::move(socket), thread);
    } else if (failed != asio::error::connection_aborted && acceptor_->is_open()) {
      // Out of descriptors or memory: the client stays in the backlog, and we would spin.
      pause_.expires_after(kPause);
      [[maybe_unused]] auto [cancelled] = co_await pause_.async_wait(kAwait);
    }
  }
}

void Listener::admit(tcp::socket socket, HttpThread& thread) {
  set_close_on_exec(socket.native_handle());
  if (!count_.enter()) {
    turn_away(std::move(socket), thread.shared().handler);
    return;
  }
  error_code ignored;  // only slower without it
  socket.set_option(tcp::no_delay(true), ignored);
  asio::dispatch(thread.io(), [socket = std::move(socket), &thread]() mutable {
    start_connection(std::move(socket), thread.shared());
  });
}

}  // namespace groupy::http
