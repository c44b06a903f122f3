// Logs, views and options for the tests of generation 3's pieces, short to write.
//
// Members are 1, 2, 3...; the records are real ones, of the real format. Thread: one.
#pragma once

#include <string>
#include <vector>

#include "gms/gms3/options.h"
#include "gms/gms3/own_log.h"
#include "gms/wire/record_format.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms3 {

inline const gms::wire::WireRecordFormat& format() {
  static const gms::wire::WireRecordFormat kFormat;
  return kFormat;
}

inline gms::View view_of(unsigned members, std::uint64_t number = 1) {
  gms::View view;
  view.group = gms::group_of(1);
  view.number = gms::ViewNumber{number};
  view.leader = gms::NodeId{1};
  view.reason = "for a test";
  for (unsigned id = 1; id <= members; ++id) view.members.push_back(gms::member_of(id));
  return view;
}

inline gms::Origin origin_of(unsigned node, std::uint64_t counter, std::uint64_t start = 1) {
  return {gms::directory_of(node), gms::StartCount{start}, counter};
}

inline gms::Payload payload_of(const gms::Origin& origin, const std::string& text) {
  return format().with_origin(origin, gms::Payload(text));
}

inline gms::Record view_record(gms::Ballot ballot, const gms::RecordId& before,
                               const gms::View& view) {
  return format().make(gms::RecordKind::view, ballot, before.sequence.next(), before.checksum,
                       format().encode(view));
}

inline gms::Record message_record(gms::Ballot ballot, const gms::RecordId& before,
                                  const gms::Origin& origin, const std::string& text) {
  return format().make(gms::RecordKind::application, ballot, before.sequence.next(),
                       before.checksum, payload_of(origin, text));
}

// A log of views and messages, as a member of a founded group of `members` finds it on disk.
inline gms::Recovered recovered_log(unsigned members, std::size_t messages,
                                    gms::Ballot ballot = gms::Ballot{1}) {
  gms::Recovered recovered;
  recovered.group = gms::group_of(1);
  recovered.start = gms::StartCount{1};
  const gms::Record first = view_record(gms::Ballot{}, {}, view_of(members));
  const gms::Record own = view_record(ballot, gms::id_of(first), view_of(members, 2));
  recovered.views = {{gms::Sequence{1}, view_of(members)}, {gms::Sequence{2}, view_of(members, 2)}};
  recovered.tail = {{gms::id_of(first), {}}, {gms::id_of(own), {}}};
  for (std::uint64_t counter = 1; counter <= messages; ++counter) {
    const gms::Origin origin = origin_of(9, counter);
    const gms::Record record =
        message_record(ballot, recovered.tail.back().id, origin, "m" + std::to_string(counter));
    recovered.tail.push_back({gms::id_of(record), origin});
  }
  return recovered;
}

// The effects of one kind, taken out of all.
template <typename Kind>
std::vector<Kind> of_kind(const gms::Effects& effects) {
  std::vector<Kind> found;
  for (const gms::Effect& effect : effects) {
    if (const auto* one = std::get_if<Kind>(&effect)) found.push_back(*one);
  }
  return found;
}

// The frames of one kind that were sent, with their receivers.
template <typename Content>
std::vector<std::pair<gms::NodeId, Content>> frames_of(const gms::Effects& effects) {
  std::vector<std::pair<gms::NodeId, Content>> found;
  for (const gms::Send& send : of_kind<gms::Send>(effects)) {
    const auto& routed = std::get<gms::RoutedFrame>(send.frame);
    if (const auto* one = std::get_if<Content>(&routed.frame)) found.emplace_back(routed.to, *one);
  }
  return found;
}

}  // namespace groupy::gms3
