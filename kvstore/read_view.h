// The store at one applied sequence, to be read by anyone.
//
// There is a new one after each applied batch; readers share it, so that an answer, its revision
// and its sequence always belong together. Thread: any number at once.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kvstore/command.h"
#include "kvstore/settings.h"
#include "kvstore/storage.h"

namespace groupy::kvstore {

// What the store knows of a live key.
struct Record {
  std::string value;
  Revision create_revision;
  Revision mod_revision;
  std::uint64_t version = 0;  // 1 when created, +1 for each replacement
  std::uint64_t lease = 0;    // 0: none
  bool operator==(const Record&) const = default;
};

// The exercise's demo state, turned by every delivery: unequal colours prove unequal histories.
struct Colour {
  std::array<std::uint8_t, 3> rgb{};
  std::string to_string() const;  // "#rrggbb"
  bool operator==(const Colour&) const = default;
};

// What identifies a state: equal at equal sequence on all replicas, or they differ.
struct StateDigest {
  gms::Sequence sequence;  // applied
  Revision revision;
  std::uint64_t hash = 0;
  Colour colour;
  bool operator==(const StateDigest&) const = default;
};

struct ListRequest {
  std::string_view prefix;
  std::optional<std::string_view> after;  // start behind this key
  std::size_t limit = 100;                // 1 to 1,000
  bool keys_only = false;                 // records come without values
};

struct ListItem {
  std::string key;
  Record record;
};

struct ListPage {
  std::vector<ListItem> items;
  bool more = false;  // there are keys with the prefix behind the last item
};

class ReadView {
 public:
  ReadView(StateDigest digest, const GroupSettings& settings,
           std::shared_ptr<const StorageSnapshot> rows)
      : digest_(digest), settings_(settings), rows_(std::move(rows)) {}

  const StateDigest& digest() const { return digest_; }
  const GroupSettings& settings() const { return settings_; }
  std::optional<Record> get(std::string_view key) const;
  // Ends early, with `more`, when the items hold kListBytesMax bytes.
  ListPage list(const ListRequest& request) const;

 private:
  StateDigest digest_;
  GroupSettings settings_;
  std::shared_ptr<const StorageSnapshot> rows_;
};

// As JSON it may become six times as much, and other requests wait while that is written.
constexpr std::size_t kListBytesMax = 2u << 20;

using SharedReadView = std::shared_ptr<const ReadView>;

}  // namespace groupy::kvstore
