// The whole state as bytes, for a joiner.
//
// All rows of all families as they are, in order, so that the joiner's rows equal the giver's, with
// a checksum behind them. What comes in is checked whole, down to the state hash, before anything
// is touched. Meant for states that fit in memory. Thread: any, on snapshots.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "kvstore/read_view.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

constexpr std::size_t kStateImageBytesMax = 64u << 20;

// Nothing if the image would be larger than `bytes_max`. Throws StorageFailed.
std::optional<std::string> export_state_image(const StorageSnapshot& rows,
                                              std::size_t bytes_max = kStateImageBytesMax);

// Why bytes are no state image; for people.
struct NotAStateImage {
  std::string why;
};

// Replaces all rows of the storage by those of the image, whose digest it gives. Refused, it leaves
// the storage as it was. It takes several batches: a crash in between leaves a storage that no
// state machine accepts, never a mixture that looks whole. No state machine may use the storage
// meanwhile, or go on afterwards: make a new one. Throws StorageFailed.
std::variant<StateDigest, NotAStateImage> import_state_image(std::string_view image,
                                                             Storage& storage);

}  // namespace groupy::kvstore
