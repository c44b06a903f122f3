#include "http/connection.h"

#include <algorithm>
#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <exception>
#include <utility>

#include "http/api_keys.h"
#include "http/api_lead.h"
#include "http/budget.h"
#include "http/exchange.h"
#include "http/store_calls.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What is read ahead: a header, a piece of a body, trailers, the next requests.
constexpr std::size_t kBufferBytesMax = 64u << 10;
// Answers up to here are not counted; that includes all answers to writes, which must not be lost.
constexpr std::size_t kUncountedAnswerBytes = 64u << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

using Parser = wire::request_parser<wire::string_body>;

// An exchange from its first byte to the last of its answer.
struct Reading : Exchange {
  explicit Reading(ByteBudget& budget) : share(budget) {}
  Parser parser;  // the request points into it
  BudgetShare share;
};

Request view_of(const Parser& parser) {
  const auto& message = parser.get();
  Request request;
  request.method = message.method_string();
  request.target = message.target();
  request.is_http_1_0 = message.version() == 10;
  for (const auto& field : message) {
    request.headers.push_back({field.name_string(), without_blanks_around(field.value())});
  }
  return request;
}

bool is_parser_error(const error_code& failed) {
  return failed.category() == wire::make_error_code(wire::error::bad_method).category();
}

Answer refuse_and_close(const Refusal& refusal) {
  Answer answer = render(refusal);
  answer.closes = true;
  return answer;
}

// How large a body may be, and what is told of a larger one.
struct BodyBound {
  std::uint64_t bytes_max = 0;
  Refusal beyond;
};

// Nothing if the call has no body.
std::optional<BodyBound> body_bound(const Step& step) {
  if (std::holds_alternative<LeadCall>(step)) return BodyBound{kJsonBodyBytesMax, json_too_large()};
  const auto* call = std::get_if<WriteCall>(&step);
  if (call == nullptr || call->operation != kvstore::Operation::put) return std::nullopt;
  return BodyBound{call->settings.value_bytes_max, value_too_large(call->settings)};
}

class Connection final : public OpenConnection {
 public:
  Connection(tcp::socket socket, const Shared& shared)
      : shared_(shared), limits_(shared.handler.limits()), socket_(std::move(socket)) {
    shared_.connections.add(*this);
    error_code ignored;  // then reading on finds nothing, or the client gone
    socket_.non_blocking(true, ignored);
  }
  ~Connection() override {
    shared_.connections.remove(*this);
    shared_.count.leave();
  }

  static asio::awaitable<void> run(std::shared_ptr<Connection> self);

  Clock::time_point deadline() const override { return deadline_; }
  void on_late() override {
    is_late_ = true;
    cancel();
  }
  void on_stop() override {
    if (is_idle_) cancel();
  }

 private:
  // Each takes the exchange one step further; false: this connection is over.
  asio::awaitable<bool> serve_one();
  asio::awaitable<bool> await_first_bytes();
  asio::awaitable<bool> read_header(Reading* exchange);
  asio::awaitable<bool> read_body(Reading* exchange, const BodyBound* bound, bool expects_continue);
  asio::awaitable<bool> send(Reading* exchange);

  // Leaves the answer in the exchange, or nothing if the client is gone.
  asio::awaitable<void> handle(Reading* exchange);
  void take_what_came_ahead();
  asio::awaitable<void> linger();
  std::optional<Answer> explain(const error_code& failed) const;
  void set_deadline(std::chrono::milliseconds from_now) {
    deadline_ = Clock::now() + from_now;
    is_late_ = false;
  }
  void cancel() {
    error_code ignored;  // a socket that cannot be cancelled has nothing to wait for
    socket_.cancel(ignored);
  }

  const Shared& shared_;
  const Limits& limits_;
  tcp::socket socket_;
  boost::beast::flat_buffer buffer_{kBufferBytesMax};
  std::string head_;  // of the answer that is being written
  CurrentDate date_;
  Clock::time_point deadline_ = Clock::time_point::max();
  bool is_late_ = false;  // the deadline passed, and what was waited for is cancelled
  bool is_idle_ = false;  // between requests
  ReadAhead ahead_;
  StoreCalls store_calls_{shared_, socket_, ahead_};
};

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  bool is_kept = true;
  while (is_kept) is_kept = co_await self->serve_one();
}

asio::awaitable<bool> Connection::serve_one() {
  const bool has_bytes = co_await await_first_bytes();
  if (!has_bytes) co_return false;
  Reading exchange(shared_.budget);
  const bool has_header = co_await read_header(&exchange);
  if (has_header) co_await handle(&exchange);
  if (!exchange.answer) co_return false;
  const bool is_kept = co_await send(&exchange);
  co_return is_kept;
}

// A client that sends nothing is let go without a word, at any time.
asio::awaitable<bool> Connection::await_first_bytes() {
  if (shared_.connections.is_stopping()) co_return false;
  if (buffer_.size() > 0) co_return true;
  buffer_.shrink_to_fit();  // thousands may idle here
  is_idle_ = true;
  set_deadline(limits_.idle);
  const auto space = buffer_.prepare(kReadBytes);
  auto [failed, bytes] = co_await socket_.async_read_some(space, kAwait);
  is_idle_ = false;
  buffer_.commit(bytes);
  co_return !failed;
}

asio::awaitable<bool> Connection::read_header(Reading* exchange) {
  Parser& parser = exchange->parser;
  parser.header_limit(limits_.header_bytes_max);
  parser.body_limit(boost::none);  // what is too large is told after what is wrong
  set_deadline(limits_.header);
  auto [failed, bytes] = co_await wire::async_read_header(socket_, buffer_, parser, kAwait);
  if (failed) {
    exchange->answer = explain(failed);
    co_return false;
  }
  exchange->request = view_of(parser);
  co_return true;
}

