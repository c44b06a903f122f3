// What is in a log's files, in lines for people: `groupy log dump`.
//
// Looks and changes nothing, needs no identity, goes on behind damage. It shows what stands in the
// files, with what was cut or replaced; which of it is the log, the recovery decides.
// Thread: any; not while a process writes the log, or the end may look torn.
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
