// What applying a command depends on beside the command and the rows.
//
// Part of the state, the same at every replica: a limit that came from a process's own flags would
// let one replica refuse what others apply. Saved in a row of its own and part of the state hash.
// Thread: values.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace groupy::kvstore {

struct GroupSettings {
  std::uint64_t key_bytes_max = 4u << 10;
  std::uint64_t value_bytes_max = 3u << 19;    // 1.5 MiB
  std::uint64_t command_bytes_max = 2u << 20;  // encoded
  // How many requests are remembered, and for how many sequences, to recognise repeats.
  std::uint64_t request_window_keys = 100'000;
  std::uint64_t request_window_sequences = 10'000'000;
  bool operator==(const GroupSettings&) const = default;
};

std::string encode_settings(const GroupSettings& settings);
std::optional<GroupSettings> decode_settings(std::string_view bytes);

}  // namespace groupy::kvstore
