#include "tests/kvstore/support.h"

#include <unistd.h>

#include <array>
#include <stdexcept>

namespace groupy::kvstore {

TemporaryDirectory::TemporaryDirectory() {
  std::string name = (std::filesystem::temp_directory_path() / "groupy-kvstore-XXXXXX").string();
  if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make " + name);
  path_ = name;
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

std::unique_ptr<RocksDbStorage> open_rocksdb(const std::filesystem::path& directory) {
  auto opened = RocksDbStorage::open(directory);
  if (auto* why = std::get_if<std::string>(&opened)) throw std::runtime_error(*why);
  return std::move(std::get<std::unique_ptr<RocksDbStorage>>(opened));
}

std::string to_hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char byte : bytes) {
    const auto value = static_cast<std::uint8_t>(byte);
    hex += kDigits[value >> 4];
    hex += kDigits[value & 0xf];
  }
  return hex;
}

RowDump dump(const StorageSnapshot& rows) {
  RowDump all;
  for (const Family family : {Family::meta, Family::latest, Family::history}) {
    rows.scan(family, {}, [&](std::string_view key, std::string_view value) {
      all.emplace_back(family, key, value);
      return true;
    });
  }
  return all;
}

gms::DirectoryId directory(std::uint8_t number) {
  std::array<std::uint8_t, gms::DirectoryId::kSize> bytes{};
  bytes.fill(number);
  return gms::DirectoryId(bytes);
}

gms::Delivery Deliveries::next(const Command& command, std::uint8_t from) {
  return next_bytes(encode(command), from);
}

gms::Delivery Deliveries::next_bytes(std::string bytes, std::uint8_t from) {
  ++sequence_;
  ++counter_;
  return {gms::Sequence{sequence_},
          {directory(from), gms::StartCount{1}, counter_},
          gms::Payload(std::move(bytes))};
}

gms::Delivery Deliveries::empty_place() {
  ++sequence_;
  return {gms::Sequence{sequence_}, {}, {}};
}

Command put(std::string_view key, std::string_view value, Condition condition) {
  return {Operation::put, key, value, condition, std::nullopt};
}

Command erase(std::string_view key, Condition condition) {
  return {Operation::erase, key, {}, condition, std::nullopt};
}

Command with_id(Command command, std::string_view id, std::optional<std::uint64_t> since) {
  command.request = RequestId{id, std::nullopt};
  if (since) command.request->since = gms::Sequence{*since};
  return command;
}

}  // namespace groupy::kvstore
