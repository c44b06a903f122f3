#include "gms/log/ballot_file.h"

#include <xxhash.h>

#include <array>
#include <utility>

#include "gms/check.h"
#include "gms/log/sealed_file.h"
#include "gms/wire/fields.h"

namespace groupy::gms::log {

namespace {

using wire::put;

constexpr char kName[] = "ballot";
constexpr std::uint32_t kBallotMagic = 0x31425047;  // "GPB1"
constexpr std::uint8_t kBallotFormat = 1;
constexpr std::size_t kBallotChecksummedBytes = 56;

}  // namespace

std::string encode_ballot_slot(const BallotSlot& slot) {
  std::string bytes;
  put(bytes, kBallotMagic);
  put(bytes, kBallotFormat);
  put(bytes, std::uint8_t{0});
  put(bytes, std::uint16_t{0});
  put(bytes, slot.serial);
  put(bytes, slot.promise.promised.value());
  put(bytes, slot.promise.voted_in.value());
  put(bytes, slot.promise.voted_for.value());
  bytes.resize(kBallotChecksummedBytes, '\0');
  put(bytes, std::uint64_t{XXH3_64bits(bytes.data(), bytes.size())});
  GROUPY_CHECK(bytes.size() == kBallotSlotBytes, "a ballot slot has another size");
  return bytes;
}

std::optional<BallotSlot> decode_ballot_slot(std::string_view bytes) {
  if (bytes.size() != kBallotSlotBytes) return std::nullopt;
  wire::FieldReader fields(bytes);
  const auto magic = fields.get<std::uint32_t>();
  const auto format = fields.get<std::uint8_t>();
  fields.take(3);  // with the rest, looked at by encoding again
  BallotSlot slot;
  slot.serial = fields.get<std::uint64_t>();
  slot.promise.promised = Ballot{fields.get<std::uint64_t>()};
  slot.promise.voted_in = Ballot{fields.get<std::uint64_t>()};
  slot.promise.voted_for = NodeId{fields.get<std::uint32_t>()};
  if (magic != kBallotMagic || format != kBallotFormat || slot.serial == 0) return std::nullopt;
  if (encode_ballot_slot(slot) != bytes) return std::nullopt;
  return slot;
}

Failure BallotFile::create(Directory& files) {
  const std::string slot = encode_ballot_slot({.serial = 1, .promise = {}});
  std::string bytes(static_cast<std::size_t>(2 * kBallotSlotsApart), '\0');
  bytes.replace(0, slot.size(), slot);
  bytes.replace(static_cast<std::size_t>(kBallotSlotsApart), slot.size(), slot);
  return replace_file(files, kName, bytes);
}

BallotFile::BallotFile(std::unique_ptr<File> file) : file_(std::move(file)) {}

Result<std::unique_ptr<BallotFile>> BallotFile::open(Directory& files) {
  auto file = files.open(kName);
  if (!file.ok() && file.error().code != IoCode::not_found) return file.error();
  std::unique_ptr<BallotFile> ballot(new BallotFile(file.ok() ? std::move(*file) : nullptr));
  if (Failure failed = ballot->recover()) return *failed;
  return ballot;
}

Failure BallotFile::recover() {
  has_amnesia_ = true;
  if (!file_) return std::nullopt;
  for (const unsigned index : {0u, 1u}) {
    std::array<char, kBallotSlotBytes> bytes{};
    auto got = read_with_damage(*file_, index * kBallotSlotsApart, bytes);
    if (!got.ok()) return got.error();
    const auto slot = decode_ballot_slot({bytes.data(), *got});
    if (!slot || (!has_amnesia_ && slot->serial <= slot_.serial)) continue;
    slot_ = *slot;
    newest_ = index;
    has_amnesia_ = false;
  }
  if (has_amnesia_) return std::nullopt;
  if (Failure failed = write_slot(1 - newest_)) return failed;
  if (Failure failed = write_slot(newest_)) return failed;
  is_copied_ = true;
  return std::nullopt;
}

Failure BallotFile::write_slot(unsigned index) {
  if (failure_) return failure_;
  std::string bytes = encode_ballot_slot(slot_);
  // The whole block: into one that cannot be read nothing is written in part.
  bytes.resize(kBallotSlotsApart, '\0');
  failure_ = file_->write_at(index * kBallotSlotsApart, std::array{std::string_view(bytes)});
  if (!failure_) failure_ = file_->sync();
  return failure_;
}

Failure BallotFile::save(const Promise& promise) {
  GROUPY_CHECK(!has_amnesia_, "who forgot its promises makes a new one");
  GROUPY_CHECK(
      promise.promised >= slot_.promise.promised && promise.voted_in >= slot_.promise.voted_in,
      "a promise is taken back");
  if (Failure failed = copy()) return failed;
  slot_ = {slot_.serial + 1, promise};
  newest_ = 1 - newest_;
  is_copied_ = false;
  return write_slot(newest_);
}

Failure BallotFile::copy() {
  if (failure_ || is_copied_ || has_amnesia_) return failure_;
  is_copied_ = true;
  return write_slot(1 - newest_);
}

}  // namespace groupy::gms::log
