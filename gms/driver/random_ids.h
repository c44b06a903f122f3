// Ids that nobody else has, drawn from the system. Thread: any.
#pragma once

#include "gms/ids.h"

namespace groupy::gms {

GroupId draw_group_id();
DirectoryId draw_directory_id();

}  // namespace groupy::gms
