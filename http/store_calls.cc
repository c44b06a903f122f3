#include "http/store_calls.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/api_group.h"
#include "http/api_keys.h"
#include "http/api_lead.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What is left of a limit that began to run then.
milliseconds left_of(milliseconds limit, Clock::time_point since) {
  const auto passed = std::chrono::duration_cast<milliseconds>(Clock::now() - since);
  return std::max(limit - passed, milliseconds(0));
}

}  // namespace

asio::awaitable<void> StoreCalls::carry_out(Exchange* exchange, Step* step) {
  if (auto* ready = std::get_if<Answer>(step)) {
    exchange->answer = std::move(*ready);
  } else if (const auto* write_call = std::get_if<WriteCall>(step)) {
    co_await write(exchange, write_call);
  } else if (const auto* digest = std::get_if<DigestCall>(step)) {
    co_await wait_for_digest(exchange, digest);
  } else if (const auto* confirm = std::get_if<ConfirmCall>(step)) {
    co_await read_confirmed(exchange, confirm);
  } else if (const auto* reach = std::get_if<ReachCall>(step)) {
    co_await read_later(exchange, reach, false);
  } else {
    co_await hand_over_lead(exchange, std::get_if<LeadCall>(step));
  }
}

asio::awaitable<void> StoreCalls::write(Exchange* exchange, const WriteCall* call) {
  const bool is_put = call->operation == kvstore::Operation::put;
  const auto command = command_of(*call, is_put ? exchange->body : std::string_view());
  if (auto refusal = check_command(command, call->settings)) {
    exchange->answer = render(*refusal);
    co_return;
  }
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.write(command, call->limit, reply_to<kvstore::Answer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  exchange->answer =
      render_write(*call, reply_or<kvstore::Answer>(*pending, kvstore::Failure::outcome_unknown));
}

asio::awaitable<void> StoreCalls::wait_for_digest(Exchange* exchange, const DigestCall* call) {
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.digest_at(call->sequence, call->limit, reply_to<kvstore::DigestAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  exchange->answer = render_digest(
      *call, reply_or<kvstore::DigestAnswer>(*pending, kvstore::NoDigest::not_reached));
}

asio::awaitable<void> StoreCalls::read_confirmed(Exchange* exchange, const ConfirmCall* call) {
  const auto since = Clock::now();
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.confirm(call->limit, reply_to<kvstore::ConfirmAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto failure =
      reply_or<kvstore::ConfirmAnswer>(*pending, kvstore::ReadFailure::not_confirmed);
  if (failure) {
    exchange->answer = render_unconfirmed(*failure);
    co_return;
  }
  Begun again = shared_.handler.begin(*exchange->request, true);
  if (auto* reach = std::get_if<ReachCall>(&again.step)) {
    reach->limit = left_of(call->limit, since);
    co_await read_later(exchange, reach, true);
    co_return;
  }
  exchange->answer = std::get<Answer>(std::move(again.step));
}

asio::awaitable<void> StoreCalls::read_later(Exchange* exchange, const ReachCall* call,
                                             bool is_confirmed) {
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.reach(call->revision, call->limit, reply_to<kvstore::DigestAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto reply = reply_or<kvstore::DigestAnswer>(*pending, kvstore::NoDigest::not_reached);
  if (const auto* failure = std::get_if<kvstore::NoDigest>(&reply)) {
    exchange->answer = render_unreached(*call, *failure);
    co_return;
  }
  Begun again = shared_.handler.begin(*exchange->request, is_confirmed);
  auto* ready = std::get_if<Answer>(&again.step);
  // An older state in place of the one that was there: for a moment, while another is installed.
  exchange->answer = ready != nullptr ? std::move(*ready)
                                      : render_unreached(*call, kvstore::NoDigest::not_reached);
}

asio::awaitable<void> StoreCalls::hand_over_lead(Exchange* exchange, const LeadCall* call) {
  const auto to = successor_in(exchange->body, shared_.store.status());
  if (const auto* refusal = std::get_if<Refusal>(&to)) {
    exchange->answer = render(*refusal);
    co_return;
  }
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.hand_over_lead(std::get<std::optional<gms::NodeId>>(to),
                               reply_to<kvstore::LeadAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto reply = reply_or<kvstore::LeadAnswer>(*pending, kvstore::LeadAnswer::refused);
  exchange->answer = render_lead(reply, shared_.store.status());
}

// The reply cannot come before we sleep: the inbox hands it out on this thread.
asio::awaitable<bool> StoreCalls::await_reply(const Pending* pending,
                                              std::chrono::milliseconds limit) {
  (*pending)->wake.expires_after(limit + shared_.handler.limits().store_grace);
  watch_client(*pending);
  [[maybe_unused]] auto [cancelled] = co_await (*pending)->wake.async_wait(kAwait);
  error_code ignored;       // a socket that cannot be cancelled has nothing to wait for
  socket_.cancel(ignored);  // the watch
  co_return !is_gone_;
}

// A client that has left must not keep its place until its time limit: enough of them would leave
// none for anybody else. All that tells is the end of what it sends. One that only closed its
// sending side and still reads looks the same until it is written to, when it is too late; it is
// given up too, as nginx does (its 499), since hardly any client does that before its answer.
void StoreCalls::watch_client(const Pending& pending) {
  const auto on_readable = [this, to = std::weak_ptr(pending)](const error_code& failed) {
    const auto waiting = to.lock();
    // Nobody waits any more: then this connection may be gone as well.
    if (failed || waiting == nullptr) return;
    read_on();
    if (is_gone_) {
      waiting->wake.cancel();
    } else if (!ahead_.is_full()) {  // else its next requests hide its end
      watch_client(waiting);
    }
  };
  socket_.async_wait(tcp::socket::wait_read, on_readable);
}

// What comes before the answer is the next request; it is kept for its turn.
void StoreCalls::read_on() {
  const std::size_t before = ahead_.bytes.size();
  ahead_.bytes.resize(std::min(before + kReadBytes, ahead_.bytes_max));
  error_code failed;
  const std::size_t bytes = socket_.read_some(asio::buffer(ahead_.bytes) + before, failed);
  ahead_.bytes.resize(before + bytes);
  is_gone_ = failed && failed != asio::error::would_block && failed != asio::error::try_again;
}

}  // namespace groupy::http
