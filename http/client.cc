#include "http/client.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/url/parse.hpp>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "http/numbers.h"
#include "http/text.h"

namespace groupy::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace wire = boost::beast::http;
using asio::ip::tcp;
using boost::system::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t kAnswerBytesMax = 64u << 20;
constexpr std::uint32_t kAnswerHeaderBytesMax = 64u << 10;
constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);

struct Endpoint {
  std::string host;  // without brackets
  std::string port;
  std::string authority;  // as in the Host header
};

std::optional<Endpoint> parse_endpoint(const std::string& url) {
  const bool has_scheme = url.find("://") != std::string::npos;
  const std::string whole = has_scheme ? url : "http://" + url;
  const auto parsed = boost::urls::parse_uri(whole);
  if (!parsed) return std::nullopt;
  const auto& uri = *parsed;
  if (uri.scheme_id() != boost::urls::scheme::http || uri.has_userinfo() || uri.has_query() ||
      uri.has_fragment() || (!uri.encoded_path().empty() && uri.encoded_path() != "/")) {
    return std::nullopt;
  }
  Endpoint endpoint;
  endpoint.host = std::string(uri.host_address());
  endpoint.port = uri.has_port() ? std::string(uri.port()) : "80";
  constexpr std::uint64_t kPortMax = 65'535;
  const std::uint64_t port = parse_decimal(endpoint.port).value_or(0);
  if (endpoint.host.empty() || port == 0 || port > kPortMax) return std::nullopt;
  endpoint.authority = std::string(uri.encoded_host_and_port());
  return endpoint;
}

// What would otherwise end a line, or a part of it, and smuggle in a second request.
bool is_sendable(const ClientRequest& request) {
  if (request.method.empty() || !is_visible_ascii(request.method)) return false;
  if (!request.target.starts_with('/') || !is_visible_ascii(request.target)) return false;
  return std::ranges::all_of(request.headers, [](const auto& header) {
    const auto& [name, value] = header;
    const bool is_value = std::ranges::none_of(
        value, [](unsigned char byte) { return (byte < 0x20 && byte != '\t') || byte == 0x7f; });
    return !name.empty() && is_visible_ascii(name) && name.find(':') == std::string::npos &&
           is_value;
  });
}

wire::request<wire::string_body> make_request(const ClientRequest& request,
                                              const std::string& authority) {
  wire::request<wire::string_body> made;
  made.version(11);
  made.method_string(request.method);
  made.target(request.target);
  for (const auto& [name, value] : request.headers) made.set(name, value);
  made.set(wire::field::host, authority);
  made.body() = request.body;
  made.prepare_payload();
  return made;
}

ClientAnswer make_answer(wire::response<wire::string_body> response) {
  ClientAnswer answer;
  answer.status = response.result_int();
  for (const auto& field : response) {
    std::string name(field.name_string());
    std::ranges::transform(name, name.begin(), to_lower);
    answer.headers[std::move(name)] = std::string(field.value());
  }
  answer.body = std::move(response.body());
  return answer;
}

}  // namespace

// One call at a time runs in `io`; its coroutine has ended when call() returns.
struct Client::Connection {
  struct Exchange {
    const ClientRequest* request;
    Clock::time_point deadline;
    std::variant<ClientAnswer, ClientError> result =
        ClientError{ClientError::Kind::unknown, "the exchange broke off"};
  };
  // The answer, or nothing and why.
  using Received = std::pair<std::optional<ClientAnswer>, error_code>;

  std::string url;
  std::optional<Endpoint> endpoint;
  asio::io_context io{1};
  std::optional<beast::tcp_stream> stream;
  beast::flat_buffer buffer;

  bool is_reusable();
  asio::awaitable<error_code> open(Clock::time_point deadline);
  asio::awaitable<Received> receive(bool is_head);
  asio::awaitable<void> run(Exchange* exchange);
  ClientError error(ClientError::Kind kind, const error_code& reason) const {
    return {kind, endpoint->authority + ": " + reason.message()};
  }
};

// Bytes nobody asked for, or the end of the stream, make a kept connection useless.
bool Client::Connection::is_reusable() {
  if (!stream || buffer.size() != 0) return false;
  error_code failed;
  stream->socket().non_blocking(true, failed);
  if (failed) return false;
  char byte = 0;
  stream->socket().receive(asio::buffer(&byte, 1), tcp::socket::message_peek, failed);
  return failed == asio::error::would_block;
}

