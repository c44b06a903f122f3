#include "http/http_thread.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace groupy::http {
namespace {

namespace asio = boost::asio;

// Also what keeps the loop from running out of work.
asio::awaitable<void> sweep(asio::io_context* io, Connections* connections,
                            std::chrono::milliseconds every) {
  constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
  asio::steady_timer timer(*io);
  while (true) {
    timer.expires_after(every);
    auto [failed] = co_await timer.async_wait(kAwait);
    if (failed) co_return;
    connections->sweep(Clock::now());
  }
}

}  // namespace

HttpThread::HttpThread(HttpThreadOptions options)
    : options_(std::move(options)), inbox_(std::make_shared<Inbox>(io_)), shared_{options_.handler,
                                                                                  options_.store,
                                                                                  options_.budget,
                                                                                  options_.count,
                                                                                  connections_,
                                                                                  io_,
                                                                                  inbox_} {
  asio::co_spawn(io_, sweep(&io_, &connections_, options_.handler.limits().sweep), asio::detached);
}

HttpThread::~HttpThread() {
  end();
}

void HttpThread::start() {
  thread_ = std::thread([this] { io_.run(); });
}

void HttpThread::refuse_requests() {
  asio::post(io_, [this] { connections_.stop(); });
}

void HttpThread::end() {
  inbox_->close();
  io_.stop();
  if (thread_.joinable()) thread_.join();
}

}  // namespace groupy::http
