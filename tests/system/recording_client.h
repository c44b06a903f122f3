// A client of one replica that keeps what it asked and what it was told, for `groupy check
// history`.
//
// Never repeats anything by itself. Whatever leaves open whether a write happened ends this
// client's name: it goes on under the next one. Thread: one at a time.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "cli/history.h"
#include "http/client.h"

namespace groupy::system_tests {

// Nanoseconds of the clock that all histories are recorded with.
std::uint64_t now_ns();

class RecordingClient {
 public:
  // `address`: "host:port"; `name` is unique among all clients of a history.
  RecordingClient(std::string address, std::string name);

  // How long the server may take (?timeout=); we wait a second longer.
  void set_limit(std::chrono::milliseconds limit) { limit_ = limit; }

  // What became of a put or an erase, of which only the wish is looked at; also in history().
  // Failed if the answer is none that the API has.
  const cli::HistoryOperation& write(const cli::HistoryOperation& wish);
  const cli::HistoryOperation& put(const std::string& key, const std::string& value,
                                   const kvstore::Condition& condition = {},
                                   const std::string& request = "");
  // Nothing if it was not answered, or with 503.
  std::optional<cli::HistoryOperation> get(const std::string& key);

  // The last answer's status; 0: none came. Nothing was sent if it could not connect.
  unsigned status() const { return status_; }
  bool could_connect() const { return could_connect_; }
  // The last answer in words: its body, or why there is none.
  const std::string& said() const { return said_; }

  const cli::History& history() const { return history_; }

 private:
  std::optional<http::ClientAnswer> call(const http::ClientRequest& request,
                                         cli::HistoryOperation& operation);

  http::Client client_;
  const std::string name_;
  unsigned incarnation_ = 1;
  std::chrono::milliseconds limit_{5000};
  unsigned status_ = 0;
  bool could_connect_ = true;
  std::string said_;
  cli::History history_;
};

}  // namespace groupy::system_tests
