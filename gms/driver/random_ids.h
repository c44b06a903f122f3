// Ids that nobody else has, drawn from the system. Thread: any.
#pragma once

#include "gms/ids.h"

namespace groupy::gms {

GroupId draw_group_id();
DirectoryId draw_directory_id();
// Of a member's own generator.
std::uint64_t draw_seed();

}  // namespace groupy::gms
