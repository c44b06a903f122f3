// A data directory on a real disk.
//
// Interrupted calls are repeated, short writes continued, descriptors not inherited. sync() is
// fdatasync for files, fsync for directories; errors of close are reported, since some file
// systems tell of a failed write only there. Thread: as file.h says.
#pragma once

#include <memory>
#include <string>

#include "gms/log/file.h"

namespace groupy::gms::log {

// `path` is made if it is not there, with all levels above it. Its name is on disk when this
// returns, also if an earlier start made it and ended before that was so.
Result<std::unique_ptr<Directory>> open_posix_directory(const std::string& path);

// To look at, for who must not change anything: nothing is made, and whatever would write, sync,
// rename, remove or lock fails.
Result<std::unique_ptr<Directory>> open_posix_directory_to_read(const std::string& path);

}  // namespace groupy::gms::log
