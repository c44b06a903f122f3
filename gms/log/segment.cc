#include "gms/log/segment.h"

#include <xxhash.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <vector>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::gms::log {

namespace {

using wire::put;

constexpr std::uint32_t kSegmentMagic = 0x31535047;  // "GPS1"
constexpr std::uint8_t kSegmentFormat = 1;
constexpr std::size_t kSegmentChecksummedBytes = 56;
constexpr std::size_t kZeroPieceBytes = 1u << 20;

std::string hex_of(std::uint64_t number) {
  std::array<char, 16> digits{};
  const auto end = std::to_chars(digits.begin(), digits.end(), number, 16).ptr;
  const std::string hex(digits.begin(), end);
  return std::string(digits.size() - hex.size(), '0') + hex;
}

std::string building_name(std::uint64_t number) {
  return "tmp/segment-" + hex_of(number);
}

Failure write(File& file, std::uint64_t offset, std::string_view bytes) {
  return file.write_at(offset, std::array{bytes});
}

Failure fill_with_zeros(File& file, std::uint64_t size) {
  const std::string zeros(std::min<std::uint64_t>(size, kZeroPieceBytes), '\0');
  for (std::uint64_t at = 0; at < size; at += zeros.size()) {
    const std::string_view piece = std::string_view(zeros).substr(0, size - at);
    if (Failure failed = write(file, at, piece)) return failed;
  }
  return std::nullopt;
}

Failure write_header(File& file, const SegmentHeader& header) {
  const std::string bytes = encode_segment_header(header);
  if (Failure failed = write(file, 0, bytes)) return failed;
  return write(file, kSegmentHeaderCopyAt, bytes);
}

Failure fill(File& file, const SegmentHeader& header) {
  if (Failure failed = fill_with_zeros(file, header.size)) return failed;
  return write_header(file, header);
}

// An old file may be reused only at its size: what stands behind the end would not be zeroed.
Result<std::unique_ptr<File>> open_to_build(Directory& files, const SegmentHeader& header,
                                            const std::string& reuse) {
  const std::string name = building_name(header.number);
  if (!reuse.empty()) {
    auto file = files.open(reuse);
    if (!file.ok()) return file.error();
    auto size = (*file)->size();
    if (!size.ok()) return size.error();
    if (*size == header.size) {
      if (Failure failed = files.rename(reuse, name)) return *failed;
      return std::move(*file);
    }
    if (Failure failed = files.remove(reuse)) return *failed;
  }
  return files.create(name);
}

// Or the next attempt would find its name taken. If this fails too, the next start removes it; the
// reason to tell is the first one.
void drop_what_was_built(Directory& files, std::uint64_t number) {
  static_cast<void>(files.remove(building_name(number)).has_value());
}

}  // namespace

std::uint64_t SegmentHeader::seed() const {
  std::string bytes(directory.bytes());
  put(bytes, number);
  return XXH3_64bits(bytes.data(), bytes.size());
}

std::string encode_segment_header(const SegmentHeader& header) {
  std::string bytes;
  put(bytes, kSegmentMagic);
  put(bytes, kSegmentFormat);
  put(bytes, std::uint8_t{0});
  put(bytes, std::uint16_t{0});
  put(bytes, header.number);
  bytes += header.directory.bytes();
  put(bytes, header.size);
  put(bytes, header.predecessor);
  put(bytes, header.replaces_from);
  put(bytes, std::uint64_t{XXH3_64bits(bytes.data(), kSegmentChecksummedBytes)});
  GROUPY_CHECK(bytes.size() == kSegmentHeaderBytes, "a segment header has another size");
  return bytes;
}

std::optional<SegmentHeader> decode_segment_header(std::string_view bytes) {
  if (bytes.size() < kSegmentHeaderBytes) return std::nullopt;
  wire::FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  const auto format = fields.get<std::uint8_t>();
  const auto zero_byte = fields.get<std::uint8_t>();
  const auto zero = fields.get<std::uint16_t>();
  SegmentHeader header;
  header.number = fields.get<std::uint64_t>();
  header.directory = *DirectoryId::from_bytes(fields.take(DirectoryId::kSize));
  header.size = fields.get<std::uint64_t>();
  header.predecessor = fields.get<std::uint64_t>();
  header.replaces_from = fields.get<std::uint64_t>();
  const auto checksum = fields.get<std::uint64_t>();
  if (checksum != XXH3_64bits(bytes.data(), kSegmentChecksummedBytes)) return std::nullopt;
  if (magic != kSegmentMagic || format != kSegmentFormat || zero_byte != 0 || zero != 0)
    return std::nullopt;
  if (header.number == 0 || header.predecessor >= header.number) return std::nullopt;
  if (header.size < kSegmentDataStart + 2 * kEntryHeadBytes || header.size > kSegmentBytesMax) {
    return std::nullopt;
  }
  return header;
}

