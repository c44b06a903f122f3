// Whose submission comes next: what makes a message that is submitted twice be delivered once.
//
// Of each data directory two things are known. *Delivered*: its highest submission that was
// delivered; one row each, kept with the applied state, never aged, because a member that was cut
// off for a year may come back and submit again what was delivered long ago. *Logged*: the highest
// one in this member's log, stable or not, from which a leader tells which one to order next; what
// a cut takes back is undone. Thread: one at a time.
#pragma once

#include <deque>
#include <map>
#include <vector>

#include "gms/ids.h"

namespace groupy::gms3 {

class Origins {
 public:
  explicit Origins(const std::vector<gms::Origin>& delivered);

  enum class Place { repeat, next, gap };
  // Where this submission stands among those in the log.
  Place place_of(const gms::Origin& origin) const;

  // The record with this sequence, and of this origin, is in the log. It was appended, or has come
  // back.
  void logged(gms::Sequence sequence, const gms::Origin& origin);
  // Everything behind `keep` was cut.
  void cut(gms::Sequence keep);
  // Nothing up to this sequence will be cut any more.
  void settled(gms::Sequence stable);

  // It is this one's turn to be delivered; false if it was delivered before and is to be dropped.
  [[nodiscard]] bool deliver(const gms::Origin& origin);

 private:
  struct Number {
    gms::StartCount start;
    std::uint64_t counter = 0;
    auto operator<=>(const Number&) const = default;
  };
  struct Undo {
    gms::Sequence sequence;
    gms::DirectoryId directory;
    Number before;
  };
  static Number number_of(const gms::Origin& origin) { return {origin.start, origin.counter}; }

  std::map<gms::DirectoryId, Number> delivered_;
  std::map<gms::DirectoryId, Number> logged_;
  std::deque<Undo> undo_;  // of records that may still be cut, rising in sequence
};

}  // namespace groupy::gms3
