// The handshake: what each side of a new link says of itself, and whether that will do.
//
// The dialling side says hello first; the other answers with its hello, or with a refusal and its
// reason. A stranger's bytes reach no further than this. Thread: values.
#pragma once

#include <optional>
#include <string>
#include <variant>

#include "gms/view.h"
#include "gms/wire/frame_reader.h"
#include "gms/wire/frame_writer.h"

namespace groupy::gms::wire {

// Versions of this protocol that this program speaks.
constexpr std::uint32_t kProtocolMin = 1;
constexpr std::uint32_t kProtocolMax = 1;
// More than any hello or refusal has; what a stranger may make us read.
constexpr std::size_t kHelloBytesMax = 4096;

struct Hello {
  std::uint32_t protocol_min = kProtocolMin;
  std::uint32_t protocol_max = kProtocolMax;
  std::uint32_t generation = 0;
  GroupId group;  // none: not in a group yet
  ViewMember self;
  bool operator==(const Hello&) const = default;
};

struct Refusal {
  std::string reason;  // for people; at most kReasonBytesMax bytes
};

void encode_hello(const Hello& hello, std::vector<Piece>& out);
void encode_refusal(const Refusal& refusal, std::vector<Piece>& out);

// Nothing if it is neither.
std::optional<std::variant<Hello, Refusal>> decode_handshake(const RawFrame& raw);

// Whom a dialling side means to meet; nothing where it only knows an address.
struct Expected {
  NodeId id;
  DirectoryId directory;  // none: whichever it has
  bool operator==(const Expected&) const = default;
};

// Why `ours` will not link with `theirs`, in words for the other side's log; nothing if it will.
std::optional<std::string> reason_to_refuse(const Hello& ours, const Hello& theirs,
                                            const std::optional<Expected>& expected);

}  // namespace groupy::gms::wire
