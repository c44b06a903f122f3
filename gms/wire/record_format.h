// The encodings and checksums behind the core's RecordFormat: record_codec and view_codec.
//
// Thread: any; it has no state.
#pragma once

#include "gms/record_format.h"

namespace groupy::gms::wire {

class WireRecordFormat final : public RecordFormat {
 public:
  Record make(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
              Payload payload) const override;

  Payload with_origin(const Origin& origin, const Payload& submitted) const override;
  std::optional<Origin> origin_of(const Payload& payload) const override;
  Payload submitted_in(const Payload& payload) const override;

  Payload encode(const View& view) const override;
  // Accepts views without a leader: the first view of a group has none.
  std::optional<View> decode_view(const Payload& payload) const override;
};

}  // namespace groupy::gms::wire
