// Data directories on a MemoryDisk for the driver's tests, and the records that are put into them.
//
// Thread: one at a time.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "gms/driver/member_disk.h"
#include "tests/gms/log/log_fixture.h"

namespace groupy::gms {

// Records as simple as can be: the origin's three fields, then what was submitted.
class PlainFormat final : public RecordFormat {
 public:
  Record make(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
              Payload payload) const override;
  Payload with_origin(const Origin& origin, const Payload& submitted) const override;
  std::optional<Origin> origin_of(const Payload& payload) const override;
  Payload submitted_in(const Payload& payload) const override;
  Payload encode(const View& view) const override;
  std::optional<View> decode_view(const Payload& payload) const override;
};

Origin origin_with(std::uint64_t counter);
View view_with(std::uint64_t number);

// One life after another of a member's disk.
struct TestDisk {
  explicit TestDisk(std::uint64_t seed = 1) : disk(seed) { options = {NodeId{1}, fresh, 16384, 0}; }

  // A new life of the process, under `files` if they are given.
  log::Result<std::unique_ptr<MemberDisk>> open(log::Directory* others = nullptr);
  // It must open, and recover.
  std::unique_ptr<MemberDisk> opened(log::Directory* others = nullptr);
  Recovered recovered(Sequence applied = {});

  // Records behind those made before: "v" makes a view with the next number, anything else an
  // application record with the next counter.
  std::vector<Record> make(const std::vector<std::string>& kinds, std::uint64_t ballot = 1);
  // The next one makes what comes behind this.
  void go_back_to(const RecordId& id) { last = id; }

  const DirectoryId fresh = log::test_directory();
  PlainFormat format;
  log::MemoryDisk disk;
  MemberDiskOptions options;
  std::unique_ptr<log::MemoryDirectory> files;
  RecordId last;
  std::uint64_t counter = 0;
  std::uint64_t views = 0;
};

}  // namespace groupy::gms
