#include "http/store_calls.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "http/api_group.h"
#include "http/api_keys.h"
#include "http/api_lead.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What is left of a limit that began to run then.
milliseconds left_of(milliseconds limit, Clock::time_point since) {
  const auto passed = std::chrono::duration_cast<milliseconds>(Clock::now() - since);
  return std::max(limit - passed, milliseconds(0));
}

}  // namespace

asio::awaitable<void> StoreCalls::carry_out(Errand* errand, Step* step) {
  if (auto* ready = std::get_if<Answer>(step)) {
    errand->answer = std::move(*ready);
  } else if (const auto* write_call = std::get_if<WriteCall>(step)) {
    co_await write(errand, write_call);
  } else if (const auto* digest = std::get_if<DigestCall>(step)) {
    co_await wait_for_digest(errand, digest);
  } else if (const auto* confirm = std::get_if<ConfirmCall>(step)) {
    co_await read_confirmed(errand, confirm);
  } else if (const auto* reach = std::get_if<ReachCall>(step)) {
    co_await read_later(errand, reach, false);
  } else {
    co_await hand_over_lead(errand, std::get_if<LeadCall>(step));
  }
}

asio::awaitable<void> StoreCalls::write(Errand* errand, const WriteCall* call) {
  const bool is_put = call->operation == kvstore::Operation::put;
  const auto command = command_of(*call, is_put ? errand->body : std::string_view());
  if (auto refusal = check_command(command, call->settings)) {
    errand->answer = render(*refusal);
    co_return;
  }
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.write(command, call->limit, reply_to<kvstore::Answer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  errand->answer =
      render_write(*call, reply_or<kvstore::Answer>(*pending, kvstore::Failure::outcome_unknown));
}

asio::awaitable<void> StoreCalls::wait_for_digest(Errand* errand, const DigestCall* call) {
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.digest_at(call->sequence, call->limit, reply_to<kvstore::DigestAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  errand->answer = render_digest(
      *call, reply_or<kvstore::DigestAnswer>(*pending, kvstore::NoDigest::not_reached));
}

asio::awaitable<void> StoreCalls::read_confirmed(Errand* errand, const ConfirmCall* call) {
  const auto since = Clock::now();
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.confirm(call->limit, reply_to<kvstore::ConfirmAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto failure =
      reply_or<kvstore::ConfirmAnswer>(*pending, kvstore::ReadFailure::not_confirmed);
  if (failure) {
    errand->answer = render_unconfirmed(*failure);
    co_return;
  }
  Begun again = shared_.handler.begin(errand->request, true);
  if (auto* reach = std::get_if<ReachCall>(&again.step)) {
    reach->limit = left_of(call->limit, since);
    co_await read_later(errand, reach, true);
    co_return;
  }
  errand->answer = std::get<Answer>(std::move(again.step));
}

asio::awaitable<void> StoreCalls::read_later(Errand* errand, const ReachCall* call,
                                             bool is_confirmed) {
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.reach(call->revision, call->limit, reply_to<kvstore::DigestAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto reply = reply_or<kvstore::DigestAnswer>(*pending, kvstore::NoDigest::not_reached);
  if (const auto* failure = std::get_if<kvstore::NoDigest>(&reply)) {
    errand->answer = render_unreached(*call, *failure);
    co_return;
  }
  Begun again = shared_.handler.begin(errand->request, is_confirmed);
  auto* ready = std::get_if<Answer>(&again.step);
  // An older state in place of the one that was there: for a moment, while another is installed.
  errand->answer = ready != nullptr ? std::move(*ready)
                                    : render_unreached(*call, kvstore::NoDigest::not_reached);
}

asio::awaitable<void> StoreCalls::hand_over_lead(Errand* errand, const LeadCall* call) {
  const auto to = successor_in(errand->body, shared_.store.status());
  if (const auto* refusal = std::get_if<Refusal>(&to)) {
    errand->answer = render(*refusal);
    co_return;
  }
  const auto pending = std::make_shared<PendingReply>(shared_.io);
  shared_.store.hand_over_lead(std::get<std::optional<gms::NodeId>>(to),
                               reply_to<kvstore::LeadAnswer>(pending));
  const bool is_there = co_await await_reply(&pending, call->limit);
  if (!is_there) co_return;
  const auto reply = reply_or<kvstore::LeadAnswer>(*pending, kvstore::LeadAnswer::refused);
  errand->answer = render_lead(reply, shared_.store.status());
}

// The reply cannot come before we sleep: the inbox hands it out on this thread.
asio::awaitable<bool> StoreCalls::await_reply(const Pending* pending,
                                              std::chrono::milliseconds limit) {
  (*pending)->wake.expires_after(limit + shared_.handler.limits().store_grace);
  client_.begin_watch(*pending);
  [[maybe_unused]] auto [cancelled] = co_await (*pending)->wake.async_wait(kAwait);
  co_return client_.end_watch();
}

}  // namespace groupy::http
