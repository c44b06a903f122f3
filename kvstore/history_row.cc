#include "kvstore/history_row.h"

#include "kvstore/bytes.h"

namespace groupy::kvstore {

namespace {

constexpr std::uint8_t kHistoryRowFormat = 1;
constexpr std::uint8_t kPut = 1;
constexpr std::uint8_t kTombstone = 2;

}  // namespace

std::string encode_history_place(const HistoryPlace& place) {
  std::string bytes;
  append_number_big<std::uint64_t>(bytes, place.revision.value());
  append_number_big<std::uint32_t>(bytes, place.sub_number);
  return bytes;
}

std::optional<HistoryPlace> decode_history_place(std::string_view bytes) {
  ByteReader reader(bytes);
  HistoryPlace place;
  place.revision = Revision{reader.number_big<std::uint64_t>()};
  place.sub_number = reader.number_big<std::uint32_t>();
  if (!reader.is_finished()) return std::nullopt;
  return place;
}

std::string encode_history_row(std::string_view key,
                               std::optional<std::string_view> encoded_record) {
  std::string bytes;
  bytes.reserve(6 + key.size() + encoded_record.value_or("").size());
  append_u8(bytes, kHistoryRowFormat);
  append_u8(bytes, encoded_record ? kPut : kTombstone);
  append_sized(bytes, key);
  if (encoded_record) bytes.append(*encoded_record);
  return bytes;
}

std::optional<HistoryRow> decode_history_row(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kHistoryRowFormat) return std::nullopt;
  const std::uint8_t kind = reader.u8();
  HistoryRow row{reader.sized(), std::nullopt};
  if (kind == kPut) {
    row.record = decode_record(reader.rest());
    if (!row.record) return std::nullopt;
  } else if (kind != kTombstone) {
    return std::nullopt;
  }
  if (!reader.is_finished()) return std::nullopt;
  return row;
}

}  // namespace groupy::kvstore
