#include "gms/net/handshake.h"

#include <fcntl.h>
#include <netinet/tcp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <memory>

namespace groupy::gms::net {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto kAsTuple = asio::as_tuple(asio::use_awaitable);
using Failed = std::string;

// One handshake: the socket, what is read from it, and the timer that closes it when time is up.
struct Exchange {
  Exchange(tcp::socket connected, wire::Hello hello, Judge judges, HandshakeDone on_done)
      : socket(std::move(connected)),
        deadline(socket.get_executor()),
        ours(std::move(hello)),
        judge(std::move(judges)),
        done(std::move(on_done)) {}

  tcp::socket socket;
  asio::steady_timer deadline;
  wire::FrameReader reader{wire::kHelloBytesMax};
  wire::Hello ours;
  Judge judge;
  HandshakeDone done;
  bool timed_out = false;
};
using SharedExchange = std::shared_ptr<Exchange>;

void start_deadline(const SharedExchange& exchange) {
  exchange->deadline.expires_after(kHandshakeLimit);
  exchange->deadline.async_wait([exchange](boost::system::error_code error) {
    if (error) return;  // cancelled: the handshake is over
    exchange->timed_out = true;
    boost::system::error_code ignored;  // the pending read or write tells
    exchange->socket.close(ignored);
  });
}

Failed failure(const Exchange& exchange, const boost::system::error_code& error) {
  if (exchange.timed_out) return "no handshake within the time limit";
  if (error == asio::error::eof) return "closed the connection during the handshake";
  return error.message();
}

asio::awaitable<std::optional<Failed>> write_pieces(SharedExchange exchange,
                                                    std::vector<wire::Piece> pieces) {
  std::string bytes;
  for (const wire::Piece& piece : pieces) bytes.append(piece.head).append(piece.payload.bytes());
  const auto buffer = asio::buffer(bytes);
  const auto [error, size] = co_await asio::async_write(exchange->socket, buffer, kAsTuple);
  if (error) co_return failure(*exchange, error);
  co_return std::nullopt;
}

// Their hello; or why not, which includes their refusal of us.
asio::awaitable<std::variant<wire::Hello, Failed>> read_hello(SharedExchange exchange) {
  for (;;) {
    const auto next = exchange->reader.next();
    if (const auto* broken = std::get_if<wire::BrokenFrame>(&next)) co_return broken->why;
    if (const auto* raw = std::get_if<wire::RawFrame>(&next)) {
      auto message = wire::decode_handshake(*raw);
      if (!message) co_return "a malformed hello";
      if (const auto* refusal = std::get_if<wire::Refusal>(&*message)) {
        co_return std::string(kRefused) + refusal->reason;
      }
      co_return std::get<wire::Hello>(std::move(*message));
    }
    const std::span<char> space = exchange->reader.space();
    const auto buffer = asio::buffer(space.data(), space.size());
    const auto [error, size] = co_await exchange->socket.async_read_some(buffer, kAsTuple);
    if (error) co_return failure(*exchange, error);
    exchange->reader.filled(size);
  }
}

void finish(const SharedExchange& exchange, std::variant<wire::Hello, Failed> result) {
  exchange->deadline.cancel();
  if (auto* why = std::get_if<Failed>(&result)) {
    exchange->done(std::move(*why));
    return;
  }
  if (exchange->timed_out) {
    exchange->done(Failed("no handshake within the time limit"));
    return;
  }
  exchange->done(Greeted{std::move(exchange->socket), std::move(exchange->reader),
                         std::get<wire::Hello>(std::move(result))});
}

asio::awaitable<void> run_greet(SharedExchange exchange) {
  std::vector<wire::Piece> hello;
  wire::encode_hello(exchange->ours, hello);
  auto failed = co_await write_pieces(exchange, std::move(hello));
  if (failed) {
    finish(exchange, std::move(*failed));
    co_return;
  }
  auto theirs = co_await read_hello(exchange);
  if (const auto* hello_of_peer = std::get_if<wire::Hello>(&theirs)) {
    auto reason = exchange->judge(*hello_of_peer);
    if (reason) theirs = std::move(*reason);
  }
  finish(exchange, std::move(theirs));
}

asio::awaitable<void> run_answer(SharedExchange exchange) {
  auto theirs = co_await read_hello(exchange);
  const auto* hello_of_peer = std::get_if<wire::Hello>(&theirs);
  if (hello_of_peer == nullptr) {
    finish(exchange, std::move(theirs));
    co_return;
  }
  auto reason = exchange->judge(*hello_of_peer);
  std::vector<wire::Piece> answer;
  if (reason) {
    wire::encode_refusal(wire::Refusal{*reason}, answer);
    theirs = std::move(*reason);
  } else {
    wire::encode_hello(exchange->ours, answer);
  }
  auto failed = co_await write_pieces(exchange, std::move(answer));
  if (failed) theirs = std::move(*failed);
  finish(exchange, std::move(theirs));
}

}  // namespace

void greet(tcp::socket socket, wire::Hello ours, Judge judge, HandshakeDone done) {
  const auto executor = socket.get_executor();
  auto exchange = std::make_shared<Exchange>(std::move(socket), std::move(ours), std::move(judge),
                                             std::move(done));
  start_deadline(exchange);
  asio::co_spawn(executor, run_greet(std::move(exchange)), asio::detached);
}

void answer_greeting(tcp::socket socket, wire::Hello ours, Judge judge, HandshakeDone done) {
  const auto executor = socket.get_executor();
  auto exchange = std::make_shared<Exchange>(std::move(socket), std::move(ours), std::move(judge),
                                             std::move(done));
  start_deadline(exchange);
  asio::co_spawn(executor, run_answer(std::move(exchange)), asio::detached);
}

void prepare_socket(tcp::socket& socket) {
  // A socket that died meanwhile refuses options; the next read tells, so nothing is lost here.
  boost::system::error_code ignored;
  socket.set_option(tcp::no_delay(true), ignored);
  socket.set_option(asio::socket_base::keep_alive(true), ignored);
  // A host that is gone without a word is noticed after some ten seconds, not after hours.
  using asio::detail::socket_option::integer;
  socket.set_option(integer<IPPROTO_TCP, TCP_KEEPIDLE>(5), ignored);
  socket.set_option(integer<IPPROTO_TCP, TCP_KEEPINTVL>(2), ignored);
  socket.set_option(integer<IPPROTO_TCP, TCP_KEEPCNT>(3), ignored);
  // Nor with bytes under way, for which the kernel would go on trying for a quarter of an hour.
  socket.set_option(integer<IPPROTO_TCP, TCP_USER_TIMEOUT>(10'000), ignored);
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

}  // namespace groupy::gms::net
