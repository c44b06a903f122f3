#include "kvstore/meta_rows.h"

#include "kvstore/bytes.h"

namespace groupy::kvstore {

namespace {

constexpr std::uint8_t kMetaRowFormat = 1;

constexpr char kState = 's';
constexpr char kSettings = 'g';
constexpr char kOrigin = 'o';
constexpr char kRequest = 'r';
constexpr char kImporting = 'i';

std::optional<StateRow> decode_state_row(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kMetaRowFormat) return std::nullopt;
  StateRow row;
  row.applied = gms::Sequence{reader.u64()};
  row.revision = Revision{reader.u64()};
  row.hash_sum = reader.u64();
  row.request_floor = gms::Sequence{reader.u64()};
  for (std::uint8_t& part : row.colour.rgb) part = reader.u8();
  if (!reader.is_finished()) return std::nullopt;
  return row;
}

std::optional<gms::Origin> decode_origin_row(std::string_view directory, std::string_view bytes) {
  const auto id = gms::DirectoryId::from_bytes(directory);
  ByteReader reader(bytes);
  if (!id || reader.u8() != kMetaRowFormat) return std::nullopt;
  gms::Origin origin{*id, gms::StartCount{reader.u64()}, 0};
  origin.counter = reader.u64();
  if (!reader.is_finished()) return std::nullopt;
  return origin;
}

std::optional<RequestRow> decode_request_row(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kMetaRowFormat) return std::nullopt;
  RequestRow row;
  row.fingerprint = reader.u64();
  row.outcome.verdict = static_cast<Verdict>(reader.u8());
  row.outcome.sequence = gms::Sequence{reader.u64()};
  row.outcome.revision = Revision{reader.u64()};
  row.outcome.mod_revision = Revision{reader.u64()};
  row.outcome.version = reader.u64();
  if (!reader.is_finished()) return std::nullopt;
  if (row.outcome.verdict < Verdict::created || row.outcome.verdict > Verdict::too_large) {
    return std::nullopt;
  }
  return row;
}

template <typename Row>
std::optional<MetaRow> as_meta_row(std::optional<Row> row) {
  if (!row) return std::nullopt;
  return MetaRow(std::move(*row));
}

}  // namespace

std::string state_row_key() {
  return {kState};
}
std::string settings_row_key() {
  return {kSettings};
}
std::string importing_row_key() {
  return {kImporting};
}

std::string origin_row_key(const gms::DirectoryId& directory) {
  return std::string(1, kOrigin).append(directory.bytes());
}

std::string request_row_key(std::string_view id) {
  return std::string(1, kRequest).append(id);
}

std::string encode_state_row(const StateRow& row) {
  std::string bytes;
  append_u8(bytes, kMetaRowFormat);
  append_u64(bytes, row.applied.value());
  append_u64(bytes, row.revision.value());
  append_u64(bytes, row.hash_sum);
  append_u64(bytes, row.request_floor.value());
  for (const std::uint8_t part : row.colour.rgb) append_u8(bytes, part);
  return bytes;
}

std::string encode_request_row(const RequestRow& row) {
  std::string bytes;
  append_u8(bytes, kMetaRowFormat);
  append_u64(bytes, row.fingerprint);
  append_u8(bytes, static_cast<std::uint8_t>(row.outcome.verdict));
  append_u64(bytes, row.outcome.sequence.value());
  append_u64(bytes, row.outcome.revision.value());
  append_u64(bytes, row.outcome.mod_revision.value());
  append_u64(bytes, row.outcome.version);
  return bytes;
}

std::string encode_origin_row(const gms::Origin& origin) {
  std::string bytes;
  append_u8(bytes, kMetaRowFormat);
  append_u64(bytes, origin.start.value());
  append_u64(bytes, origin.counter);
  return bytes;
}

std::optional<MetaRow> decode_meta_row(std::string_view key, std::string_view value) {
  if (key.empty()) return std::nullopt;
  const std::string_view name = key.substr(1);
  switch (key.front()) {
    case kState:
      return name.empty() ? as_meta_row(decode_state_row(value)) : std::nullopt;
    case kSettings:
      return name.empty() ? as_meta_row(decode_settings(value)) : std::nullopt;
    case kOrigin:
      return as_meta_row(decode_origin_row(name, value));
    case kRequest: {
      const auto row = decode_request_row(value);
      if (!row || name.empty() || name.size() > kRequestIdBytesMax) return std::nullopt;
      return NamedRequestRow{name, *row};
    }
    case kImporting:
      return name.empty() ? std::optional<MetaRow>(ImportingRow()) : std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace groupy::kvstore
