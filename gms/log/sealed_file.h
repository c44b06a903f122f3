// Small files that are replaced as a whole: magic, format, length, contents, checksum.
//
// Whoever reads one sees the old or the new contents, whatever happens in between: the new file is
// written in tmp/, synced, renamed over the old one, and its directory synced.
// Thread: one at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "gms/log/file.h"

namespace groupy::gms::log {

constexpr std::size_t kSealedBytesMax = 64u << 10;

// magic(4) format(1) zeros(3) length(4) zero(4), then the contents and their checksum with all that
// stands before (8).
std::string seal(std::uint32_t magic, std::string_view contents);

// Returns when it is on disk. `name` has no folder.
[[nodiscard]] Failure replace_sealed(Directory& files, const std::string& name, std::uint32_t magic,
                                     std::string_view contents);

// The contents. Codes: not_found, or refused if it is damaged.
Result<std::string> read_sealed(Directory& files, const std::string& name, std::uint32_t magic);

// Makes `name` with exactly these bytes, whatever stood there; returns when it is on disk. After
// `no_space` all is as it was.
[[nodiscard]] Failure replace_file(Directory& files, const std::string& name,
                                   std::string_view bytes);

}  // namespace groupy::gms::log
