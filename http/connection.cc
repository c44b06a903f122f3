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
#include "http/store_calls.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Parser = wire::request_parser<wire::string_body>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

// What is read ahead: a header, a piece of a body, trailers, the next requests.
constexpr std::size_t kBufferBytesMax = 64u << 10;
constexpr std::size_t kReadBytes = 4u << 10;
// Answers up to here are not counted; that includes all answers to writes, which must not be lost.
constexpr std::size_t kUncountedAnswerBytes = 64u << 10;
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

// One request and its answer.
struct Exchange {
  explicit Exchange(ByteBudget& budget) : share(budget) {}

  Parser parser;
  std::optional<Request> request;  // points into the parser; nothing if its head was not readable
  BudgetShare share;
  std::optional<Answer> answer;  // nothing: the client is gone
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

class Connection final : public OpenConnection, private ClientWatch {
 public:
  Connection(tcp::socket socket, const Shared& shared)
      : shared_(shared), limits_(shared.handler.limits()), socket_(std::move(socket)) {
    shared_.connections.add(*this);
    error_code ignored;  // then read_ahead() finds nothing, or the client gone
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
  asio::awaitable<bool> read_header(Exchange* exchange);
  asio::awaitable<bool> read_body(Exchange* exchange, const BodyBound* bound,
                                  bool expects_continue);
  asio::awaitable<bool> send(Exchange* exchange);

  // Leaves the answer in the exchange, or nothing if the client is gone.
  asio::awaitable<void> handle(Exchange* exchange);
  void begin_watch(const std::shared_ptr<PendingReply>& pending) override;
  bool end_watch() override;
  void read_ahead();
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
  bool is_gone_ = false;  // the client, while it was to be answered
  StoreCalls store_calls_{shared_, *this};
};

asio::awaitable<void> Connection::run(std::shared_ptr<Connection> self) {
  bool is_kept = true;
  while (is_kept) is_kept = co_await self->serve_one();
}

asio::awaitable<bool> Connection::serve_one() {
  const bool has_bytes = co_await await_first_bytes();
  if (!has_bytes) co_return false;
  Exchange exchange(shared_.budget);
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

asio::awaitable<bool> Connection::read_header(Exchange* exchange) {
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

asio::awaitable<void> Connection::handle(Exchange* exchange) {
  Begun begun = shared_.handler.begin(*exchange->request);
  bool is_whole = true;
  if (const auto bound = body_bound(begun.step)) {
    is_whole = co_await read_body(exchange, &*bound, begun.framing.expects_continue);
  }
  deadline_ = Clock::time_point::max();
  if (is_whole) {
    Errand errand{*exchange->request, exchange->parser.get().body(), {}};
    co_await store_calls_.carry_out(&errand, &begun.step);
    exchange->answer = std::move(errand.answer);
  }
  // The next request would begin behind a body that nobody reads.
  if (exchange->answer && !exchange->parser.is_done()) exchange->answer->closes = true;
}

asio::awaitable<bool> Connection::read_body(Exchange* exchange, const BodyBound* bound,
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

// A client that has left must not keep its place until its time limit: enough of them would leave
// none for anybody else. All that tells is the end of what it sends. One that only closed its
// sending side and still reads looks the same until it is written to, when it is too late; it is
// given up too, as nginx does (its 499), since hardly any client does that before its answer.
void Connection::begin_watch(const std::shared_ptr<PendingReply>& pending) {
  const auto on_readable = [this, to = std::weak_ptr(pending)](const error_code& failed) {
    const auto waiting = to.lock();
    // Nobody waits any more: then this connection may be gone as well.
    if (failed || waiting == nullptr) return;
    read_ahead();
    if (is_gone_) {
      waiting->wake.cancel();
    } else if (buffer_.size() < buffer_.max_size()) {  // else its next requests hide its end
      begin_watch(waiting);
    }
  };
  socket_.async_wait(tcp::socket::wait_read, on_readable);
}

// What comes before the answer is the next request; it is kept for its turn.
void Connection::read_ahead() {
  const auto space = buffer_.prepare(std::min(kReadBytes, buffer_.max_size() - buffer_.size()));
  error_code failed;
  buffer_.commit(socket_.read_some(space, failed));
  is_gone_ = failed && failed != asio::error::would_block && failed != asio::error::try_again;
}

bool Connection::end_watch() {
  cancel();
  return !is_gone_;
}

asio::awaitable<bool> Connection::send(Exchange* exchange) {
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