asio::awaitable<void> Connection::handle(Reading* exchange) {
  Begun begun = shared_.handler.begin(*exchange->request);
  bool is_whole = true;
  if (const auto bound = body_bound(begun.step)) {
    is_whole = co_await read_body(exchange, &*bound, begun.framing.expects_continue);
  }
  deadline_ = Clock::time_point::max();
  if (is_whole) {
    exchange->body = exchange->parser.get().body();
    ahead_.bytes_max = kBufferBytesMax - buffer_.size();
    co_await store_calls_.carry_out(exchange, &begun.step);
    take_what_came_ahead();
  }
  // The next request would begin behind a body that nobody reads.
  if (exchange->answer && !exchange->parser.is_done()) exchange->answer->closes = true;
}

void Connection::take_what_came_ahead() {
  if (ahead_.bytes.empty()) return;
  const std::size_t bytes =
      asio::buffer_copy(buffer_.prepare(ahead_.bytes.size()), asio::buffer(ahead_.bytes));
  buffer_.commit(bytes);
  ahead_.bytes = {};
}

asio::awaitable<bool> Connection::read_body(Reading* exchange, const BodyBound* bound,
                                            bool expects_continue) {
  Parser& parser = exchange->parser;
  parser.body_limit(bound->bytes_max);
  set_deadline(limits_.body);
  if (expects_continue && !parser.is_done() && buffer_.size() == 0) {
    const auto go_on = asio::buffer(kContinue);
    auto [failed, sent] = co_await asio::async_write(socket_, go_on, kAwait);
    if (failed) co_return false;
  }
  while (!parser.is_done()) {
    auto [failed, bytes] = co_await wire::async_read_some(socket_, buffer_, parser, kAwait);
    if (failed == wire::error::body_limit) {
      exchange->answer = refuse_and_close(bound->beyond);
      co_return false;
    }
    if (failed) {
      exchange->answer = explain(failed);
      co_return false;
    }
    if (!exchange->share.grow_to(parser.get().body().size())) {
      exchange->answer = refuse_and_close({Code::overloaded, "too many bodies are under way"});
      co_return false;
    }
  }
  co_return true;
}

asio::awaitable<bool> Connection::send(Reading* exchange) {
  const Request* request = exchange->request ? &*exchange->request : nullptr;
  const std::size_t body_bytes = exchange->answer->body.size();
  if (body_bytes > kUncountedAnswerBytes && !exchange->share.grow_to(body_bytes)) {
    const bool closes = exchange->answer->closes;
    exchange->answer = make_problem(Code::overloaded, "too many bodies are under way");
    exchange->answer->closes = closes;
  }
  Answer& answer = *exchange->answer;
  shared_.handler.stamp(answer, request);
  const bool is_kept = request != nullptr && exchange->parser.keep_alive() && !answer.closes &&
                       !shared_.connections.is_stopping();
  head_ = render_head(answer, {is_kept, request != nullptr && request->is_http_1_0, date_.text()});
  const bool has_body = request == nullptr || request->method != "HEAD";
  const std::array<asio::const_buffer, 2> bytes = {
      asio::buffer(head_), has_body ? asio::buffer(answer.body) : asio::const_buffer()};
  const std::chrono::seconds for_length(answer.body.size() / limits_.write_bytes_per_second_min);
  set_deadline(limits_.write + for_length);
  auto [failed, sent] = co_await asio::async_write(socket_, bytes, kAwait);
  if (failed) co_return false;
  if (answer.closes) co_await linger();
  co_return is_kept;
}

// Closing with unread bytes would reset the connection, and the client might never see our answer.
asio::awaitable<void> Connection::linger() {
  error_code failed;
  socket_.shutdown(tcp::socket::shutdown_send, failed);
  set_deadline(limits_.linger);
  while (!failed && !is_late_) {
    buffer_.clear();
    const auto space = buffer_.prepare(kReadBytes);
    auto [read_failed, bytes] = co_await socket_.async_read_some(space, kAwait);
    failed = read_failed;
  }
}

// What to tell the client about why its request could not be read.
std::optional<Answer> Connection::explain(const error_code& failed) const {
  if (is_late_) return refuse_and_close({Code::slow_sender, "the request took too long to arrive"});
  if (!is_parser_error(failed) || failed == wire::error::end_of_stream ||
      failed == wire::error::partial_message) {
    return std::nullopt;
  }
  if (failed == wire::error::header_limit || failed == wire::error::buffer_overflow) {
    return refuse_and_close(
        {Code::header_too_large,
         "a header has at most " + std::to_string(limits_.header_bytes_max) + " bytes"});
  }
  if (failed == wire::error::bad_version) {
    const auto unread = buffer_.data();
    const Code code = code_of_version({static_cast<const char*>(unread.data()), unread.size()});
    return refuse_and_close({code, "the request line names no version that is spoken here"});
  }
  return refuse_and_close({Code::malformed, failed.message()});
}

}  // namespace

void start_connection(tcp::socket socket, const Shared& shared) {
  auto connection = std::make_shared<Connection>(std::move(socket), shared);
  // What a connection throws is not about its client (no memory, a bug): let it end the process.
  asio::co_spawn(shared.io, Connection::run(std::move(connection)), [](std::exception_ptr failure) {
    if (failure) std::rethrow_exception(failure);
  });
}

}  // namespace groupy::http
