// What the server does with its sockets, seen from inside its process.

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <optional>
#include <vector>

#include "tests/http/serving.h"

namespace groupy::http {
namespace {

using std::chrono::milliseconds;

constexpr const char* kRequest = "GET /livez HTTP/1.1\r\nHost: localhost\r\n\r\n";

class Descriptors : public Serving {};

// The socket of this process at the other end of the client's.
std::optional<int> accepted_socket_of(const RawClient& client) {
  constexpr int kDescriptorsMax = 1'024;
  for (int descriptor = 0; descriptor < kDescriptorsMax; ++descriptor) {
    sockaddr_in peer{};
    socklen_t size = sizeof peer;
    if (::getpeername(descriptor, reinterpret_cast<sockaddr*>(&peer), &size) != 0) continue;
    if (ntohs(peer.sin_port) == client.local_port()) return descriptor;
  }
  return std::nullopt;
}

TEST_F(Descriptors, AcceptedSocketsSendSmallAnswersAtOnceAndStayOurs) {
  serve();
  RawClient client(port());
  client.send(kRequest);
  ASSERT_EQ(client.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  const auto accepted = accepted_socket_of(client);
  ASSERT_TRUE(accepted);
  int no_delay = 0;
  socklen_t size = sizeof no_delay;
  ASSERT_EQ(::getsockopt(*accepted, IPPROTO_TCP, TCP_NODELAY, &no_delay, &size), 0);
  EXPECT_NE(no_delay, 0);
  EXPECT_EQ(::fcntl(*accepted, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
}

// While it lives, this process cannot get another descriptor.
class NoneLeft {
 public:
  NoneLeft() {
    EXPECT_EQ(::getrlimit(RLIMIT_NOFILE, &usual_), 0);
    const int probe = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
    taken_.push_back(probe);
    rlimit tight = usual_;
    tight.rlim_cur = static_cast<rlim_t>(probe) + 32;
    EXPECT_EQ(::setrlimit(RLIMIT_NOFILE, &tight), 0);
    for (int more = ::dup(probe); more >= 0; more = ::dup(probe)) taken_.push_back(more);
    EXPECT_EQ(errno, EMFILE);
  }
  NoneLeft(const NoneLeft&) = delete;
  NoneLeft& operator=(const NoneLeft&) = delete;
  ~NoneLeft() {
    for (const int descriptor : taken_) ::close(descriptor);
    ::setrlimit(RLIMIT_NOFILE, &usual_);
  }

 private:
  rlimit usual_{};
  std::vector<int> taken_;
};

milliseconds processor_time() {
  return milliseconds(std::clock() * 1'000 / CLOCKS_PER_SEC);
}

TEST_F(Descriptors, WithoutAnyLeftTheServerNeitherSpinsNorEnds) {
#ifdef __SANITIZE_ADDRESS__
  // The undefined behaviour sanitizer asks by a pipe whether memory can be read: without
  // descriptors it takes every object for none.
  GTEST_SKIP() << "the sanitizer itself needs descriptors";
#endif
  constexpr milliseconds kWhile{400};
  serve();
  RawClient old(port());
  old.send(kRequest);
  EXPECT_EQ(old.read_until("ok\n").substr(0, 12), "HTTP/1.1 200");
  RawClient waiting;  // has its own descriptor before there are none
  {
    const NoneLeft none_left;
    waiting.connect(port());
    waiting.send(kRequest);
    const milliseconds before = processor_time();
    EXPECT_TRUE(waiting.hears_nothing_for(kWhile));
    EXPECT_LT(processor_time() - before, kWhile / 4);
    old.send(kRequest);
    EXPECT_EQ(old.read_until("ok\n").substr(0, 12), "HTTP/1.1 200") << "who is in is served";
  }
  EXPECT_EQ(waiting.read_until("ok\n").substr(0, 12), "HTTP/1.1 200") << "and then the others";
}

}  // namespace
}  // namespace groupy::http
