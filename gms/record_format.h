// Makes records and looks into them, for a core that knows neither checksums nor encodings.
//
// gms/wire has the one implementation; the core gets it as an argument, and so stays with the
// standard library alone. Thread: any; implementations have no state.
#pragma once

#include <optional>

#include "gms/record.h"
#include "gms/view.h"

namespace groupy::gms {

class RecordFormat {
 public:
  virtual ~RecordFormat() = default;

  // With both checksums.
  virtual Record make(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
                      Payload payload) const = 0;

  // An application record's payload: the origin, then what was submitted. One copy.
  virtual Payload with_origin(const Origin& origin, const Payload& submitted) const = 0;
  // Nothing if it is too short for an origin, or the origin has no directory.
  virtual std::optional<Origin> origin_of(const Payload& payload) const = 0;
  // What was submitted, in the same memory. Only for payloads that have an origin.
  virtual Payload submitted_in(const Payload& payload) const = 0;

  virtual Payload encode(const View& view) const = 0;
  virtual std::optional<View> decode_view(const Payload& payload) const = 0;
};

}  // namespace groupy::gms
