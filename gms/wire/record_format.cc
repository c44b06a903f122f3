#include "gms/wire/record_format.h"

#include <string>
#include <utility>

#include "gms/check.h"
#include "gms/wire/origin_codec.h"
#include "gms/wire/record_codec.h"
#include "gms/wire/view_codec.h"

namespace groupy::gms::wire {

Record WireRecordFormat::make(RecordKind kind, Ballot ballot, Sequence sequence, Checksum previous,
                              Payload payload) const {
  return make_record(kind, ballot, sequence, previous, std::move(payload));
}

Payload WireRecordFormat::with_origin(const Origin& origin, const Payload& submitted) const {
  std::string bytes;
  bytes.reserve(kOriginBytes + submitted.size());
  put_origin(bytes, origin);
  bytes += submitted.bytes();
  return Payload(std::move(bytes));
}

std::optional<Origin> WireRecordFormat::origin_of(const Payload& payload) const {
  FieldReader fields(payload.bytes());
  const Origin origin = get_origin(fields);
  if (!fields.ok() || origin.directory.is_none()) return std::nullopt;
  return origin;
}

Payload WireRecordFormat::submitted_in(const Payload& payload) const {
  GROUPY_CHECK(payload.size() >= kOriginBytes, "a payload without an origin was taken for one");
  return payload.from(kOriginBytes);
}

Payload WireRecordFormat::encode(const View& view) const {
  return Payload(encode_view(view));
}

std::optional<View> WireRecordFormat::decode_view(const Payload& payload) const {
  return wire::decode_view(payload.bytes());
}

}  // namespace groupy::gms::wire
