#include "cli/serve_members.h"

#include <utility>

#include "gms/driver/random_ids.h"
#include "gms/gms1/member.h"
#include "gms/gms3/member.h"
#include "gms/wire/record_format.h"

namespace groupy::cli {

namespace {

gms::DriverOptions driver_options(const ServeOptions& options, const gms::ViewMember& self) {
  gms::DriverOptions driver;
  driver.self = self;
  driver.listen_address = options.addresses.peer.to_string();
  driver.generation = options.generation;
  return driver;
}

std::vector<gms::ViewMember> founding_members(const ServeOptions& options,
                                              const gms::ViewMember& self) {
  std::vector<gms::ViewMember> members;
  for (const Founder& founder : std::get<Founders>(options.entry.by)) {
    gms::ViewMember member;
    member.id = founder.id;
    member.peer_address = founder.peer.to_string();
    members.push_back(founder.id == self.id ? self : member);
  }
  return members;
}

const gms::wire::WireRecordFormat kFormat;

}  // namespace

gms::ViewMember self_of(const ServeOptions& options, const gms::DirectoryId& directory) {
  gms::ViewMember self;
  self.id = options.id;
  self.directory = directory;
  self.peer_address = options.addresses.advertised_peer.to_string();
  self.http_address = options.addresses.advertised_http.to_string();
  return self;
}

MemberParts member_in_memory(const ServeOptions& options, const gms::ViewMember& self) {
  MemberParts parts{driver_options(options, self), nullptr};
  gms1::MemberOptions member;
  member.self = self;
  if (const auto* founders = std::get_if<Founders>(&options.entry.by)) {
    member.founds = founders->front().id == options.id;
    if (member.founds) {
      parts.driver.group = gms::draw_group_id();
    } else {
      parts.driver.contact = founders->front().peer.to_string();
    }
  } else {
    parts.driver.contact = std::get<Address>(options.entry.by).to_string();
    parts.driver.join_timeout = options.entry.limit;
  }
  member.group = parts.driver.group;
  parts.member = std::make_unique<gms1::Member>(std::move(member));
  return parts;
}

MemberParts durable_member(const ServeOptions& options, const gms::ViewMember& self,
                           gms::Recovered recovered) {
  MemberParts parts{driver_options(options, self), nullptr};
  gms3::MemberOptions member;
  member.self = self;
  member.founders = founding_members(options, self);
  member.fresh_group = gms::draw_group_id();
  member.seed = gms::draw_seed();
  member.timing.suspect_after = options.suspect_after;
  member.accepts_tail_loss = options.accepts_tail_loss;
  parts.driver.first_members = member.founders;
  if (!recovered.views.empty()) {
    const gms::View& newest = recovered.views.rbegin()->second;
    parts.driver.first_members = newest.members;
    // While it is pending, its group must not keep it from those that are not yet.
    if (newest.number > gms::ViewNumber{1}) parts.driver.group = newest.group;
  }
  member.recovered = std::move(recovered);
  parts.member = std::make_unique<gms3::Member>(std::move(member), kFormat);
  return parts;
}

}  // namespace groupy::cli
