#include "http/server.h"

#include <sys/resource.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <optional>
#include <random>
#include <utility>

#include "http/listener.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Half of the descriptors stay free for the database and the group's links.
std::size_t connections_max(const Limits& limits) {
  rlimit descriptors{};
  if (::getrlimit(RLIMIT_NOFILE, &descriptors) != 0) return limits.connections_max;
  return std::min<std::size_t>(limits.connections_max, descriptors.rlim_cur / 2);
}

std::uint64_t random_number() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

HandlerOptions handler_options(const ServerOptions& options, bool is_loopback_only) {
  HandlerOptions made;
  made.hosts.is_loopback_only = is_loopback_only;
  for (std::string name : options.allowed_hosts) {
    std::ranges::transform(name, name.begin(), to_lower);
    made.hosts.allowed.insert(std::move(name));
  }
  made.limits = options.limits;
  made.request_id_seed = random_number();
  return made;
}

}  // namespace

// In the order in which they need each other.
struct Server::Parts {
  Parts(ServerOptions options, kvstore::Store& store, bool is_loopback_only)
      : handler(handler_options(options, is_loopback_only), store),
        budget(options.limits.body_budget_bytes),
        count(connections_max(options.limits)) {
    for (unsigned made = 0; made < std::max(options.threads, 1u); ++made) {
      threads.push_back(
          std::make_unique<HttpThread>(HttpThreadOptions{handler, store, budget, count}));
    }
    listener.emplace(threads, count);
  }

  Handler handler;
  ByteBudget budget;
  ConnectionCount count;
  HttpThreads threads;
  std::optional<Listener> listener;
  std::uint16_t port = 0;
  bool is_stopped = false;
};

std::variant<std::unique_ptr<Server>, std::string> Server::start(ServerOptions options,
                                                                 kvstore::Store& store) {
  // Who may speak to us depends on where we listen, so that comes first.
  asio::io_context probing;
  auto listening = listen_on(probing, options.address);
  if (auto* error = std::get_if<std::string>(&listening)) return std::move(*error);
  auto& probed = std::get<tcp::acceptor>(listening);
  boost::system::error_code failed;
  const tcp::endpoint endpoint = probed.local_endpoint(failed);
  if (failed) return "cannot listen on " + options.address + ": " + failed.message();
  const tcp protocol = endpoint.protocol();
  const int descriptor = probed.release(failed);
  if (failed) return "cannot listen on " + options.address + ": " + failed.message();

  auto parts = std::make_unique<Parts>(std::move(options), store, endpoint.address().is_loopback());
  parts->port = endpoint.port();
  HttpThreads& threads = parts->threads;
  parts->listener->start(tcp::acceptor(threads.front()->io(), protocol, descriptor));
  for (const auto& thread : threads) thread->start();
  return std::unique_ptr<Server>(new Server(std::move(parts)));
}

Server::Server(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Server::~Server() {
  stop(std::chrono::milliseconds(0));
}

std::uint16_t Server::port() const {
  return parts_->port;
}

bool Server::stop(std::chrono::milliseconds limit) {
  if (std::exchange(parts_->is_stopped, true)) return true;
  const Clock::time_point deadline = Clock::now() + limit;
  parts_->handler.set_stopping();
  asio::post(parts_->threads.front()->io(), [this] { parts_->listener->stop(); });
  for (const auto& thread : parts_->threads) thread->refuse_requests();
  const bool is_empty = parts_->count.wait_until_none(deadline);
  for (const auto& thread : parts_->threads) thread->end();
  return is_empty;
}

}  // namespace groupy::http
