// What the group carries: payloads, messages, and deliveries.
//
// A Payload is an immutable, counted piece of memory that goes from the socket to the log and to
// the application without being copied; a slice keeps the whole buffer alive, so do not store
// slices for long. Thread: share freely.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "gms/ids.h"

namespace groupy::gms {

class Payload {
 public:
  Payload() = default;
  explicit Payload(std::string bytes) {
    auto owned = std::make_shared<const std::string>(std::move(bytes));
    bytes_ = *owned;
    owner_ = std::move(owned);
  }
  // `bytes` must stay valid as long as `owner` lives.
  Payload(std::shared_ptr<const void> owner, std::string_view bytes)
      : owner_(std::move(owner)), bytes_(bytes) {}

  std::string_view bytes() const { return bytes_; }
  std::size_t size() const { return bytes_.size(); }
  // `size` bytes from `offset` on, in the same memory.
  Payload slice(std::size_t offset, std::size_t size) const {
    return {owner_, bytes_.substr(offset, size)};
  }
  // The bytes from `offset` to the end, in the same memory.
  Payload from(std::size_t offset) const { return {owner_, bytes_.substr(offset)}; }

  friend bool operator==(const Payload& a, const Payload& b) { return a.bytes_ == b.bytes_; }

 private:
  std::shared_ptr<const void> owner_;
  std::string_view bytes_;
};

// What the application submitted.
struct ApplicationMessage {
  Payload payload;
  bool operator==(const ApplicationMessage&) const = default;
};

// A joiner asks for the state as of this message's place in the order (generations 1 and 2).
struct StateRequest {
  bool operator==(const StateRequest&) const = default;
};

// The answer of one member: the state at the place of `request`, after `sequence` deliveries.
struct StateMessage {
  Origin request;
  Sequence sequence;
  Payload state;
  bool operator==(const StateMessage&) const = default;
};

// One message of the group: ordered by the leader, the same at every member.
struct Message {
  Origin origin;
  std::variant<ApplicationMessage, StateRequest, StateMessage> content;
  bool operator==(const Message&) const = default;
};

// What the application gets: the payload at its place in the total order. Without a directory in
// its origin, the place holds nothing for the application (a view, or a repeat that was dropped):
// only how far it has come changes.
struct Delivery {
  Sequence sequence;
  Origin origin;
  Payload payload;
  bool is_empty_place() const { return origin.directory.is_none(); }
  bool operator==(const Delivery&) const = default;
};

}  // namespace groupy::gms
