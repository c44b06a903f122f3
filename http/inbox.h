// Brings the store's answers from its threads to the HTTP thread that waits for them.
//
// The store holds only the inbox and a weak reference: whatever has happened to the connection, or
// to the whole server, by the time it answers, nothing that is gone is touched. A burst of answers
// wakes the HTTP thread once. Bounded by the requests that wait. Thread: any; what is put in is
// handed out on the HTTP thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <memory>
#include <mutex>
#include <optional>
#include <variant>
#include <vector>

#include "kvstore/store.h"

namespace groupy::http {

using StoreReply = std::variant<kvstore::Answer, kvstore::DigestAnswer, kvstore::ConfirmAnswer,
                                kvstore::LeadAnswer>;

// Who waits: sleeps on `wake`, which is cancelled when `reply` is set.
struct PendingReply {
  explicit PendingReply(boost::asio::io_context& io) : wake(io) {}

  boost::asio::steady_timer wake;
  std::optional<StoreReply> reply;
};

class Inbox : public std::enable_shared_from_this<Inbox> {
 public:
  explicit Inbox(boost::asio::io_context& io) : io_(&io) {}

  // For the one who waits; does nothing if that one is gone or the inbox is closed.
  void put(std::weak_ptr<PendingReply> to, StoreReply reply);

  // Before the io_context goes.
  void close();

 private:
  struct Item {
    std::weak_ptr<PendingReply> to;
    StoreReply reply;
  };
  void hand_out();

  std::mutex mutex_;
  boost::asio::io_context* io_;  // null when closed
  std::vector<Item> waiting_;
};

}  // namespace groupy::http
