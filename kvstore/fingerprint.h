// XXH3-64 of bytes: the one fingerprint of this folder, for hash terms, colours and checksums.
//
// Equal on every machine. It finds damage and divergence; it does not resist who makes collisions
// on purpose. Thread: any.
#pragma once

#include <cstdint>
#include <string_view>

namespace groupy::kvstore {

std::uint64_t fingerprint(std::string_view bytes);

}  // namespace groupy::kvstore
