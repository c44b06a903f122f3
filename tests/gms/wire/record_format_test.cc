// What the core may rely on when it makes records and looks into them.
#include "gms/wire/record_format.h"

#include <gtest/gtest.h>

#include <string>

#include "gms/wire/record_codec.h"
#include "tests/gms/memory_group.h"

namespace groupy::gms::wire {
namespace {

const WireRecordFormat kFormat;

Origin sample_origin() {
  return {directory_of(2), StartCount{0x0304}, 0x0102};
}

TEST(RecordFormat, ARecordIsTheOneThatTheLogKeeps) {
  const Payload payload(std::string("groupy"));
  EXPECT_EQ(kFormat.make(RecordKind::view, Ballot{2}, Sequence{3}, Checksum{4}, payload),
            make_record(RecordKind::view, Ballot{2}, Sequence{3}, Checksum{4}, payload));
}

TEST(RecordFormat, TheBytesOfAnOriginStayWhatTheyAre) {
  const Payload payload = kFormat.with_origin(sample_origin(), Payload(std::string("hi")));
  EXPECT_EQ(payload.bytes(), std::string(directory_of(2).bytes()) +
                                 std::string("\x04\x03\0\0\0\0\0\0\x02\x01\0\0\0\0\0\0hi", 16 + 2));
}

TEST(RecordFormat, WhatWasSubmittedComesBackInTheSameMemory) {
  for (const std::size_t size : {0u, 1u, 70000u}) {
    const Payload submitted(std::string(size, 'x'));
    const Payload payload = kFormat.with_origin(sample_origin(), submitted);
    EXPECT_EQ(kFormat.origin_of(payload), sample_origin());
    EXPECT_EQ(kFormat.submitted_in(payload), submitted);
    EXPECT_EQ(kFormat.submitted_in(payload).bytes().data(), payload.bytes().data() + 32);
  }
}

TEST(RecordFormat, WhatHasNoOriginGivesNone) {
  const Payload whole = kFormat.with_origin(sample_origin(), Payload());
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(kFormat.origin_of(whole.slice(0, size)));
  }
  EXPECT_FALSE(kFormat.origin_of(kFormat.with_origin(Origin{}, Payload(std::string(50, 'x')))));
}

TEST(RecordFormat, AViewComesBackAsItWasWithAndWithoutALeader) {
  View view;
  view.group = group_of(1);
  view.number = ViewNumber{1};
  view.members = {member_of(1), member_of(2)};
  view.reason = "founded";
  EXPECT_EQ(kFormat.decode_view(kFormat.encode(view)), view);
  view.leader = NodeId{2};
  EXPECT_EQ(kFormat.decode_view(kFormat.encode(view)), view);
  view.leader = NodeId{3};
  EXPECT_FALSE(kFormat.decode_view(kFormat.encode(view)));
  EXPECT_FALSE(kFormat.decode_view(Payload(std::string("no view"))));
  EXPECT_FALSE(kFormat.decode_view(Payload()));
}

}  // namespace
}  // namespace groupy::gms::wire
