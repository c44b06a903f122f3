// What a request has to wait for in the store: asked there, awaited here, rendered into the answer.
//
// Belongs to one connection, whose client is watched meanwhile. Each function leaves the answer in
// the exchange, or nothing if the client is gone. Thread: one HTTP thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <memory>

#include "http/connection.h"
#include "http/exchange.h"
#include "http/read_ahead.h"

namespace groupy::http {

class StoreCalls {
 public:
  // What the client sends before its answer comes goes into `ahead`. All must outlive this.
  StoreCalls(const Shared& shared, boost::asio::ip::tcp::socket& socket, ReadAhead& ahead)
      : shared_(shared), socket_(socket), ahead_(ahead) {}

  // The request's body, if it has one, is there.
  boost::asio::awaitable<void> carry_out(Exchange* exchange, Step* step);

 private:
  using Pending = std::shared_ptr<PendingReply>;

  boost::asio::awaitable<void> write(Exchange* exchange, const WriteCall* call);
  boost::asio::awaitable<void> wait_for_digest(Exchange* exchange, const DigestCall* call);
  boost::asio::awaitable<void> read_confirmed(Exchange* exchange, const ConfirmCall* call);
  boost::asio::awaitable<void> read_later(Exchange* exchange, const ReachCall* call,
                                          bool is_confirmed);
  boost::asio::awaitable<void> hand_over_lead(Exchange* exchange, const LeadCall* call);

  // For the store to call back.
  template <typename Reply>
  auto reply_to(const Pending& pending) const {
    return [inbox = shared_.inbox, to = std::weak_ptr(pending)](const Reply& reply) {
      inbox->put(to, StoreReply(reply));
    };
  }
  // What it said, or this if it kept silent.
  template <typename Reply>
  static Reply reply_or(const PendingReply& pending, Reply otherwise) {
    return pending.reply ? std::get<Reply>(*pending.reply) : otherwise;
  }

  // False: the client is gone.
  boost::asio::awaitable<bool> await_reply(const Pending* pending, std::chrono::milliseconds limit);
  void watch_client(const Pending& pending);
  void read_on();

  const Shared& shared_;
  boost::asio::ip::tcp::socket& socket_;
  ReadAhead& ahead_;
  bool is_gone_ = false;  // the client, while it was to be answered
};

}  // namespace groupy::http
