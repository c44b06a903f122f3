#include "kvstore/fingerprint.h"

#include <xxhash.h>

namespace groupy::kvstore {

std::uint64_t fingerprint(std::string_view bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace groupy::kvstore
