#include "gms/wire/hello.h"

#include "gms/wire/view_codec.h"
#include "groupy.pb.h"

namespace groupy::gms::wire {

namespace {

std::string node(const ViewMember& member) {
  return "node " + std::to_string(member.id.value());
}

std::optional<Hello> decode_hello(std::string_view bytes) {
  proto::Hello in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  auto self = from_proto(in.self());
  if (!self || in.protocol_min() > in.protocol_max()) return std::nullopt;
  Hello hello;
  hello.protocol_min = in.protocol_min();
  hello.protocol_max = in.protocol_max();
  hello.generation = in.generation();
  hello.self = std::move(*self);
  if (!in.group().empty()) {
    const auto group = GroupId::from_bytes(in.group());
    if (!group) return std::nullopt;
    hello.group = *group;
  }
  return hello;
}

}  // namespace

void encode_hello(const Hello& hello, std::vector<Piece>& out) {
  proto::Hello message;
  message.set_protocol_min(hello.protocol_min);
  message.set_protocol_max(hello.protocol_max);
  message.set_generation(hello.generation);
  if (!hello.group.is_none()) message.set_group(std::string(hello.group.bytes()));
  to_proto(hello.self, *message.mutable_self());
  write_frame(FrameKind::hello, {}, Payload(message.SerializeAsString()), out);
}

void encode_refusal(const Refusal& refusal, std::vector<Piece>& out) {
  proto::Refusal message;
  message.set_reason(refusal.reason.substr(0, kReasonBytesMax));
  write_frame(FrameKind::refusal, {}, Payload(message.SerializeAsString()), out);
}

std::optional<std::variant<Hello, Refusal>> decode_handshake(const RawFrame& raw) {
  if (raw.kind == FrameKind::refusal) {
    proto::Refusal in;
    const std::string_view bytes = raw.body.bytes();
    if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
    return Refusal{printable_reason(in.reason())};
  }
  if (raw.kind != FrameKind::hello) return std::nullopt;
  auto hello = decode_hello(raw.body.bytes());
  if (!hello) return std::nullopt;
  return std::move(*hello);
}

std::optional<std::string> reason_to_refuse(const Hello& ours, const Hello& theirs,
                                            const std::optional<Expected>& expected) {
  if (theirs.protocol_max < ours.protocol_min || theirs.protocol_min > ours.protocol_max) {
    return "protocol versions " + std::to_string(theirs.protocol_min) + " to " +
           std::to_string(theirs.protocol_max) + ", this one speaks " +
           std::to_string(ours.protocol_min) + " to " + std::to_string(ours.protocol_max);
  }
  if (theirs.generation != ours.generation) {
    return node(theirs.self) + " runs gms" + std::to_string(theirs.generation) +
           ", this group runs gms" + std::to_string(ours.generation);
  }
  if (!ours.group.is_none() && !theirs.group.is_none() && ours.group != theirs.group) {
    return node(theirs.self) + " belongs to group " + theirs.group.to_hex() + ", " +
           node(ours.self) + " to group " + ours.group.to_hex();
  }
  if (theirs.self.directory == ours.self.directory)
    return "a link of " + node(ours.self) + " with itself";
  if (theirs.self.id == ours.self.id) {
    return "two processes call themselves " + node(ours.self) + ": " + ours.self.peer_address +
           " and " + theirs.self.peer_address;
  }
  if (expected && theirs.self.id != expected->id) {
    return "expected node " + std::to_string(expected->id.value()) + " at this address, found " +
           node(theirs.self);
  }
  const bool knows_directory = expected && !expected->directory.is_none();
  if (knows_directory && theirs.self.directory != expected->directory) {
    return node(theirs.self) + " has another directory than the view lists: it was started anew";
  }
  return std::nullopt;
}

}  // namespace groupy::gms::wire
