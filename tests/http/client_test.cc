#include "http/client.h"

#include "tests/http/scripted_server.h"
#include "tests/http/serving.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

class Clients : public Serving {
 protected:
  static std::optional<ClientError::Kind> error_of(Client& client, const ClientRequest& request,
                                                   milliseconds limit = kPatience) {
    const auto result = client.call(request, limit);
    const auto* error = std::get_if<ClientError>(&result);
    return error == nullptr ? std::nullopt : std::optional(error->kind);
  }
};

const std::string kEmptyAnswer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

TEST_F(Clients, KnowWhatIsNoEndpoint) {
  for (const char* url : {"", "http://", "https://127.0.0.1:1", "http://a:b", "http://a:99999",
                          "http://a:0", "a:", "http://a:1/path", "http://a:1?x", "http://u@a:1",
                          "http://[::1:80", "a b:1", "ftp://a"}) {
    Client client(url);
    EXPECT_EQ(error_of(client, {}), ClientError::Kind::bad_endpoint) << url;
  }
}

TEST_F(Clients, SendNothingThatCouldBecomeASecondRequest) {
  serve();
  Client client(url());
  const std::vector<ClientRequest> table = {
      {"GET", "/kv/a b", {}, {}},
      {"GET", "/kv/a\r\nX: y", {}, {}},
      {"GET", "kv", {}, {}},
      {"GE T", "/", {}, {}},
      {"", "/", {}, {}},
      {"GET", "/", {{"X", "a\r\nb"}}, {}},
      {"GET", "/", {{"X:", "a"}}, {}},
      {"GET", "/", {{"", "a"}}, {}},
      {"GET", "/\xc3\xa5", {}, {}},
  };
  for (const ClientRequest& request : table) {
    EXPECT_EQ(error_of(client, request), ClientError::Kind::bad_endpoint) << request.target;
  }
  EXPECT_EQ(error_of(client, {"GET", "/livez", {{"X-Request-Id", "a"}}, {}}), std::nullopt);
}

TEST_F(Clients, TellThatNothingWasSentWhenNobodyListens) {
  serve();
  const std::string gone = url();
  server_.reset();
  Client client(gone);
  EXPECT_EQ(error_of(client, {}), ClientError::Kind::unreachable);
}

TEST_F(Clients, TellThatTheOutcomeIsUnknownWhenTimeIsUp) {
  serve();
  store_.hold();
  Client client(url());
  EXPECT_EQ(error_of(client, {"PUT", "/kv/a", {}, "1"}, milliseconds(50)),
            ClientError::Kind::unknown);
  ASSERT_TRUE(store_.wait_until_held(1));
  store_.release();
  const auto again = client.call({"GET", "/kv/a?raw", {}, {}}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientAnswer>(again));
  EXPECT_EQ(std::get<ClientAnswer>(again).body, "1");
}

TEST_F(Clients, TellThatTheOutcomeIsUnknownWhenTheAnswerIsNone) {
  for (const std::string& bytes :
       {std::string(), std::string("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"),
        std::string("nonsense\r\n\r\n"),
        std::string("HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n")}) {
    ScriptedServer server({bytes});
    Client client(server.url());
    EXPECT_EQ(error_of(client, {}), ClientError::Kind::unknown) << bytes;
  }
}

TEST_F(Clients, KeepTheirConnection) {
  ScriptedServer server({kEmptyAnswer, kEmptyAnswer});
  Client client(server.url());
  EXPECT_EQ(error_of(client, {}), std::nullopt);
  EXPECT_EQ(error_of(client, {}), std::nullopt);
}

TEST_F(Clients, LeaveAConnectionThatTheServerWantsToClose) {
  ScriptedServer server(
      {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", kEmptyAnswer});
  Client client(server.url());
  EXPECT_EQ(error_of(client, {}), std::nullopt);
  EXPECT_EQ(error_of(client, {}), ClientError::Kind::unreachable);
}

TEST_F(Clients, ReplaceAConnectionThatTheServerClosedMeanwhile) {
  serve();
  Client client(url());
  EXPECT_EQ(error_of(client, {"GET", "/livez", {}, {}}), std::nullopt);
  ServerOptions options;
  options.address = "127.0.0.1:" + std::to_string(port());
  server_.reset();
  const auto restarted = Server::start(options, store_);
  ASSERT_TRUE(std::holds_alternative<std::unique_ptr<Server>>(restarted));
  EXPECT_EQ(error_of(client, {"GET", "/livez", {}, {}}), std::nullopt);
}

TEST_F(Clients, SkipInterimAnswers) {
  ScriptedServer server({"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + kEmptyAnswer});
  Client client(server.url());
  const auto result = client.call({}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientAnswer>(result));
  EXPECT_EQ(std::get<ClientAnswer>(result).status, 200u);
}

TEST_F(Clients, TakeAnAnswerThatComesBeforeTheBodyWasRead) {
  serve();
  Client client(url());
  const auto result = client.call({"PUT", "/kv/a", {}, std::string(32u << 20, 'x')}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientAnswer>(result));
  EXPECT_EQ(std::get<ClientAnswer>(result).status, 413u);
}

TEST_F(Clients, FindNamesAndGiveHeadersInLowerCase) {
  serve();
  Client client("localhost:" + std::to_string(port()));
  const auto result = client.call({"GET", "/livez", {{"X-Request-Id", "seven"}}, {}}, kPatience);
  ASSERT_TRUE(std::holds_alternative<ClientAnswer>(result));
  EXPECT_EQ(std::get<ClientAnswer>(result).headers.at("x-request-id"), "seven");
}

TEST(PercentEncode, LeavesOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("/ +%?&=#"), "%2F%20%2B%25%3F%26%3D%23");
  EXPECT_EQ(percent_encode(std::string("\x00\xff", 2)), "%00%FF");
}

}  // namespace
}  // namespace groupy::http
