// The first exchange on a new connection: hello against hello, or a refusal.
//
// A stranger may send kHelloBytesMax and take kHandshakeLimit; garbage ends it at its first header.
// Thread: the group thread. `done` is called exactly once, and not before the call returns.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "gms/wire/frame_reader.h"
#include "gms/wire/hello.h"

namespace groupy::gms::net {

constexpr std::chrono::milliseconds kHandshakeLimit{2000};

// A connection with a peer that said who it is and was found welcome.
struct Greeted {
  boost::asio::ip::tcp::socket socket;
  wire::FrameReader reader;  // may hold more than the hello already
  wire::Hello theirs;
};

// Why we will not link with who sent this hello, or nothing.
using Judge = std::function<std::optional<std::string>(const wire::Hello& theirs)>;
// The greeted connection, or why there is none, for people; what begins with kRefused was said by
// the peer.
constexpr std::string_view kRefused = "refused: ";
using HandshakeDone = std::function<void(std::variant<Greeted, std::string>)>;

// The side that dialled: says hello first.
void greet(boost::asio::ip::tcp::socket socket, wire::Hello ours, Judge judge, HandshakeDone done);
// The side that was dialled: listens first, then answers.
void answer_greeting(boost::asio::ip::tcp::socket socket, wire::Hello ours, Judge judge,
                     HandshakeDone done);

// What every connection between members is set to: no delay, keepalive, closed on exec.
void prepare_socket(boost::asio::ip::tcp::socket& socket);

}  // namespace groupy::gms::net
