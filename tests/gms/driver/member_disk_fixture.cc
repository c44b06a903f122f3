#include "tests/gms/driver/member_disk_fixture.h"

#include <gtest/gtest.h>

#include <utility>

#include "gms/wire/fields.h"
#include "gms/wire/record_codec.h"
#include "gms/wire/view_codec.h"

namespace groupy::gms {

namespace {
constexpr std::size_t kOriginBytes = 32;
}  // namespace

Record PlainFormat::make(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
                         Payload payload) const {
  return wire::make_record(kind, ballot, sequence, previous, std::move(payload));
}

Payload PlainFormat::with_origin(const Origin& origin, const Payload& submitted) const {
  std::string bytes(origin.directory.bytes());
  wire::put(bytes, origin.start.value());
  wire::put(bytes, origin.counter);
  bytes += submitted.bytes();
  return Payload(std::move(bytes));
}

std::optional<Origin> PlainFormat::origin_of(const Payload& payload) const {
  wire::FieldReader fields(payload.bytes());
  const auto directory = DirectoryId::from_bytes(fields.take(DirectoryId::kSize));
  const StartCount start{fields.get<std::uint64_t>()};
  const auto counter = fields.get<std::uint64_t>();
  if (!fields.ok() || directory->is_none()) return std::nullopt;
  return Origin{*directory, start, counter};
}

Payload PlainFormat::submitted_in(const Payload& payload) const {
  return payload.from(kOriginBytes);
}

Payload PlainFormat::encode(const View& view) const {
  return Payload(wire::encode_view(view));
}

std::optional<View> PlainFormat::decode_view(const Payload& payload) const {
  return wire::decode_view(payload.bytes());
}

Origin origin_with(std::uint64_t counter) {
  return {log::test_directory(), StartCount{1}, counter};
}

View view_with(std::uint64_t number) {
  ViewMember member;
  member.id = NodeId{1};
  member.directory = log::test_directory();
  member.peer_address = "127.0.0.1:1";
  member.http_address = "127.0.0.1:2";
  return {GroupId({7}), ViewNumber{number}, NodeId{1}, {member}, "a test"};
}

log::Result<std::unique_ptr<MemberDisk>> TestDisk::open(log::Directory* others) {
  if (others != nullptr) return MemberDisk::open(*others, options);
  files = std::make_unique<log::MemoryDirectory>(disk);
  return MemberDisk::open(*files, options);
}

std::unique_ptr<MemberDisk> TestDisk::opened(log::Directory* others) {
  auto opened = open(others);
  EXPECT_TRUE(opened.ok()) << opened.error().what;
  return opened.ok() ? std::move(*opened) : nullptr;
}

Recovered TestDisk::recovered(Sequence applied) {
  auto opened_now = opened();
  auto found = opened_now->recover({applied, {origin_with(applied.value())}}, format);
  EXPECT_TRUE(found.ok()) << found.error().what;
  return found.ok() ? *found : Recovered();
}

std::vector<Record> TestDisk::make(const std::vector<std::string>& kinds, std::uint64_t ballot) {
  std::vector<Record> records;
  for (const std::string& kind : kinds) {
    const bool is_view = kind == "v";
    const Payload payload = is_view ? format.encode(view_with(++views))
                                    : format.with_origin(origin_with(++counter), Payload(kind));
    records.push_back(format.make(is_view ? RecordKind::view : RecordKind::application,
                                  Ballot{ballot}, last.sequence.next(), last.checksum, payload));
    last = id_of(records.back());
  }
  return records;
}

}  // namespace groupy::gms
