// Views and members as protobuf, checked for form when they come in.
//
// Thread: values.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "gms/view.h"

namespace groupy::gms::wire {

namespace proto {
class Member;
}  // namespace proto

// A text of a peer's, cut and made harmless for logs and terminals: what is no ASCII becomes '?'.
std::string printable_reason(std::string_view text);

void to_proto(const ViewMember& member, proto::Member& out);
// Nothing if an id is none, a role unknown, or an address longer than view.h allows or not made of
// visible ASCII: addresses are shown to people and written to logs.
std::optional<ViewMember> from_proto(const proto::Member& in);

std::string encode_member(const ViewMember& member);
std::optional<ViewMember> decode_member(std::string_view bytes);

// More than any view within the bounds of view.h has: what is longer is not even looked into, since
// few bytes can claim many members.
constexpr std::size_t kViewBytesMax = 64u << 10;

std::string encode_view(const View& view);
// Nothing if an id or a directory is there twice, it has no group, or its leader is not a member.
// A view may be without a leader: the first one of a group that elects its leaders is.
std::optional<View> decode_view(std::string_view bytes);
// The same for the generations in which each view names its leader: nothing if this one does not.
std::optional<View> decode_led_view(std::string_view bytes);

}  // namespace groupy::gms::wire