std::string segment_name(std::uint64_t number) {
  return "log/" + hex_of(number);
}

std::optional<std::uint64_t> segment_number(std::string_view name) {
  std::uint64_t number = 0;
  const auto end = std::from_chars(name.data(), name.data() + name.size(), number, 16).ptr;
  if (end != name.data() + name.size() || name != hex_of(number)) return std::nullopt;
  return number;
}

std::uint64_t segment_size_for(std::uint64_t entry_bytes, std::uint64_t segment_bytes) {
  return std::max(segment_bytes, kSegmentDataStart + entry_bytes + kEntryHeadBytes);
}

Result<Segment> open_segment(Directory& files, std::uint64_t number, DirectoryId directory) {
  const std::string name = segment_name(number);
  auto file = files.open(name);
  if (!file.ok()) return file.error();
  for (const std::uint64_t at : {std::uint64_t{0}, kSegmentHeaderCopyAt}) {
    std::array<char, kSegmentHeaderBytes> bytes{};
    auto got = read_with_damage(**file, at, bytes);
    if (!got.ok()) return got.error();
    const auto header = decode_segment_header({bytes.data(), *got});
    if (!header) continue;
    if (header->number != number) return IoError{IoCode::refused, name + ": has another's name"};
    if (header->directory != directory) {
      return IoError{IoCode::refused, name + ": belongs to data directory " +
                                          header->directory.to_hex() + ", this one is " +
                                          directory.to_hex()};
    }
    return Segment{*header, std::move(*file)};
  }
  return IoError{IoCode::refused, name + ": both copies of its header are unreadable"};
}

Failure mend_header(Segment& segment) {
  std::string right = encode_segment_header(segment.header);
  right.resize(kSegmentHeaderCopyAt, '\0');
  bool is_mended = false;
  for (const std::uint64_t at : {std::uint64_t{0}, kSegmentHeaderCopyAt}) {
    std::string found(right.size(), '\0');
    auto got = read_with_damage(*segment.file, at, found);
    if (!got.ok()) return got.error();
    if (*got == found.size() && found == right) continue;
    if (Failure failed = write(*segment.file, at, right)) return failed;
    is_mended = true;
  }
  return is_mended ? segment.file->sync() : std::nullopt;
}

Result<Segment> build_segment(Directory& files, const SegmentHeader& header,
                              const std::string& reuse) {
  GROUPY_CHECK(header.size <= kSegmentBytesMax, "a segment is larger than one may be");
  auto file = open_to_build(files, header, reuse);
  if (!file.ok()) return file.error();
  if (Failure failed = fill(**file, header)) {
    drop_what_was_built(files, header.number);
    return *failed;
  }
  return Segment{header, std::move(*file)};
}

Result<Segment> build_from_zeros(Directory& files, const SegmentHeader& header,
                                 const std::string& zeros) {
  auto file = files.open(zeros);
  if (!file.ok()) return file.error();
  if (Failure failed = files.rename(zeros, building_name(header.number))) return *failed;
  if (Failure failed = write_header(**file, header)) return *failed;
  return Segment{header, std::move(*file)};
}

Failure install_segment(Directory& files, Segment& segment) {
  const std::uint64_t number = segment.header.number;
  Failure failed = segment.file->sync();
  if (!failed) failed = files.rename(building_name(number), segment_name(number));
  if (!failed) return files.sync("log");
  drop_what_was_built(files, number);
  return failed;
}

Result<std::string> take_out_segment(Directory& files, std::uint64_t number) {
  const std::string name = "tmp/retired-" + hex_of(number);
  if (Failure failed = files.rename(segment_name(number), name)) return *failed;
  // Before a byte of it is altered: the old name could otherwise come back with other contents.
  if (Failure failed = files.sync("log")) return *failed;
  return name;
}

}  // namespace groupy::gms::log
