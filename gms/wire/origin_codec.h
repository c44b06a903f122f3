// Origins as 32 bytes: directory(16) start(8) counter(8), little-endian.
//
// The same in front of a submission on its way and of an application record's payload in the logs.
// Thread: values.
#pragma once

#include "gms/ids.h"
#include "gms/wire/fields.h"

namespace groupy::gms::wire {

constexpr std::size_t kOriginBytes = 32;

inline void put_origin(std::string& out, const Origin& origin) {
  out += origin.directory.bytes();
  put(out, origin.start.value());
  put(out, origin.counter);
}

// Whether it has a directory, and `fields` were enough, is for the caller to look at.
inline Origin get_origin(FieldReader& fields) {
  Origin origin;
  const auto directory = DirectoryId::from_bytes(fields.take(DirectoryId::kSize));
  if (directory) origin.directory = *directory;
  origin.start = StartCount{fields.get<std::uint64_t>()};
  origin.counter = fields.get<std::uint64_t>();
  return origin;
}

}  // namespace groupy::gms::wire
