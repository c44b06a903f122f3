// What is part of the log, and where in the files each part starts.
//
// A log is written front to back, but a cut makes what stands behind it invalid where it stands.
// The chain keeps *anchors*: sequences with the positions of their records, one for the first
// record of a segment and the first behind each cut or damage, and others now and then. From an
// anchor, the records up to the next one stand behind each other, with only local entries between
// them. Anchors that are not needed for that are thinned out, so that memory stays bounded; a cut
// leaves one that is needed, but there is at most one conflict for each leader.
// Thread: one at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "gms/log/entry.h"

namespace groupy::gms::log {

struct ChainOptions {
  std::uint64_t anchor_every_bytes = 64u << 10;
  std::size_t anchors_max = 1u << 16;  // beside the needed ones
};

// So many of the newest views' records are known by their sequence.
constexpr std::size_t kViewsKept = 1u << 16;

struct Anchor {
  Sequence sequence;
  Position position;
  bool is_needed = false;
};

class Chain {
 public:
  explicit Chain(const ChainOptions& options);

  // The first record's; one more than last's if there is none.
  Sequence first() const { return first_; }
  // The last record's; of an empty log, what it goes on behind.
  const RecordId& last() const { return last_; }
  bool is_empty() const { return last_.sequence < first_; }
  bool has(Sequence sequence) const { return sequence >= first_ && sequence <= last_.sequence; }

  // The next record stands at `position`. Whether it is really next is for the caller to know; an
  // empty chain that knows no predecessor takes any.
  void append(const RecordId& id, Position position, RecordKind kind = RecordKind::application);
  // What stands behind `keep` is gone. Not before first: then everything is gone.
  void cut(const RecordId& keep);
  // Everything is gone; the log goes on behind `id`.
  void restart(const RecordId& id);
  // Everything behind last up to and with `id` is lost: part of the log, but not to be read.
  void skip(const RecordId& id);
  // Of the lost ones, those from `sequence` on stand at `position` again, behind each other.
  void put_back(Sequence sequence, Position position);
  // The next record starts a new stretch, since what is before it cannot be walked through.
  void break_stretch() { starts_stretch_ = true; }
  // Segments up to this number are gone; never the one that holds the last record.
  void retire(std::uint64_t segment);

  // The first record that stands behind this segment; there is one.
  Sequence first_behind(std::uint64_t segment) const;

  // The record of the newest view at or before `sequence`; nothing if none is known.
  std::optional<Sequence> view_at(Sequence sequence) const;

  // The last anchor at or before `sequence`, which must be in the chain. Nothing if all records up
  // to there are lost.
  std::optional<Anchor> anchor_for(Sequence sequence) const;
  std::size_t anchor_count() const { return anchors_.size(); }

 private:
  void thin_out();

  std::size_t anchors_max_;
  std::uint64_t anchor_every_bytes_;
  Sequence first_{1};
  RecordId last_;
  bool starts_stretch_ = true;
  std::vector<Anchor> anchors_;  // rising in sequence and in position
  std::size_t thinnable_ = 0;
  std::vector<Sequence> views_;  // rising
};

}  // namespace groupy::gms::log
