// One thread that serves connections: its loop, its inbox, its connections and their sweep.
//
// Connections never change threads, so nothing of theirs needs a lock. Thread: as each function
// says.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <thread>

#include "http/connection.h"

namespace groupy::http {

struct HttpThreadOptions {
  const Handler& handler;
  kvstore::Store& store;
  ByteBudget& budget;
  ConnectionCount& count;
};

class HttpThread {
 public:
  // What the options refer to must outlive this.
  explicit HttpThread(HttpThreadOptions options);
  ~HttpThread();
  HttpThread(const HttpThread&) = delete;
  HttpThread& operator=(const HttpThread&) = delete;

  void start();
  // Any thread: no further requests; those under way go on.
  void refuse_requests();
  // Not from the HTTP thread itself: ends it, and with it what is still under way.
  void end();

  boost::asio::io_context& io() { return io_; }
  const Shared& shared() const { return shared_; }

 private:
  const HttpThreadOptions options_;
  Connections connections_;
  std::shared_ptr<Inbox> inbox_;
  const Shared shared_;
  // The loop owns the connections, which use all of the above until it destroys them: so it goes
  // first. The above only refer to it.
  boost::asio::io_context io_{1};
  std::thread thread_;
};

}  // namespace groupy::http
