#include "kvstore/settings.h"

#include "kvstore/bytes.h"

namespace groupy::kvstore {

namespace {

constexpr std::uint8_t kSettingsFormat = 1;

}  // namespace

std::string encode_settings(const GroupSettings& settings) {
  std::string bytes;
  append_u8(bytes, kSettingsFormat);
  append_u64(bytes, settings.key_bytes_max);
  append_u64(bytes, settings.value_bytes_max);
  append_u64(bytes, settings.command_bytes_max);
  append_u64(bytes, settings.request_window_keys);
  append_u64(bytes, settings.request_window_sequences);
  return bytes;
}

std::optional<GroupSettings> decode_settings(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kSettingsFormat) return std::nullopt;
  GroupSettings settings;
  settings.key_bytes_max = reader.u64();
  settings.value_bytes_max = reader.u64();
  settings.command_bytes_max = reader.u64();
  settings.request_window_keys = reader.u64();
  settings.request_window_sequences = reader.u64();
  if (!reader.is_finished()) return std::nullopt;
  return settings;
}

}  // namespace groupy::kvstore
