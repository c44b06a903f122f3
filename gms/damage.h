// What of a member's log is on its disk and cannot be read.
//
// A damaged record keeps its identity: its own head tells it, or the head of its successor, which
// names it by checksum. So it can be got again from any member that has it. Thread: values.
#pragma once

#include <cstdint>

#include "gms/record.h"

namespace groupy::gms {

struct Damage {
  // payload: the head is whole, the record knows who it is.
  // record: one or more cannot be read at all; the last one's checksum is what its successor
  // names, zero while that is not known. The ballot is unknown.
  enum class Kind : std::uint8_t { payload, record };
  Kind kind = Kind::payload;
  Sequence first;
  RecordId last;

  bool covers(Sequence sequence) const { return first <= sequence && sequence <= last.sequence; }
  bool is_nameless() const { return last.checksum == Checksum{}; }
  bool operator==(const Damage&) const = default;
};

}  // namespace groupy::gms
