// A blocking HTTP client for one server: what the command line and the tests speak through.
//
// Keeps its connection between calls. Never repeats a request by itself: whether a write may be
// sent again is for the caller to decide, who is told whether the server can have seen it. Only the
// look-up of a name may outlast a call's limit: the system's resolver cannot be interrupted.
// Thread: one at a time per client.
#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <variant>

namespace groupy::http {

struct ClientRequest {
  std::string method = "GET";
  std::string target = "/";                    // path and query, already percent-encoded
  std::map<std::string, std::string> headers;  // beside Host and Content-Length
  std::string body;
};

struct ClientAnswer {
  unsigned status = 0;
  std::map<std::string, std::string> headers;  // names in lower case; of repeated ones the last
  std::string body;
};

struct ClientError {
  enum class Kind {
    bad_endpoint,  // the URL is none, or the request holds bytes HTTP forbids; nothing was sent
    unreachable,   // no connection; nothing was sent
    unknown,       // broken or timed out after sending began: the server may have acted
  };
  Kind kind = Kind::unreachable;
  std::string what;  // for people
};

class Client {
 public:
  // `url`: "http://host:port" or "host:port"; an IPv6 address stands in brackets; the port is 80
  // if none is named.
  explicit Client(std::string url);
  Client(Client&&) noexcept;
  Client& operator=(Client&&) noexcept;
  ~Client();

  // One request, one answer (bodies up to 64 MiB), within `limit` in all. A kept connection that
  // the server has closed meanwhile is replaced before anything is sent.
  std::variant<ClientAnswer, ClientError> call(const ClientRequest& request,
                                               std::chrono::milliseconds limit);

  const std::string& url() const;

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

// Percent-encodes everything but unreserved characters, for a key in a path or a query value.
std::string percent_encode(const std::string& bytes);

}  // namespace groupy::http
