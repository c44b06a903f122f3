// What is in a log's files, in lines for people: `groupy log dump`.
//
// Looks and changes nothing, takes no lock, needs no identity, goes on behind damage; for a
// directory of open_posix_directory_to_read(). It shows what stands in the files, with what was
// cut; which of it is the log, the recovery decides. While a process writes the log, the
// end may look torn, and a segment may go away. Thread: any.
#pragma once

#include <functional>
#include <string>

#include "gms/log/file.h"

namespace groupy::gms::log {

using DumpLine = std::function<void(const std::string& line)>;

// One line per segment, record, local entry and damaged place. An error: nothing, or not all, could
// be read.
[[nodiscard]] Failure dump_log(Directory& files, const DumpLine& line);

}  // namespace groupy::gms::log
