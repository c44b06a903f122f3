// The numbers and names of the group service, each with a type of its own.
//
// A ballot that is compared with a view number, or a sequence with a ticket, is a bug that no test
// may happen to hit; here it does not compile. All are plain values: copy and share them freely.
#pragma once

#include <array>
#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::gms {

template <typename Tag, typename Rep>
class Number {
 public:
  constexpr Number() = default;
  constexpr explicit Number(Rep value) : value_(value) {}
  constexpr Rep value() const { return value_; }
  constexpr Number next() const { return Number(static_cast<Rep>(value_ + 1)); }
  constexpr auto operator<=>(const Number&) const = default;

 private:
  Rep value_ = 0;
};

// A replica's name in the group, chosen by who runs it; never 0.
using NodeId = Number<struct NodeIdTag, std::uint32_t>;
// Which leadership a frame, record, promise or vote belongs to.
using Ballot = Number<struct BallotTag, std::uint64_t>;
// Counts the views delivered; what users see. Never compared to decide who may lead.
using ViewNumber = Number<struct ViewNumberTag, std::uint64_t>;
// Place in the total order; the first delivery has 1.
using Sequence = Number<struct SequenceTag, std::uint64_t>;
// Names one write to the log; rising, never reused, unlike sequences, which a cut tail frees again.
using Ticket = Number<struct TicketTag, std::uint64_t>;
// How often the group has taken this node in; given by the group, the first is 1.
using Incarnation = Number<struct IncarnationTag, std::uint32_t>;
// How often a data directory has been started.
using StartCount = Number<struct StartCountTag, std::uint64_t>;

// Names one read that waits for its confirmation; given by who asks, rising.
using ReadId = Number<struct ReadIdTag, std::uint64_t>;

// Numbers from here on are this life's alone, for what is asked of others and may be answered late.
constexpr std::uint64_t first_number(StartCount start) {
  return start.value() << 32;
}

// Time since the driver started; comes in as an argument, the core has no clock.
using Time = std::chrono::microseconds;

// 128 random bits, drawn outside the core. All zero means: none yet.
template <typename Tag>
class RandomId {
 public:
  static constexpr std::size_t kSize = 16;

  constexpr RandomId() = default;
  constexpr explicit RandomId(const std::array<std::uint8_t, kSize>& bytes) : bytes_(bytes) {}

  // From exactly 16 raw bytes; nothing for any other length.
  static std::optional<RandomId> from_bytes(std::string_view bytes) {
    if (bytes.size() != kSize) return std::nullopt;
    RandomId id;
    std::memcpy(id.bytes_.data(), bytes.data(), kSize);
    return id;
  }

  bool is_none() const { return *this == RandomId(); }
  std::string_view bytes() const {
    return {reinterpret_cast<const char*>(bytes_.data()), bytes_.size()};
  }
  // 32 lower-case hex digits.
  std::string to_hex() const {
    constexpr char kDigits[] = "0123456789abcdef";
    std::string hex;
    for (const std::uint8_t byte : bytes_) {
      hex += kDigits[byte >> 4];
      hex += kDigits[byte & 0xf];
    }
    return hex;
  }
  constexpr auto operator<=>(const RandomId&) const = default;

 private:
  std::array<std::uint8_t, kSize> bytes_{};
};

// The group itself, drawn by the member that founds it.
using GroupId = RandomId<struct GroupIdTag>;
// A data directory, drawn when it is initialised: tells a replica from another under the same id.
using DirectoryId = RandomId<struct DirectoryIdTag>;

// Names one submission for ever: who submitted it, in which of its lives, as which of its wishes.
// Counters of one start have no gaps; (start, counter) only rises for one directory.
struct Origin {
  DirectoryId directory;
  StartCount start;
  std::uint64_t counter = 0;

  auto operator<=>(const Origin&) const = default;
};

}  // namespace groupy::gms

template <typename Tag, typename Rep>
struct std::hash<groupy::gms::Number<Tag, Rep>> {
  std::size_t operator()(const groupy::gms::Number<Tag, Rep>& number) const {
    return std::hash<Rep>()(number.value());
  }
};

template <typename Tag>
struct std::hash<groupy::gms::RandomId<Tag>> {
  std::size_t operator()(const groupy::gms::RandomId<Tag>& id) const {
    return std::hash<std::string_view>()(id.bytes());
  }
};
