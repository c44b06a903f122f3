#include "gms/wire/frame_codec.h"

#include "gms/wire/fields.h"
#include "gms/wire/origin_codec.h"
#include "gms/wire/routed_codec.h"
#include "gms/wire/view_codec.h"

namespace groupy::gms::wire {

namespace {

enum class ContentKind : std::uint8_t { application = 1, state_request = 2, state = 3 };

void encode_message(FrameKind kind, const Message& message, std::vector<Piece>& out) {
  std::string fixed;
  Payload payload;
  if (const auto* application = std::get_if<ApplicationMessage>(&message.content)) {
    put(fixed, static_cast<std::uint8_t>(ContentKind::application));
    put_origin(fixed, message.origin);
    payload = application->payload;
  } else if (const auto* state = std::get_if<StateMessage>(&message.content)) {
    put(fixed, static_cast<std::uint8_t>(ContentKind::state));
    put_origin(fixed, message.origin);
    put_origin(fixed, state->request);
    put(fixed, state->sequence.value());
    payload = state->state;
  } else {
    put(fixed, static_cast<std::uint8_t>(ContentKind::state_request));
    put_origin(fixed, message.origin);
  }
  write_frame(kind, fixed, payload, out);
}

std::optional<Message> decode_message(const Payload& body) {
  FieldReader fields(body.bytes());
  const auto kind = static_cast<ContentKind>(fields.get<std::uint8_t>());
  Message message;
  message.origin = get_origin(fields);
  switch (kind) {
    case ContentKind::application:
      message.content = ApplicationMessage{body.from(body.size() - fields.rest().size())};
      break;
    case ContentKind::state_request:
      message.content = StateRequest{};
      if (!fields.rest().empty()) return std::nullopt;
      break;
    case ContentKind::state: {
      StateMessage state;
      state.request = get_origin(fields);
      state.sequence = Sequence{fields.get<std::uint64_t>()};
      state.state = body.from(body.size() - fields.rest().size());
      message.content = std::move(state);
      break;
    }
    default:
      return std::nullopt;
  }
  if (!fields.ok() || message.origin.directory.is_none()) return std::nullopt;
  return message;
}

struct Encoder {
  std::vector<Piece>& out;

  void operator()(const SubmitFrame& frame) const {
    encode_message(FrameKind::submit, frame.message, out);
  }
  void operator()(const MulticastFrame& frame) const {
    encode_message(FrameKind::multicast, frame.message, out);
  }
  void operator()(const ViewFrame& frame) const {
    write_frame(FrameKind::view, {}, Payload(encode_view(frame.view)), out);
  }
  void operator()(const JoinFrame& frame) const {
    write_frame(FrameKind::join, {}, Payload(encode_member(frame.joiner)), out);
  }
  void operator()(const ContactsFrame& frame) const {
    write_frame(FrameKind::contacts, {}, Payload(encode_view(frame.view)), out);
  }
  void operator()(const RoutedFrame& frame) const { encode_routed(frame, out); }
};

// A frame around what was decoded, or nothing if that failed.
template <typename FrameType, typename Content>
std::optional<Frame> framed(std::optional<Content> content) {
  if (!content) return std::nullopt;
  return Frame{FrameType{std::move(*content)}};
}

}  // namespace

void encode_frame(const Frame& frame, std::vector<Piece>& out) {
  std::visit(Encoder{out}, frame);
}

std::optional<Frame> decode_frame(const RawFrame& raw) {
  switch (raw.kind) {
    case FrameKind::submit:
      return framed<SubmitFrame>(decode_message(raw.body));
    case FrameKind::multicast:
      return framed<MulticastFrame>(decode_message(raw.body));
    case FrameKind::view:
      return framed<ViewFrame>(decode_led_view(raw.body.bytes()));
    case FrameKind::join:
      return framed<JoinFrame>(decode_member(raw.body.bytes()));
    case FrameKind::contacts:
      return framed<ContactsFrame>(decode_led_view(raw.body.bytes()));
    case FrameKind::routed: {
      auto frame = decode_routed(raw.body);
      if (!frame) return std::nullopt;
      return std::move(*frame);
    }
    case FrameKind::hello:
    case FrameKind::refusal:
      return std::nullopt;
  }
  return std::nullopt;
}

}  // namespace groupy::gms::wire
