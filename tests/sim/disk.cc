#include "tests/sim/disk.h"

#include <algorithm>
#include <utility>

#include "gms/check.h"

namespace groupy::sim {

namespace {

void carry_out(const DiskWrite& write, DiskImage& image) {
  if (const auto* append = std::get_if<gms::AppendRecords>(&write)) {
    for (const gms::Record& record : append->records) {
      GROUPY_CHECK(record.sequence.value() == image.log.size() + 1, "the log on disk has a gap");
      image.log.push_back(record);
    }
  } else if (const auto* cut = std::get_if<gms::CutLog>(&write)) {
    GROUPY_CHECK(cut->keep.sequence.value() <= image.log.size(), "a cut behind the log's end");
    image.log.resize(cut->keep.sequence.value());
    image.damaged.erase(image.damaged.upper_bound(cut->keep.sequence), image.damaged.end());
    image.has_loss = image.has_loss || cut->is_loss;
    if (cut->is_loss) image.lost_in = image.start;
  } else if (const auto* promise = std::get_if<gms::SavePromise>(&write)) {
    image.promise = promise->promise;
  } else if (const auto* group = std::get_if<gms::SaveGroup>(&write)) {
    image.group = group->group;
  } else if (std::holds_alternative<gms::DeclareLogWhole>(write)) {
    image.has_loss = false;
  } else if (const auto* heal = std::get_if<gms::HealRecords>(&write)) {
    for (const gms::Record& record : heal->records) {
      if (record.sequence.value() > image.log.size()) continue;  // cut meanwhile
      if (image.log[record.sequence.value() - 1] == record) image.damaged.erase(record.sequence);
    }
  }
}

}  // namespace

// What is known of a damaged record at a start.
void Disk::add_damaged(const gms::Record& record, gms::Damage::Kind kind,
                       gms::Recovered& found) const {
  const gms::RecordId id = gms::id_of(record);
  const bool is_known =
      kind == gms::Damage::Kind::payload || record.sequence.value() == image_.log.size();
  if (record.sequence <= found.applied) {
    found.base = id;
  } else {
    found.tail.push_back({is_known ? id : gms::RecordId{{}, record.sequence, {}}, {}});
  }
}

gms::Ticket ticket_of(const DiskWrite& write) {
  return std::visit([](const auto& each) { return each.ticket; }, write);
}

gms::Ticket Disk::begin_sync() {
  syncing_ = unsynced_.size();
  return ticket_of(unsynced_.back());
}

void Disk::end_sync() {
  for (; syncing_ > 0; --syncing_) {
    carry_out(unsynced_.front(), image_);
    unsynced_.pop_front();
  }
}

void Disk::crash(std::size_t survivors) {
  for (std::size_t i = 0; i < survivors && i < unsynced_.size(); ++i)
    carry_out(unsynced_[i], image_);
  unsynced_.clear();
  syncing_ = 0;
}

// The first record stays: a log that ends before it is an empty directory's.
void Disk::damage(std::size_t records) {
  GROUPY_CHECK(unsynced_.empty(), "a disk is damaged while it is written");
  const std::size_t size = image_.log.size();
  if (size < 2 || records == 0) return;
  image_.had = gms::Sequence{size};
  image_.log.resize(size - std::min(records, size - 1));
  image_.damaged.erase(image_.damaged.upper_bound(gms::Sequence{image_.log.size()}),
                       image_.damaged.end());
  image_.has_loss = true;
}

// The last record has no successor that could name it.
void Disk::damage_record(gms::Sequence sequence, gms::Damage::Kind kind) {
  GROUPY_CHECK(unsynced_.empty(), "a disk is damaged while it is written");
  const bool is_last = sequence.value() == image_.log.size();
  if (sequence.value() > image_.log.size()) return;
  image_.damaged.emplace(sequence, is_last ? gms::Damage::Kind::payload : kind);
}

std::vector<gms::Damage> Disk::damages() const {
  std::vector<gms::Damage> all;
  for (const auto& [sequence, kind] : image_.damaged) {
    gms::RecordId id = gms::id_of(image_.log[sequence.value() - 1]);
    const bool is_payload = kind == gms::Damage::Kind::payload;
    const bool is_last = sequence.value() == image_.log.size();
    if (!is_payload && !is_last) id.ballot = {};
    const bool goes_on = !is_payload && !all.empty() && all.back().kind == kind &&
                         all.back().last.sequence.next() == sequence;
    if (goes_on) {
      all.back().last = id;
    } else {
      all.push_back({kind, sequence, id});
    }
  }
  return all;
}

bool Disk::is_sound(gms::Sequence given, gms::Sequence end) const {
  const auto next = image_.damaged.upper_bound(given);
  return next == image_.damaged.end() || next->first > end;
}

bool Disk::keeps(gms::Sequence end) const {
  for (const DiskWrite& write : unsynced_) {
    const auto* cut = std::get_if<gms::CutLog>(&write);
    if (cut != nullptr && cut->keep.sequence < end) return false;
  }
  return end.value() <= image_.log.size();
}

std::vector<gms::Record> Disk::read(gms::Sequence from, std::size_t bytes_max) const {
  DiskImage seen = image_;
  for (const DiskWrite& write : unsynced_) carry_out(write, seen);
  std::vector<gms::Record> records;
  std::size_t bytes = 0;
  for (std::size_t index = from.value() - 1; index < seen.log.size(); ++index) {
    if (seen.damaged.contains(gms::Sequence{index + 1})) break;
    bytes += seen.log[index].payload.size();
    if (bytes > bytes_max && !records.empty()) break;
    records.push_back(seen.log[index]);
  }
  return records;
}

gms::Recovered Disk::recover(gms::StartCount start, gms::Sequence applied, bool has_amnesia,
                             const gms::RecordFormat& format) {
  image_.start = start;
  if (image_.has_loss || has_amnesia) image_.lost_in = start;
  gms::Recovered found;
  found.start = start;
  found.lost_in = image_.lost_in;
  found.has_amnesia = has_amnesia;
  found.group = image_.group;
  if (!has_amnesia) found.promise = image_.promise;
  found.applied = applied;
  found.has_loss = image_.has_loss;
  found.peers = image_.peers;
  found.damages = damages();
  for (const gms::Record& record : image_.log) {
    const auto damaged = image_.damaged.find(record.sequence);
    if (damaged != image_.damaged.end()) {
      add_damaged(record, damaged->second, found);
      continue;
    }
    const bool is_view = record.kind == gms::RecordKind::view;
    if (is_view) {
      if (record.sequence <= applied) found.views.clear();
      found.views.emplace(record.sequence, format.decode_view(record.payload).value());
    }
    if (record.sequence <= applied) {
      found.base = gms::id_of(record);
    } else {
      found.tail.push_back(
          {gms::id_of(record), is_view ? gms::Origin{} : format.origin_of(record.payload).value()});
    }
  }
  return found;
}

}  // namespace groupy::sim
