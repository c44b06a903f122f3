#include "gms/log/segment_reader.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace groupy::gms::log {

namespace {
constexpr std::uint64_t kChunkBytes = 128u << 10;
constexpr std::uint64_t kAlignment = 8;

// Each byte is compared with the one before: as fast as memory is, and starts read whole segments.
bool is_zero(std::string_view bytes) {
  return bytes.empty() ||
         (bytes[0] == '\0' && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

// Where an entry may start in here; behind the last place looked at if nowhere.
std::size_t find_magic(std::string_view bytes) {
  std::size_t at = 0;
  if (is_zero(bytes)) return bytes.size() / kAlignment * kAlignment;
  while (at + kAlignment <= bytes.size() && !may_be_head(bytes.substr(at, kAlignment))) {
    at += kAlignment;
  }
  return at;
}
}  // namespace

SegmentReader::SegmentReader(const Segment& segment, std::uint64_t end)
    : segment_(segment), end_(std::min(end, segment.header.size)), seed_(segment.header.seed()) {}

Failure SegmentReader::load(std::uint64_t offset, std::uint64_t size) {
  // Always a new buffer: payloads that were given out keep the old one.
  auto buffer = std::make_shared<std::string>(static_cast<std::size_t>(size), '\0');
  auto got = read_with_damage(*segment_.file, offset, *buffer);
  if (!got.ok()) return got.error();
  buffer_ = std::move(buffer);
  buffer_at_ = offset;
  return std::nullopt;
}

Result<std::string_view> SegmentReader::bytes_at(std::uint64_t offset, std::uint64_t size) {
  const bool is_there =
      offset >= buffer_at_ && offset + size <= buffer_at_ + buffer_->size() && !buffer_->empty();
  if (!is_there) {
    const std::uint64_t chunk = std::min(std::max(size, kChunkBytes), end_ - offset);
    if (Failure failed = load(offset, chunk)) return *failed;
  }
  return std::string_view(*buffer_).substr(offset - buffer_at_, size);
}

Result<std::optional<Entry>> SegmentReader::entry_at(std::uint64_t offset) {
  if (offset + kEntryHeadBytes > end_) return std::optional<Entry>();
  auto bytes = bytes_at(offset, kEntryHeadBytes);
  if (!bytes.ok()) return bytes.error();
  auto entry = decode_head(*bytes, {seed_, offset});
  if (entry && offset + entry->size() > end_) entry.reset();
  return entry;
}

Result<Payload> SegmentReader::payload_at(std::uint64_t offset, const Entry& entry) {
  auto bytes = bytes_at(offset + kEntryHeadBytes, entry.record.payload_size);
  if (!bytes.ok()) return bytes.error();
  return Payload(buffer_, *bytes);
}

Result<std::optional<std::uint64_t>> SegmentReader::next_entry_behind(std::uint64_t offset) {
  std::uint64_t at = (offset / kAlignment + 1) * kAlignment;
  while (at + kEntryHeadBytes <= end_) {
    auto chunk = bytes_at(at, std::min(kChunkBytes, end_ - at));
    if (!chunk.ok()) return chunk.error();
    const std::size_t found = find_magic(*chunk);
    at += found;
    if (found == chunk->size() / kAlignment * kAlignment) continue;
    auto entry = entry_at(at);
    if (!entry.ok()) return entry.error();
    if (*entry) return std::optional(at);
    at += kAlignment;
  }
  return std::optional<std::uint64_t>();
}

Result<bool> SegmentReader::is_zero_from(std::uint64_t offset) {
  while (offset < end_) {
    const std::uint64_t size = std::min(kChunkBytes, end_ - offset);
    auto bytes = bytes_at(offset, size);
    if (!bytes.ok()) return bytes.error();
    if (!is_zero(*bytes)) return false;
    offset += size;
  }
  return true;
}

}  // namespace groupy::gms::log
