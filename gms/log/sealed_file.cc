#include "gms/log/sealed_file.h"

#include <xxhash.h>

#include <array>
#include <optional>

#include "gms/check.h"
#include "gms/wire/fields.h"

namespace groupy::gms::log {

namespace {

constexpr std::uint8_t kSealedFormat = 1;
constexpr std::size_t kFrameBytes = 16 + 8;

std::optional<std::string> unseal(std::uint32_t magic, std::string_view bytes) {
  wire::FieldReader fields(bytes);
  const auto found_magic = fields.get<std::uint32_t>();
  const auto format = fields.get<std::uint8_t>();
  std::uint64_t zeros = fields.get<std::uint8_t>();
  zeros |= fields.get<std::uint16_t>();
  const auto length = fields.get<std::uint32_t>();
  zeros |= fields.get<std::uint32_t>();
  const std::string_view contents = fields.take(length);
  const auto checksum = fields.get<std::uint64_t>();
  if (!fields.ok() || !fields.rest().empty()) return std::nullopt;
  if (checksum != XXH3_64bits(bytes.data(), bytes.size() - sizeof(checksum))) return std::nullopt;
  if (found_magic != magic || format != kSealedFormat || zeros != 0) return std::nullopt;
  return std::string(contents);
}

}  // namespace

std::string seal(std::uint32_t magic, std::string_view contents) {
  GROUPY_CHECK(contents.size() + kFrameBytes <= kSealedBytesMax, "too much for one sealed file");
  std::string bytes;
  wire::put(bytes, magic);
  wire::put(bytes, kSealedFormat);
  wire::put(bytes, std::uint8_t{0});
  wire::put(bytes, std::uint16_t{0});
  wire::put(bytes, static_cast<std::uint32_t>(contents.size()));
  wire::put(bytes, std::uint32_t{0});
  bytes += contents;
  wire::put(bytes, std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
  return bytes;
}

Failure replace_file(Directory& files, const std::string& name, std::string_view bytes) {
  const std::string building = "tmp/" + name;
  if (Failure failed = files.remove(building); failed && failed->code != IoCode::not_found) {
    return failed;
  }
  auto file = files.create(building);
  if (!file.ok()) return file.error();
  if (Failure failed = (*file)->write_at(0, std::array{bytes})) return failed;
  if (Failure failed = (*file)->sync()) return failed;
  if (Failure failed = (*file)->close()) return failed;
  if (Failure failed = files.rename(building, name)) return failed;
  Failure failed = files.sync("");
  // For want of space too: which of the two is on disk is not known any more.
  if (failed) failed->code = IoCode::failed;
  return failed;
}

Failure replace_sealed(Directory& files, const std::string& name, std::uint32_t magic,
                       std::string_view contents) {
  return replace_file(files, name, seal(magic, contents));
}

Result<std::string> read_sealed(Directory& files, const std::string& name, std::uint32_t magic) {
  auto file = files.open(name);
  if (!file.ok()) return file.error();
  auto bytes = read_whole(**file, kSealedBytesMax);
  if (!bytes.ok()) return IoError{bytes.error().code, name + ": " + bytes.error().what};
  auto contents = unseal(magic, *bytes);
  if (!contents) return IoError{IoCode::refused, name + ": damaged, its checksum is wrong"};
  return std::move(*contents);
}

}  // namespace groupy::gms::log
