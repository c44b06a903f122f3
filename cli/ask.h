// Asks replicas: the first that answers, or all at once.
//
// The next replica is tried when one fails, but a write only while it is certain that it was not
// done: a repeat could put back what another client has replaced in between.
// Thread: any; each call waits for the answers.
#pragma once

#include <chrono>
#include <string>
#include <variant>
#include <vector>

#include "cli/answer.h"
#include "cli/surroundings.h"

namespace groupy::cli {

struct Answered {
  std::string endpoint;  // who did
  http::ClientAnswer answer;
};

struct NotAnswered {
  ExitCode code = ExitCode::unavailable;
  std::vector<std::string> lines;  // for people, one for each replica that was asked
};

struct Question {
  http::ClientRequest request;
  Intent intent = Intent::read;
  std::chrono::milliseconds limit{5000};  // for each replica that is asked
};

// A success (2xx) of one of `endpoints`, asked in this order.
std::variant<Answered, NotAnswered> ask_first(const HttpCall& call,
                                              const std::vector<std::string>& endpoints,
                                              const Question& question);

// What each of `endpoints` says, in their order. They are asked at the same time, so that a dead
// one costs its limit once and not in front of each other one.
std::vector<CallResult> ask_all(const HttpCall& call, const std::vector<std::string>& endpoints,
                                const Question& question);

// Why there is no answer from `endpoint`, with a hint what to do.
std::string describe(const std::string& endpoint, const http::ClientError& error);

// Prints the lines; gives the exit code.
ExitCode say_not_answered(Surroundings& surroundings, const NotAnswered& failure);

// How long to wait for an answer that the replica itself gives up after `limit`.
std::chrono::milliseconds with_slack(std::chrono::milliseconds limit);

}  // namespace groupy::cli
