#include "gms/wire/view_codec.h"

#include <algorithm>

#include "groupy.pb.h"

namespace groupy::gms::wire {

namespace {

bool is_address(std::string_view text) {
  return text.size() <= kAddressBytesMax &&
         std::ranges::all_of(text, [](char byte) { return byte > ' ' && byte <= '~'; });
}

}  // namespace

std::string printable_reason(std::string_view text) {
  std::string reason(text.substr(0, kReasonBytesMax));
  std::ranges::replace_if(
      reason, [](char byte) { return byte < ' ' || byte > '~'; }, '?');
  return reason;
}

void to_proto(const ViewMember& member, proto::Member& out) {
  out.set_id(member.id.value());
  out.set_role(static_cast<std::uint32_t>(member.role));
  out.set_incarnation(member.incarnation.value());
  out.set_directory(std::string(member.directory.bytes()));
  out.set_peer_address(member.peer_address);
  out.set_http_address(member.http_address);
}

std::optional<ViewMember> from_proto(const proto::Member& in) {
  const auto directory = DirectoryId::from_bytes(in.directory());
  if (in.id() == 0 || in.incarnation() == 0 || !directory || directory->is_none()) {
    return std::nullopt;
  }
  if (in.role() != static_cast<std::uint32_t>(Role::voter) &&
      in.role() != static_cast<std::uint32_t>(Role::learner)) {
    return std::nullopt;
  }
  if (!is_address(in.peer_address()) || !is_address(in.http_address())) return std::nullopt;
  ViewMember member;
  member.id = NodeId{in.id()};
  member.role = static_cast<Role>(in.role());
  member.incarnation = Incarnation{in.incarnation()};
  member.directory = *directory;
  member.peer_address = in.peer_address();
  member.http_address = in.http_address();
  return member;
}

std::string encode_member(const ViewMember& member) {
  proto::Member out;
  to_proto(member, out);
  return out.SerializeAsString();
}

std::optional<ViewMember> decode_member(std::string_view bytes) {
  proto::Member in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  return from_proto(in);
}

std::string encode_view(const View& view) {
  proto::View out;
  out.set_group(std::string(view.group.bytes()));
  out.set_number(view.number.value());
  out.set_leader(view.leader.value());
  for (const ViewMember& member : view.members) to_proto(member, *out.add_members());
  out.set_reason(view.reason);
  return out.SerializeAsString();
}

std::optional<View> decode_view(std::string_view bytes) {
  if (bytes.size() > kViewBytesMax) return std::nullopt;
  proto::View in;
  if (!in.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) return std::nullopt;
  const auto group = GroupId::from_bytes(in.group());
  if (!group || group->is_none() || in.number() == 0) return std::nullopt;
  if (in.members().size() > static_cast<int>(kMembersMax)) return std::nullopt;
  if (in.reason().size() > kReasonBytesMax) return std::nullopt;
  View view;
  view.group = *group;
  view.number = ViewNumber{in.number()};
  view.leader = NodeId{in.leader()};
  view.reason = printable_reason(in.reason());
  for (const proto::Member& each : in.members()) {
    auto member = from_proto(each);
    if (!member || view.find(member->id) || view.find(member->directory)) return std::nullopt;
    view.members.push_back(std::move(*member));
  }
  if (view.leader != NodeId{} && !view.find(view.leader)) return std::nullopt;
  return view;
}

std::optional<View> decode_led_view(std::string_view bytes) {
  auto view = decode_view(bytes);
  if (view && view->leader == NodeId{}) return std::nullopt;
  return view;
}

}  // namespace groupy::gms::wire
