// What a request has to wait for in the store: asked there, awaited here, rendered into an answer.
//
// Belongs to one connection, whose client is watched meanwhile. Without an answer, the client is
// gone. Thread: one HTTP thread.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <string_view>

#include "http/connection.h"

namespace groupy::http {

// Notices that a client leaves while its answer is awaited.
class ClientWatch {
 public:
  virtual ~ClientWatch() = default;
  // From now on its leaving wakes the one who waits.
  virtual void begin_watch(const std::shared_ptr<PendingReply>& pending) = 0;
  // False: it has left.
  virtual bool end_watch() = 0;
};

// A request as it is carried out, and what becomes of it.
struct Errand {
  const Request& request;
  std::string_view body;
  std::optional<Answer> answer;
};

class StoreCalls {
 public:
  // Both must outlive this.
  StoreCalls(const Shared& shared, ClientWatch& client) : shared_(shared), client_(client) {}

  boost::asio::awaitable<void> carry_out(Errand* errand, Step* step);

 private:
  using Pending = std::shared_ptr<PendingReply>;

  boost::asio::awaitable<void> write(Errand* errand, const WriteCall* call);
  boost::asio::awaitable<void> wait_for_digest(Errand* errand, const DigestCall* call);
  boost::asio::awaitable<void> read_confirmed(Errand* errand, const ConfirmCall* call);
  boost::asio::awaitable<void> read_later(Errand* errand, const ReachCall* call, bool is_confirmed);
  boost::asio::awaitable<void> hand_over_lead(Errand* errand, const LeadCall* call);

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

  const Shared& shared_;
  ClientWatch& client_;
};

}  // namespace groupy::http