asio::awaitable<error_code> Client::Connection::open(Clock::time_point deadline) {
  std::vector<tcp::endpoint> found;
  tcp::resolver resolver(io);
  error_code no_literal;
  auto entries =
      resolver.resolve(endpoint->host, endpoint->port,
                       tcp::resolver::numeric_host | tcp::resolver::numeric_service, no_literal);
  if (no_literal) {
    auto [failed, named] = co_await resolver.async_resolve(endpoint->host, endpoint->port, kAwait);
    if (failed) co_return failed;
    entries = std::move(named);
  }
  for (const auto& entry : entries) found.push_back(entry.endpoint());
  buffer.clear();
  stream.emplace(io);
  stream->expires_at(deadline);
  auto [failed, at] = co_await stream->async_connect(found, kAwait);
  if (failed) {
    stream.reset();
    co_return failed;
  }
  error_code ignored;  // only slower without it
  stream->socket().set_option(tcp::no_delay(true), ignored);
  co_return error_code();
}

asio::awaitable<Client::Connection::Received> Client::Connection::receive(bool is_head) {
  while (true) {
    wire::response_parser<wire::string_body> parser;
    parser.body_limit(kAnswerBytesMax);
    parser.header_limit(kAnswerHeaderBytesMax);
    parser.skip(is_head);
    auto [failed, bytes] = co_await wire::async_read(*stream, buffer, parser, kAwait);
    if (failed) co_return Received(std::nullopt, failed);
    const bool is_interim = parser.get().result_int() < 200;
    if (is_interim) continue;
    const bool is_kept = parser.keep_alive();
    ClientAnswer answer = make_answer(parser.release());
    if (!is_kept) stream.reset();
    co_return Received(std::move(answer), error_code());
  }
}

asio::awaitable<void> Client::Connection::run(Exchange* exchange) {
  if (!is_reusable()) {
    const error_code failed = co_await open(exchange->deadline);
    if (failed) {
      exchange->result = error(ClientError::Kind::unreachable, failed);
      co_return;
    }
  }
  stream->expires_at(exchange->deadline);
  auto request = make_request(*exchange->request, endpoint->authority);
  auto [write_failed, sent] = co_await wire::async_write(*stream, request, kAwait);
  if (write_failed && sent == 0) {
    exchange->result = error(ClientError::Kind::unreachable, write_failed);
    stream.reset();
    co_return;
  }
  // A server may refuse a body before it has read it: its answer counts, not our broken pipe.
  auto [answer, read_failed] = co_await receive(exchange->request->method == "HEAD");
  if (answer) {
    exchange->result = std::move(*answer);
  } else {
    exchange->result = error(ClientError::Kind::unknown, write_failed ? write_failed : read_failed);
  }
  if (!answer || write_failed) stream.reset();
}

Client::Client(std::string url) : connection_(std::make_unique<Connection>()) {
  connection_->endpoint = parse_endpoint(url);
  connection_->url = std::move(url);
}
Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;
Client::~Client() = default;

std::variant<ClientAnswer, ClientError> Client::call(const ClientRequest& request,
                                                     std::chrono::milliseconds limit) {
  if (!connection_->endpoint) {
    return ClientError{ClientError::Kind::bad_endpoint,
                       "'" + connection_->url + "' is not http://host:port"};
  }
  if (!is_sendable(request)) {
    return ClientError{ClientError::Kind::bad_endpoint,
                       "method, target or a header holds what HTTP does not allow there"};
  }
  Connection::Exchange exchange{&request, Clock::now() + limit};
  connection_->io.restart();
  asio::co_spawn(connection_->io, connection_->run(&exchange), asio::detached);
  connection_->io.run();
  return std::move(exchange.result);
}

const std::string& Client::url() const {
  return connection_->url;
}

std::string percent_encode(const std::string& bytes) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  constexpr std::string_view kPlain =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
  std::string encoded;
  for (const char byte : bytes) {
    if (kPlain.find(byte) != std::string_view::npos) {
      encoded += byte;
      continue;
    }
    const auto number = static_cast<unsigned char>(byte);
    encoded += '%';
    encoded += kDigits[number >> 4];
    encoded += kDigits[number & 0xf];
  }
  return encoded;
}

}  // namespace groupy::http
