// A server on a free port of loopback, with a store whose answers the test controls.
//
// Thread: the test's.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "http/client.h"
#include "http/server.h"
#include "tests/http/fake_store.h"
#include "tests/http/raw_client.h"

namespace groupy::http {

constexpr std::chrono::milliseconds kPatience{20'000};

class Serving : public testing::Test {
 protected:
  // Deadlines are kept to a few milliseconds, whatever else the test sets.
  static Limits quick_limits() {
    Limits limits;
    limits.sweep = std::chrono::milliseconds(5);
    return limits;
  }

  void serve(Limits limits = quick_limits(), unsigned threads = 1) {
    ServerOptions options;
    options.limits = limits;
    options.threads = threads;
    auto started = Server::start(options, store_);
    auto* server = std::get_if<std::unique_ptr<Server>>(&started);
    ASSERT_NE(server, nullptr) << std::get<std::string>(started);
    server_ = std::move(*server);
  }

  std::uint16_t port() const { return server_->port(); }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port()); }

  // The answer to one request on a connection of its own; status 0 if there is none.
  ClientAnswer call(const std::string& method, const std::string& target,
                    const std::string& body = {}) {
    Client client(url());
    auto result = client.call({method, target, {}, body}, kPatience);
    if (const auto* error = std::get_if<ClientError>(&result)) {
      ADD_FAILURE() << method << ' ' << target << ": " << error->what;
      return {};
    }
    return std::get<ClientAnswer>(std::move(result));
  }

  // All that comes back for these bytes until the server closes.
  std::string answers_to(std::string_view bytes) {
    RawClient client(port());
    client.send(bytes);
    return client.read_all();
  }

  FakeStore store_;
  std::unique_ptr<Server> server_;
};

}  // namespace groupy::http
