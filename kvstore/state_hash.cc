#include "kvstore/state_hash.h"

#include <string>

#include "kvstore/bytes.h"
#include "kvstore/fingerprint.h"

namespace groupy::kvstore {

namespace {

// Keeps a key's term apart from that of a request whose bytes happen to be the same.
enum class TermKind : std::uint8_t { key = 1, request = 2, settings = 3 };

// Definition and lengths come first, so that no two different inputs give the same bytes.
std::string term_input(TermKind kind, std::string_view name, std::string_view content) {
  std::string bytes;
  bytes.reserve(64 + name.size() + content.size());
  append_u32(bytes, kHashDefinition);
  append_u8(bytes, static_cast<std::uint8_t>(kind));
  append_u64(bytes, name.size());
  append_u64(bytes, content.size());
  bytes.append(name);
  bytes.append(content);
  return bytes;
}

}  // namespace

std::uint64_t key_term(std::string_view key, std::string_view value, const KeyMetadata& metadata) {
  std::string bytes = term_input(TermKind::key, key, value);
  append_u64(bytes, metadata.create_revision.value());
  append_u64(bytes, metadata.mod_revision.value());
  append_u64(bytes, metadata.version);
  append_u64(bytes, metadata.lease);
  return fingerprint(bytes);
}

std::uint64_t request_term(std::string_view id, std::string_view row) {
  return fingerprint(term_input(TermKind::request, id, row));
}

std::uint64_t settings_term(std::string_view row) {
  return fingerprint(term_input(TermKind::settings, {}, row));
}

std::uint64_t HashSum::hash(Revision revision, gms::Sequence request_floor) const {
  std::string bytes;
  append_u32(bytes, kHashDefinition);
  append_u64(bytes, sum_);
  append_u64(bytes, revision.value());
  append_u64(bytes, request_floor.value());
  return fingerprint(bytes);
}

Colour turned(const Colour& colour, std::string_view payload) {
  const auto n = static_cast<std::uint8_t>(fingerprint(payload) >> 56);
  return {{colour.rgb[1], colour.rgb[2], static_cast<std::uint8_t>(colour.rgb[0] + n)}};
}

}  // namespace groupy::kvstore
