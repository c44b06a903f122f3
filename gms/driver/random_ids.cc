#include "gms/driver/random_ids.h"

#include <sys/random.h>

#include <cstring>

#include "gms/check.h"

namespace groupy::gms {

namespace {

template <typename Id>
Id draw() {
  std::array<std::uint8_t, Id::kSize> bytes{};
  // Up to 256 bytes come whole and are never interrupted; only a kernel without the call fails.
  const ssize_t drawn = ::getrandom(bytes.data(), bytes.size(), 0);
  GROUPY_CHECK(drawn == static_cast<ssize_t>(bytes.size()), "the system gives no random bytes");
  return Id(bytes);
}

}  // namespace

GroupId draw_group_id() {
  return draw<GroupId>();
}

DirectoryId draw_directory_id() {
  return draw<DirectoryId>();
}

std::uint64_t draw_seed() {
  std::uint64_t seed = 0;
  std::memcpy(&seed, draw<DirectoryId>().bytes().data(), sizeof seed);
  return seed;
}

}  // namespace groupy::gms
