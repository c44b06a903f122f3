#include "kvstore/record.h"

#include "kvstore/bytes.h"

namespace groupy::kvstore {

namespace {

constexpr std::uint8_t kRecordFormat = 1;
constexpr std::size_t kHeaderBytes = 1 + 5 * 8;

}  // namespace

std::string encode_record(const StoredRecord& record) {
  std::string bytes;
  bytes.reserve(kHeaderBytes + record.value.size());
  append_u8(bytes, kRecordFormat);
  append_u64(bytes, record.metadata.create_revision.value());
  append_u64(bytes, record.metadata.mod_revision.value());
  append_u64(bytes, record.metadata.version);
  append_u64(bytes, record.metadata.lease);
  append_u64(bytes, record.metadata.hash_term);
  bytes.append(record.value);
  return bytes;
}

std::optional<StoredRecord> decode_record(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.u8() != kRecordFormat) return std::nullopt;
  StoredRecord record;
  record.metadata.create_revision = Revision{reader.u64()};
  record.metadata.mod_revision = Revision{reader.u64()};
  record.metadata.version = reader.u64();
  record.metadata.lease = reader.u64();
  record.metadata.hash_term = reader.u64();
  record.value = reader.rest();
  if (!reader.is_finished()) return std::nullopt;
  return record;
}

Record to_record(const StoredRecord& stored, bool keys_only) {
  const KeyMetadata& metadata = stored.metadata;
  return {keys_only ? std::string() : std::string(stored.value), metadata.create_revision,
          metadata.mod_revision, metadata.version, metadata.lease};
}

}  // namespace groupy::kvstore
