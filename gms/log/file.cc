#include "gms/log/file.h"

#include <algorithm>
#include <array>

namespace groupy::gms::log {

namespace {

constexpr std::uint64_t kSectorBytes = 512;  // no disk fails in smaller pieces
constexpr std::uint64_t kBlockBytes = 4096;  // what the page cache reads and writes at once
constexpr char kDamagedByte = '\xff';

}  // namespace

Result<std::size_t> read_with_damage(const File& file, std::uint64_t offset, std::span<char> into) {
  auto all = file.read_at(offset, into);
  if (all.ok() || all.error().code != IoCode::unreadable) return all;
  auto size = file.size();
  if (!size.ok()) return size.error();
  const std::uint64_t end = std::min(offset + into.size(), std::max(*size, offset));
  for (std::uint64_t at = offset; at < end;) {
    const std::uint64_t next = std::min(end, (at / kSectorBytes + 1) * kSectorBytes);
    const auto sector =
        into.subspan(static_cast<std::size_t>(at - offset), static_cast<std::size_t>(next - at));
    auto got = file.read_at(at, sector);
    if (!got.ok() && got.error().code != IoCode::unreadable) return got;
    if (!got.ok()) std::ranges::fill(sector, kDamagedByte);
    at = next;
  }
  return static_cast<std::size_t>(end - offset);
}

Failure rewrite_unreadable(File& file, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t at = begin / kBlockBytes * kBlockBytes; at < end; at += kBlockBytes) {
    std::array<char, kBlockBytes> block{};
    auto got = file.read_at(at, block);
    if (got.ok()) continue;
    if (got.error().code != IoCode::unreadable) return got.error();
    got = read_with_damage(file, at, block);
    if (!got.ok()) return got.error();
    const std::string_view bytes(block.data(), *got);
    if (Failure failed = file.write_at(at, std::array{bytes})) return failed;
  }
  return std::nullopt;
}

Result<std::string> read_whole(const File& file, std::uint64_t size_max) {
  auto size = file.size();
  if (!size.ok()) return size.error();
  if (*size > size_max) return IoError{IoCode::refused, "longer than such a file can be"};
  std::string bytes(static_cast<std::size_t>(*size), '\0');
  auto got = file.read_at(0, bytes);
  if (!got.ok()) return got.error();
  bytes.resize(*got);
  return bytes;
}

}  // namespace groupy::gms::log
