// One client's connection: reads requests one after another and answers each before the next.
//
// The only place where bytes from clients meet the parser. Lives as long as its coroutine: until
// the client leaves, a deadline passes, a request leaves its end in doubt, or the server stops.
// Thread: one HTTP thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>

#include "http/budget.h"
#include "http/connections.h"
#include "http/handler.h"
#include "http/inbox.h"
#include "kvstore/store.h"

namespace groupy::http {

// What connections of one HTTP thread share; all of it outlives them.
struct Shared {
  const Handler& handler;
  kvstore::Store& store;
  ByteBudget& budget;
  ConnectionCount& count;
  Connections& connections;
  boost::asio::io_context& io;
  std::shared_ptr<Inbox> inbox;
};

// Serves the socket, which belongs to shared.io; it was counted, and leaves the count by itself.
void start_connection(boost::asio::ip::tcp::socket socket, const Shared& shared);

}  // namespace groupy::http
