// Makes the group member that a replica runs, of the generation that it was told to.
//
// Thread: pure.
#pragma once

#include <memory>

#include "cli/serve_options.h"
#include "gms/driver/driver.h"
#include "gms/member.h"
#include "gms/recovered.h"

namespace groupy::cli {

struct MemberParts {
  gms::DriverOptions driver;
  std::unique_ptr<gms::Member> member;
};

// What a replica says of itself; `directory` is that of its data, or random if it has none.
gms::ViewMember self_of(const ServeOptions& options, const gms::DirectoryId& directory);

// Generation 1. The founder of the list leads from the start; all others join through it, or
// through the member that --join names.
MemberParts member_in_memory(const ServeOptions& options, const gms::ViewMember& self);

// Generation 3, going on from what was found in its directory.
MemberParts durable_member(const ServeOptions& options, const gms::ViewMember& self,
                           gms::Recovered recovered);

}  // namespace groupy::cli
